"""Read Object Tags and Tag Object against the sandbox."""

import pytest

from penstock.errors import AccessDenied, InvalidInput, NotFound
from tests.accounts import Customer, allow
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS

TAGS = [{"key": "project", "value": "apollo"}, {"key": "note", "value": "a b+c/d=é"}]


def test_replaces_the_whole_set(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "tagged", b"x", Tagging="old=1")
    place = {"bucket": bucket, "key": "tagged"}
    assert run("tag_object", {**place, "tags": TAGS}).status_code == 200
    found = run("read_object_tags", place)
    assert found.by_key == {"project": "apollo", "note": "a b+c/d=é"}
    assert sorted(tag.key for tag in found.tags) == ["note", "project"]


def test_takes_aws_spelling_and_an_empty_set(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "spelt", b"x")
    place = {"bucket": bucket, "key": "spelt"}
    run("tag_object", {**place, "tags": [{"Key": "a", "Value": "1"}]})
    assert run("read_object_tags", place).by_key == {"a": "1"}
    run("tag_object", {**place, "tags": []})
    assert run("read_object_tags", place).tags == []


def test_one_version_and_its_permission(
    customer: Customer, versioned: str, run: Run, connect: MakeConnection
) -> None:
    first = customer.put_object(versioned, "t", b"1")
    customer.put_object(versioned, "t", b"2")
    place = {"bucket": versioned, "key": "t", "version_id": first}
    assert run("tag_object", {**place, "tags": TAGS[:1]}).version_id == first
    assert run("read_object_tags", place).by_key == {"project": "apollo"}
    newest = run("read_object_tags", {"bucket": versioned, "key": "t"})
    assert newest.by_key == {}
    plain = connect(allow("s3:PutObjectTagging", "s3:GetObjectTagging"))
    with pytest.raises(AccessDenied) as caught:
        run("tag_object", {**place, "tags": TAGS}, plain)
    assert caught.value.details["actions"] == ["s3:PutObjectVersionTagging"]
    assert "s3:PutObjectVersionTagging" in caught.value.message


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_any_key(customer: Customer, bucket: str, run: Run, key: str) -> None:
    customer.put_object(bucket, key, b"x")
    run("tag_object", {"bucket": bucket, "key": key, "tags": TAGS})
    assert run("read_object_tags", {"bucket": bucket, "key": key}).by_key["project"] == "apollo"


def test_missing_key(bucket: str, run: Run) -> None:
    with pytest.raises(NotFound):
        run("tag_object", {"bucket": bucket, "key": "nothing", "tags": TAGS})
    with pytest.raises(NotFound):
        run("read_object_tags", {"bucket": bucket, "key": "nothing"})


def test_what_only_aws_refuses_is_explained(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "chars", b"x")
    tags = [{"key": "what?", "value": "<>"}]
    with pytest.raises(InvalidInput) as caught:
        run("tag_object", {"bucket": bucket, "key": "chars", "tags": tags})
    assert caught.value.aws is not None
    assert caught.value.aws.code == "InvalidTag"
