"""What each of the twelve cards does under exactly the example policy of the reference."""

import json
from pathlib import Path
from typing import Any

import pytest

from penstock.catalog.partial import Partial
from penstock.errors import AccessDenied
from tests.accounts import Customer, Document, unique
from tests.cards import FakeConnection, card
from tests.integration.s3.conftest import MakeConnection, Run

POLICY: Document = json.loads(
    (Path(__file__).parents[2] / "data" / "example-policy.json").read_text()
)


@pytest.fixture(scope="module")
def example(connect: MakeConnection) -> FakeConnection:
    return connect(POLICY)


def test_reads(customer: Customer, bucket: str, run: Run, example: FakeConnection) -> None:
    place = {"bucket": bucket, "key": "under-example"}
    customer.put_object(bucket, "under-example", b"x", Tagging="a=1")
    assert run("read_object", place, example).content_length == 1
    assert run("read_object_tags", place, example).by_key == {"a": "1"}
    assert run("download_object", place, example).file.size == 1
    found = run("search_objects", {"bucket": bucket, "prefix": "under-"}, example)
    assert (found.count, found.complete) == (1, True)


def test_reads_of_versions_and_locks(
    customer: Customer, locked: str, run: Run, example: FakeConnection
) -> None:
    version = customer.put_object(locked, "ex", b"x", ObjectLockLegalHoldStatus="ON")
    place = {"bucket": locked, "key": "ex", "version_id": version}
    assert run("read_object", place, example).object_lock_legal_hold_status == "ON"
    assert run("read_object_tags", place, example).tags == []
    assert run("download_object", place, example).version_id == version


def test_writes(bucket: str, run: Run, example: FakeConnection) -> None:
    place = {"bucket": bucket, "key": "written-under-example"}
    inputs = {**place, "text": "x", "tagging": "a=1", "metadata": {"m": "1"}}
    assert run("upload_object", inputs, example).status_code == 200
    copied = {"bucket": bucket, "key": "copied-under-example"}
    run("copy_object", {"source": place, "destination": copied}, example)
    assert run("read_object_tags", copied, example).by_key == {"a": "1"}
    tags = [{"key": "b", "value": "2"}]
    assert run("tag_object", {**place, "tags": tags}, example).status_code == 200
    assert run("delete_object", place, example).status_code == 204


def test_writes_with_acl_and_lock(
    customer: Customer, locked: str, run: Run, example: FakeConnection
) -> None:
    shared = customer.make_bucket(ownership="BucketOwnerPreferred")
    inputs = {"bucket": shared, "key": "x", "text": "x", "canned_acl": "bucket-owner-full-control"}
    assert run("upload_object", inputs, example).status_code == 200
    held = {
        "bucket": locked,
        "key": "held-under-example",
        "text": "x",
        "object_lock_mode": "GOVERNANCE",
        "object_lock_retain_until_date": "2040-01-01T00:00:00Z",
        "object_lock_legal_hold": "OFF",
    }
    version = run("upload_object", held, example).version_id
    gone = {
        "bucket": locked,
        "key": "held-under-example",
        "version_id": version,
        "bypass_governance_retention": True,
    }
    assert run("delete_object", gone, example).version_id == version


def test_buckets(run: Run, example: FakeConnection) -> None:
    name = unique("example")
    inputs = {
        "bucket": name,
        "bucket_object_lock_enabled": True,
        "object_ownership": "BucketOwnerPreferred",
    }
    assert run("create_bucket", inputs, example).status_code == 200
    assert run("delete_bucket", {"bucket": name}, example).status_code == 204


def test_custom_api_action(bucket: str, run: Run, example: FakeConnection) -> None:
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
    inputs: dict[str, Any] = {
        "method": "PUT",
        "bucket": bucket,
        "query": {"tagging": ""},
        "body": tags,
    }
    assert run("custom_api_action", inputs, example).status_code in (200, 204)
    with pytest.raises(AccessDenied) as caught:
        run("custom_api_action", {"bucket": bucket, "query": {"tagging": ""}}, example)
    assert caught.value.details["actions"] == ["s3:GetBucketTagging"]


def test_search_buckets_fails_and_says_what_is_missing(run: Run, example: FakeConnection) -> None:
    with pytest.raises(AccessDenied) as caught:
        run("search_buckets", {}, example)
    assert "s3:ListAllMyBuckets" in caught.value.message
    assert "s3:ListAllMyBuckets" in (caught.value.hint or "")


def test_tagging_a_version_fails_and_says_what_is_missing(
    customer: Customer, versioned: str, run: Run, example: FakeConnection
) -> None:
    version = customer.put_object(versioned, "tv", b"x")
    tags = [{"key": "a", "value": "1"}]
    with pytest.raises(AccessDenied) as caught:
        run(
            "tag_object",
            {"bucket": versioned, "key": "tv", "version_id": version, "tags": tags},
            example,
        )
    assert "s3:PutObjectVersionTagging" in caught.value.message


def test_the_declarations_say_the_same() -> None:
    allowed = set(POLICY["Statement"][0]["Action"])
    missing = {
        name: sorted(
            {
                each.action
                for each in found.permissions(Partial.of(found.inputs.model_validate(inputs)))
                if not each.optional
            }
            - allowed
        )
        for name in ("search_buckets", "search_objects", "read_object", "delete_object")
        for found in [card(f"s3.{name}")]
        for inputs in [
            {}
            if name == "search_buckets"
            else {"bucket": "example"} | ({} if "objects" in name else {"key": "k"})
        ]
    }
    assert missing == {
        "search_buckets": ["s3:ListAllMyBuckets"],
        "search_objects": [],
        "read_object": [],
        "delete_object": [],
    }
