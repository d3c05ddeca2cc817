"""Create Bucket, Delete Bucket and Search Buckets against the sandbox."""

from typing import Any

import pytest

from penstock.errors import AccessDenied, Conflict, NotFound
from tests.accounts import Customer, allow, unique
from tests.cards import FakeContext
from tests.integration.s3.conftest import MakeConnection, Run


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2", None])
def test_any_region(customer: Customer, run: Run, region: str | None) -> None:
    name = unique("made")
    found = run("create_bucket", {"bucket": name, "region": region})
    assert found.status_code == 200
    assert found.bucket_arn == f"arn:aws:s3:::{name}"
    assert found.location
    told = customer.s3.head_bucket(Bucket=name)
    assert told["BucketRegion"] == found.region == (region or customer.sandbox.region)


def test_with_lock_and_ownership(customer: Customer, run: Run) -> None:
    name = unique("made")
    inputs = {
        "bucket": name,
        "bucket_object_lock_enabled": True,
        "object_ownership": "BucketOwnerPreferred",
        "canned_acl": "private",
    }
    run("create_bucket", inputs)
    assert customer.s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    rules = customer.s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerPreferred"}]


def test_with_tags(customer: Customer, run: Run) -> None:
    name = unique("made")
    run("create_bucket", {"bucket": name, "tags": [{"key": "team", "value": "R&D <1>"}]})
    found = customer.s3.get_bucket_tagging(Bucket=name)["TagSet"]
    assert found == [{"Key": "team", "Value": "R&D <1>"}]


def test_each_option_needs_its_permission(run: Run, connect: MakeConnection) -> None:
    plain = connect(allow("s3:CreateBucket"))
    assert run("create_bucket", {"bucket": unique("made")}, plain).status_code == 200
    options: dict[str, dict[str, Any]] = {
        "s3:PutBucketOwnershipControls": {"object_ownership": "ObjectWriter"},
        "s3:PutBucketObjectLockConfiguration": {"bucket_object_lock_enabled": True},
    }
    for action, option in options.items():
        with pytest.raises(AccessDenied) as caught:
            run("create_bucket", {"bucket": unique("made"), **option}, plain)
        assert action in caught.value.message


def test_name_that_is_ours_already(run: Run) -> None:
    inputs = {"bucket": unique("made"), "region": "eu-west-1"}
    run("create_bucket", inputs)
    with pytest.raises(Conflict) as caught:
        run("create_bucket", inputs)
    assert caught.value.where.field == "bucket"
    again = run("create_bucket", inputs, attempt=2)
    assert not again.created
    assert again.region == "eu-west-1"


def test_delete_and_repeat(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    assert run("delete_bucket", {"bucket": name}).status_code == 204
    with pytest.raises(NotFound):
        run("delete_bucket", {"bucket": name})
    again = run("delete_bucket", {"bucket": name}, attempt=2)
    assert (again.status_code, again.deleted) == (204, False)


def test_bucket_that_is_not_empty(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    customer.put_object(name, "x")
    with pytest.raises(Conflict) as caught:
        run("delete_bucket", {"bucket": name})
    assert "not empty" in caught.value.message


def test_delete_of_another_owners_bucket(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    with pytest.raises(AccessDenied):
        run("delete_bucket", {"bucket": name, "expected_bucket_owner": "999999999999"})
    assert customer.s3.head_bucket(Bucket=name)


def test_region_is_learnt_once_and_a_wrong_one_is_put_right(
    customer: Customer, run: Run, context: FakeContext
) -> None:
    name = customer.make_bucket(region="eu-north-1")
    for key in ("one", "two"):
        run("upload_object", {"bucket": name, "key": key, "text": key})
    asked = [each.operation for each in context.requests]
    assert asked.count("HeadBucket") <= 2
    assert asked[-1] == "PutObject"
    wrong = customer.make_bucket(region="eu-north-1")
    inputs = {"bucket": wrong, "key": "three", "text": "3", "region": "ap-south-1"}
    assert run("upload_object", inputs).status_code == 200


def test_region_is_learnt_without_permission_to_list(
    customer: Customer, run: Run, connect: MakeConnection
) -> None:
    name = customer.make_bucket(region="sa-east-1")
    only_put = connect(allow("s3:PutObject"))
    inputs = {"bucket": name, "key": "x", "text": "x"}
    assert run("upload_object", inputs, only_put).status_code == 200


def test_search(customer: Customer, run: Run) -> None:
    mark = unique("needle")
    names = sorted(f"{mark}-{number}" for number in range(3))
    for name in names:
        customer.s3.create_bucket(Bucket=name)
    found = run("search_buckets", {"keyword": mark.upper()})
    assert [each.name for each in found.buckets] == names
    assert (found.count, found.complete, found.status_code) == (3, True, 200)
    assert found.buckets[0].creation_date is not None
    first = run("search_buckets", {"keyword": mark, "result_set": "first"})
    assert (first.count, first.complete) == (1, False)
    assert first.bucket.name == names[0]
    none = run("search_buckets", {"keyword": unique("absent")})
    assert (none.count, none.complete, none.bucket) == (0, True, None)


def test_search_needs_its_permission(run: Run, connect: MakeConnection) -> None:
    with pytest.raises(AccessDenied) as caught:
        run("search_buckets", {}, connect(allow("s3:ListBucket")))
    assert caught.value.details["actions"] == ["s3:ListAllMyBuckets"]
