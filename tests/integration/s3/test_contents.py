"""Upload, Download and Copy Object against the sandbox."""

import base64

import pytest
from pydantic import ValidationError

from penstock.connectors.s3.clients import S3Clients
from penstock.errors import AccessDenied, Conflict, InvalidInput, NotFound, StorageFull
from tests.accounts import Customer, allow, client
from tests.cards import FakeContext, MemoryFiles
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS

KEY = "0123456789abcdef0123456789abcdef"


def content(customer: Customer, bucket: str, key: str) -> bytes:
    return customer.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_any_key_goes_up_is_copied_and_comes_down(
    customer: Customer, bucket: str, run: Run, context: FakeContext, key: str
) -> None:
    place = {"bucket": bucket, "key": key}
    up = run("upload_object", {**place, "text": "same"})
    assert (up.status_code, up.size, up.key) == (200, 4, key)
    other = key[:-4] + "copy"
    run("copy_object", {"source": place, "destination": {"bucket": bucket, "key": other}})
    down = run("download_object", {"bucket": bucket, "key": other})
    with context.files.open(down.file) as file:
        assert file.read() == b"same"


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_file_of_any_size(bucket: str, run: Run, context: FakeContext, size: int) -> None:
    given = context.files.add("in.bin", bytes(size), "application/x-thing")
    place = {"bucket": bucket, "key": f"sized-{size}"}
    up = run("upload_object", {**place, "file": given.model_dump()})
    assert up.verified
    down = run("download_object", place)
    assert (down.file.size, down.file.sha256) == (size, given.sha256)
    assert down.content_type == "application/x-thing"
    assert down.file.name == f"sized-{size}"
    assert context.progress[-1] == (size, size, "bytes")


def test_in_parts_and_each_request_is_noted(bucket: str, run: Run, context: FakeContext) -> None:
    size = 17 * 1024 * 1024 + 1
    given = context.files.add("large.bin", bytes(size))
    place = {"bucket": bucket, "key": "large"}
    up = run("upload_object", {**place, "file": given})
    assert (up.size, up.parts) == (size, 3)
    sent = [each.operation for each in context.requests]
    assert sent.count("UploadPart") == 3
    assert sum(each.bytes_sent for each in context.requests) >= size
    down = run("download_object", place)
    assert down.file.sha256 == given.sha256
    received = sum(
        each.bytes_received for each in context.requests if each.operation == "GetObject"
    )
    assert received >= size


def test_text_and_base64(customer: Customer, bucket: str, run: Run) -> None:
    run("upload_object", {"bucket": bucket, "key": "t", "text": "grüße"})
    assert content(customer, bucket, "t") == "grüße".encode()
    assert run("read_object", {"bucket": bucket, "key": "t"}).content_type.startswith("text/plain")
    run("upload_object", {"bucket": bucket, "key": "e", "text": ""})
    assert content(customer, bucket, "e") == b""
    coded = base64.b64encode(b"\x00\xff").decode()
    run("upload_object", {"bucket": bucket, "key": "b", "base64": coded})
    assert content(customer, bucket, "b") == b"\x00\xff"
    for wrong in ({}, {"text": "a", "base64": coded}, {"base64": "%%%"}):
        with pytest.raises(ValidationError):
            run("upload_object", {"bucket": bucket, "key": "w", **wrong})


def test_upload_inputs_arrive(customer: Customer, bucket: str, run: Run) -> None:
    inputs = {
        "bucket": bucket,
        "key": "rich",
        "text": "x",
        "storage_class": "STANDARD_IA",
        "tagging": "Key1=Value%201&Key2=",
        "metadata": {"owner": "ops"},
        "content_type": "text/csv",
        "content_language": "fr",
        "content_encoding": "identity",
        "content_disposition": "inline",
        "cache_control": "no-cache",
        "expires": "2040-01-01T00:00:00Z",
        "server_side_encryption": "AES256",
        "checksum_algorithm": "SHA256",
    }
    up = run("upload_object", inputs)
    assert up.server_side_encryption == "AES256"
    assert up.checksum_sha256
    found = customer.s3.head_object(Bucket=bucket, Key="rich")
    assert found["StorageClass"] == "STANDARD_IA"
    assert found["Metadata"] == {"owner": "ops"}
    assert found["ContentType"] == "text/csv"
    assert found["ContentLanguage"] == "fr"
    assert found["ContentDisposition"] == "inline"
    assert found["CacheControl"] == "no-cache"
    assert run("read_object_tags", inputs | {} and {"bucket": bucket, "key": "rich"}).by_key == {
        "Key1": "Value 1",
        "Key2": "",
    }


def test_acl_and_grants(customer: Customer, run: Run, connect: MakeConnection) -> None:
    name = customer.make_bucket(ownership="ObjectWriter")
    place = {"bucket": name, "key": "shared", "text": "x"}
    run("upload_object", {**place, "canned_acl": "bucket-owner-full-control"})
    grants = {"grant_read": ["uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"]}
    run("upload_object", {**place, **grants})
    acl = customer.s3.get_object_acl(Bucket=name, Key="shared")
    assert [each["Permission"] for each in acl["Grants"]] == ["READ"]
    with pytest.raises(AccessDenied) as caught:
        run("upload_object", {**place, **grants}, connect(allow("s3:PutObject")))
    assert "s3:PutObjectAcl" in caught.value.message


def test_acl_where_there_are_none(bucket: str, run: Run) -> None:
    inputs = {"bucket": bucket, "key": "x", "text": "x", "canned_acl": "public-read"}
    with pytest.raises(InvalidInput) as caught:
        run("upload_object", inputs)
    assert "access control lists" in caught.value.message


def test_lock_on_upload(customer: Customer, locked: str, run: Run) -> None:
    inputs = {
        "bucket": locked,
        "key": "kept",
        "text": "x",
        "object_lock_mode": "GOVERNANCE",
        "object_lock_retain_until_date": "Fri, 14 Jan 2039 23:34:36 GMT",
        "object_lock_legal_hold": "ON",
    }
    up = run("upload_object", inputs)
    assert up.version_id
    found = customer.s3.head_object(Bucket=locked, Key="kept", VersionId=up.version_id)
    assert found["ObjectLockMode"] == "GOVERNANCE"
    assert found["ObjectLockLegalHoldStatus"] == "ON"
    assert found["ObjectLockRetainUntilDate"].year == 2039


def test_write_once_and_its_repeat(customer: Customer, bucket: str, run: Run) -> None:
    inputs = {"bucket": bucket, "key": "once", "text": "mine", "if_none_match": "*"}
    assert run("upload_object", inputs).created
    with pytest.raises(Conflict):
        run("upload_object", inputs)
    again = run("upload_object", inputs, attempt=2)
    assert not again.created
    customer.put_object(bucket, "once", b"thrs")
    with pytest.raises(Conflict):
        run("upload_object", inputs, attempt=2)


def test_customer_key(bucket: str, run: Run, context: FakeContext) -> None:
    place = {"bucket": bucket, "key": "sse-c"}
    coded = base64.b64encode(KEY.encode()).decode()
    up = run("upload_object", {**place, "text": "secret", "sse_customer_key": coded})
    assert up.sse_customer_algorithm == "AES256"
    down = run("download_object", {**place, "sse_customer_key": KEY})
    with context.files.open(down.file) as file:
        assert file.read() == b"secret"
    source = {**place, "sse_customer_key": KEY}
    run(
        "copy_object",
        {"source": source, "destination": {"bucket": bucket, "key": "plain-again"}},
    )
    plain = run("download_object", {"bucket": bucket, "key": "plain-again"})
    assert plain.sse_customer_algorithm is None


def test_download_of_a_range_and_a_version(
    versioned: str, customer: Customer, run: Run, context: FakeContext
) -> None:
    first = customer.put_object(versioned, "dl.txt", b"0123456789")
    customer.put_object(versioned, "dl.txt", b"newer")
    place = {"bucket": versioned, "key": "dl.txt", "version_id": first}
    some = run("download_object", {**place, "range": "bytes=2-4", "file_name": "some.txt"})
    assert (some.status_code, some.content_range) == (206, "bytes 2-4/10")
    assert some.file.name == "some.txt"
    with context.files.open(some.file) as file:
        assert file.read() == b"234"


def test_download_conditions_and_missing(
    customer: Customer, bucket: str, run: Run, connect: MakeConnection, context: FakeContext
) -> None:
    customer.put_object(bucket, "cond-dl", b"x")
    place = {"bucket": bucket, "key": "cond-dl"}
    etag = run("read_object", place).etag
    with pytest.raises(Conflict, match="not changed"):
        run("download_object", {**place, "if_none_match": etag})
    missing = {"bucket": bucket, "key": "missing-dl"}
    with pytest.raises(NotFound):
        run("download_object", missing)
    with pytest.raises(AccessDenied) as caught:
        run("download_object", missing, connect(allow("s3:GetObject")))
    assert "s3:ListBucket" in (caught.value.hint or "")
    assert context.files.open_writers == 0


def test_full_disk(customer: Customer, bucket: str, run: Run, context: FakeContext) -> None:
    customer.put_object(bucket, "big", bytes(100_000))
    context.files = MemoryFiles(capacity=50_000)
    with pytest.raises(StorageFull):
        run("download_object", {"bucket": bucket, "key": "big"})
    assert context.files.kept == {}
    assert context.files.open_writers == 0


def test_copy_across_regions_keeps_or_replaces(customer: Customer, bucket: str, run: Run) -> None:
    away = customer.make_bucket(region="eu-west-3")
    customer.put_object(
        bucket, "orig", b"x", Metadata={"a": "1"}, ContentType="text/csv", Tagging="t=1"
    )
    source = {"bucket": bucket, "key": "orig"}
    kept = run("copy_object", {"source": source, "destination": {"bucket": away, "key": "kept"}})
    assert kept.status_code == 200
    assert kept.etag
    assert kept.last_modified
    there = client(customer.sandbox, "s3", customer.sandbox.customer, "eu-west-3")
    found = there.head_object(Bucket=away, Key="kept")
    assert (found["Metadata"], found["ContentType"]) == ({"a": "1"}, "text/csv")
    tags = there.get_object_tagging(Bucket=away, Key="kept")["TagSet"]
    assert tags == [{"Key": "t", "Value": "1"}]
    destination = {
        "bucket": away,
        "key": "new",
        "metadata": {"b": "2"},
        "tagging": [{"key": "n", "value": "9"}],
        "storage_class": "GLACIER_IR",
    }
    run("copy_object", {"source": source, "destination": destination})
    found = there.head_object(Bucket=away, Key="new")
    assert (found["Metadata"], found["StorageClass"]) == ({"b": "2"}, "GLACIER_IR")
    tags = there.get_object_tagging(Bucket=away, Key="new")["TagSet"]
    assert tags == [{"Key": "n", "Value": "9"}]


def test_copy_of_a_version(customer: Customer, versioned: str, run: Run) -> None:
    first = customer.put_object(versioned, "cv", b"first")
    customer.put_object(versioned, "cv", b"second")
    done = run(
        "copy_object",
        {
            "source": {"bucket": versioned, "key": "cv", "version_id": first},
            "destination": {"bucket": versioned, "key": "cv-old"},
        },
    )
    assert done.copy_source_version_id == first
    assert done.version_id
    assert content(customer, versioned, "cv-old") == b"first"


def test_copy_says_which_side_is_wrong(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "side", b"x")
    fine = {"bucket": bucket, "key": "side"}
    with pytest.raises(NotFound) as source:
        run(
            "copy_object",
            {"source": {**fine, "key": "absent"}, "destination": {**fine, "key": "y"}},
        )
    assert source.value.where.field == "source.key"
    with pytest.raises(NotFound) as destination:
        run(
            "copy_object",
            {"source": fine, "destination": {"bucket": "practice-nowhere-at-all", "key": "y"}},
        )
    assert destination.value.where.field == "destination.bucket"
    with pytest.raises(Conflict):
        run(
            "copy_object",
            {"source": {**fine, "if_match": '"0"'}, "destination": {**fine, "key": "y"}},
        )
    with pytest.raises(AccessDenied):
        run(
            "copy_object",
            {
                "source": {**fine, "expected_bucket_owner": "999999999999"},
                "destination": {**fine, "key": "y"},
            },
        )


def test_copy_in_the_same_place_changes_something_or_nothing(
    customer: Customer, bucket: str, run: Run
) -> None:
    customer.put_object(bucket, "self", b"x")
    place = {"bucket": bucket, "key": "self"}
    run("copy_object", {"source": place, "destination": {**place, "metadata": {"a": "1"}}})
    assert run("read_object", place).metadata == {"a": "1"}


def test_refreshed_credentials_are_used_at_once(
    customer: Customer, bucket: str, run: Run, connect: MakeConnection, context: FakeContext
) -> None:
    place = {"bucket": bucket, "key": "renewed", "text": "x"}
    connection = connect(allow("s3:GetObject"))
    with pytest.raises(AccessDenied):
        run("upload_object", place, connection)
    before = context.resource(S3Clients).client(connection, customer.sandbox.region)
    connection.source = connect(allow("s3:*")).source
    run("upload_object", place, connection)
    assert context.resource(S3Clients).client(connection, customer.sandbox.region) is before
