"""Read Object against the sandbox."""

import pytest

from penstock.errors import AccessDenied, Conflict, InvalidInput, NotFound
from tests.accounts import Customer, allow, unique
from tests.cards import FakeContext
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS


def test_tells_what_was_uploaded(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(
        bucket,
        "facts.txt",
        b"hello",
        ContentType="text/plain",
        CacheControl="no-store",
        ContentLanguage="de",
        ContentDisposition="attachment",
        Metadata={"owner": "ops"},
        Tagging="a=1&b=2",
    )
    found = run("read_object", {"bucket": bucket, "key": "facts.txt"})
    assert found.status_code == 200
    assert found.content_length == 5
    assert found.etag == '"5d41402abc4b2a76b9719d911017c592"'
    assert found.content_type == "text/plain"
    assert found.cache_control == "no-store"
    assert found.content_language == "de"
    assert found.content_disposition == "attachment"
    assert found.metadata == {"owner": "ops"}
    assert found.storage_class == "STANDARD"
    assert found.last_modified is not None
    assert found.last_modified.tzinfo is not None


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_takes_any_key(customer: Customer, bucket: str, run: Run, key: str) -> None:
    customer.put_object(bucket, key, key.encode())
    assert run("read_object", {"bucket": bucket, "key": key}).content_length == len(key.encode())


def test_empty_object(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "empty")
    assert run("read_object", {"bucket": bucket, "key": "empty"}).content_length == 0


def test_one_version(customer: Customer, versioned: str, run: Run) -> None:
    first = customer.put_object(versioned, "v", b"1")
    customer.put_object(versioned, "v", b"22")
    found = run("read_object", {"bucket": versioned, "key": "v", "version_id": first})
    assert (found.content_length, found.version_id) == (1, first)


def test_missing_key_with_list_permission(bucket: str, run: Run, connect: MakeConnection) -> None:
    allowed = connect(allow("s3:GetObject", "s3:ListBucket"))
    with pytest.raises(NotFound) as caught:
        run("read_object", {"bucket": bucket, "key": "no such"}, allowed)
    assert caught.value.where.field == "key"
    assert "There is no object no such" in caught.value.message


def test_missing_key_without_list_permission(
    bucket: str, run: Run, connect: MakeConnection
) -> None:
    narrow = connect(allow("s3:GetObject"))
    with pytest.raises(AccessDenied) as caught:
        run("read_object", {"bucket": bucket, "key": "no such"}, narrow)
    assert "s3:ListBucket" in (caught.value.hint or "")
    assert caught.value.details["actions"] == ["s3:GetObject"]


def test_missing_bucket(run: Run) -> None:
    with pytest.raises(NotFound) as caught:
        run("read_object", {"bucket": unique("nowhere"), "key": "x"})
    assert caught.value.where.field == "bucket"


def test_other_owner(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "owned", b"x")
    inputs = {"bucket": bucket, "key": "owned", "expected_bucket_owner": "999999999999"}
    with pytest.raises(AccessDenied) as caught:
        run("read_object", inputs)
    assert "999999999999" in (caught.value.hint or "")


def test_conditions(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "cond", b"x")
    place = {"bucket": bucket, "key": "cond"}
    etag = run("read_object", place).etag
    assert run("read_object", {**place, "if_match": etag}).status_code == 200
    past = "Fri, 14 Jan 2022 23:34:36 GMT"
    assert run("read_object", {**place, "if_modified_since": past}).status_code == 200
    with pytest.raises(Conflict, match="condition"):
        run("read_object", {**place, "if_match": '"0"'})
    with pytest.raises(Conflict, match="not changed"):
        run("read_object", {**place, "if_none_match": etag})
    with pytest.raises(Conflict, match="condition"):
        run("read_object", {**place, "if_unmodified_since": "2022-01-14T23:34:36Z"})


def test_lock_facts_need_their_permissions(
    customer: Customer, locked: str, run: Run, connect: MakeConnection
) -> None:
    version = customer.put_object(
        locked,
        "held",
        b"x",
        ObjectLockLegalHoldStatus="ON",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate="2040-01-01T00:00:00Z",
    )
    found = run("read_object", {"bucket": locked, "key": "held", "version_id": version})
    assert found.object_lock_mode == "GOVERNANCE"
    assert found.object_lock_legal_hold_status == "ON"
    assert found.object_lock_retain_until_date.year == 2040


def test_checksum_on_demand(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "sum", b"hello", ChecksumAlgorithm="SHA256")
    found = run("read_object", {"bucket": bucket, "key": "sum", "include_checksum": True})
    assert found.checksum_sha256 == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="


def test_customer_key(customer: Customer, bucket: str, run: Run) -> None:
    key = "0123456789abcdef0123456789abcdef"
    place = {"bucket": bucket, "key": "sse-c"}
    run("upload_object", {**place, "text": "secret", "sse_customer_key": key})
    found = run("read_object", {**place, "sse_customer_key": key})
    assert found.content_length == 6
    with pytest.raises(InvalidInput) as caught:
        run("read_object", place)
    assert "sse_customer_key" in (caught.value.hint or "")


def test_requests_are_noted_with_their_ids(
    customer: Customer, bucket: str, run: Run, context: FakeContext
) -> None:
    customer.put_object(bucket, "noted", b"x")
    run("read_object", {"bucket": bucket, "key": "noted"})
    last = context.requests[-1]
    assert (last.operation, last.method, last.status) == ("HeadObject", "HEAD", 200)
    assert last.request_id
    assert last.seconds > 0
