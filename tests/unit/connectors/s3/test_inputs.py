"""Which inputs cards take, and what they say of those they do not."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from penstock.connectors.s3 import connector
from penstock.connectors.s3.aws_names import parameters
from penstock.connectors.s3.inputs import (
    acl_parameters,
    customer_key_parameters,
    encryption_parameters,
)
from tests.cards import card

PLACE = {"bucket": "records", "key": "k"}
KEY = "0123456789abcdef0123456789abcdef"


def valid(name: str, inputs: Mapping[str, Any]) -> Any:
    return card(f"s3.{name}").inputs.model_validate(dict(inputs))


def complaint(name: str, inputs: Mapping[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        valid(name, inputs)
    return str(caught.value)


def test_twelve_cards() -> None:
    assert sorted(connector.load().cards) == [
        "s3.copy_object",
        "s3.create_bucket",
        "s3.custom_api_action",
        "s3.delete_bucket",
        "s3.delete_object",
        "s3.download_object",
        "s3.read_object",
        "s3.read_object_tags",
        "s3.search_buckets",
        "s3.search_objects",
        "s3.tag_object",
        "s3.upload_object",
    ]


@pytest.mark.parametrize("name", sorted(connector.load().cards))
def test_examples_validate_and_fields_have_help(name: str) -> None:
    found = connector.cards[name]
    assert found.examples
    for example in found.examples:
        found.inputs.model_validate(example.inputs)
    for model in (found.inputs, found.outputs):
        for field, info in model.model_fields.items():
            assert info.description, f"{name}: {field} has no help"
    assert found.summary.endswith((".", ":"))


@pytest.mark.parametrize(
    ("bucket", "words"),
    [
        ("s3://records/x", "without s3://"),
        ("records/x", "no slash"),
        ("arn:aws:s3:::records", "bucket's name"),
        ("arn:aws:iam::1:role/x", "access point"),
        ("a", "3 to 63"),
        ("re cords", "3 to 63"),
        ("", "at least 1"),
    ],
)
def test_bucket(bucket: str, words: str) -> None:
    assert words in complaint("read_object", {"bucket": bucket, "key": "k"})


def test_key() -> None:
    assert valid("read_object", {**PLACE, "key": "é" * 512}).key == "é" * 512
    assert "this one has 1026" in complaint("read_object", {**PLACE, "key": "é" * 513})
    assert "NUL" in complaint("read_object", {**PLACE, "key": "a\x00"})
    assert "at least 1" in complaint("read_object", {**PLACE, "key": ""})
    assert valid("read_object", {**PLACE, "key": 2026}).key == "2026"


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 14 Jan 2022 23:34:36 GMT",
        "2022-01-14T23:34:36Z",
        "2022-01-15T00:34:36+01:00",
        "2022-01-14T23:34:36",
        datetime(2022, 1, 14, 23, 34, 36, tzinfo=UTC),
    ],
)
def test_moment(text: Any) -> None:
    found = valid("read_object", {**PLACE, "if_modified_since": text})
    assert found.if_modified_since == datetime(2022, 1, 14, 23, 34, 36, tzinfo=UTC)


def test_moments_that_are_none() -> None:
    assert valid("read_object", {**PLACE, "if_modified_since": ""}).if_modified_since is None
    assert "give a date" in complaint("read_object", {**PLACE, "if_modified_since": "yesterday"})
    assert "give a date" in complaint("read_object", {**PLACE, "if_modified_since": True})


def test_account_and_region() -> None:
    assert "12 digits" in complaint("read_object", {**PLACE, "expected_bucket_owner": "12"})
    assert "AWS region" in complaint("read_object", {**PLACE, "region": "Frankfurt"})
    found = valid("read_object", {**PLACE, "expected_bucket_owner": "", "region": ""})
    assert parameters(found) == {"Bucket": "records", "Key": "k"}


def test_customer_key() -> None:
    raw = KEY.encode()
    for given in (KEY, base64.b64encode(raw).decode()):
        found = valid("read_object", {**PLACE, "sse_customer_key": given})
        assert customer_key_parameters(found) == {
            "SSECustomerAlgorithm": "AES256",
            "SSECustomerKey": raw,
        }
        assert given not in repr(found)
        assert given not in str(found.model_dump(mode="json"))
    source = valid("read_object", {**PLACE, "sse_customer_key": KEY})
    assert customer_key_parameters(source, "CopySource").keys() == {
        "CopySourceSSECustomerAlgorithm",
        "CopySourceSSECustomerKey",
    }
    assert "32 bytes" in complaint("read_object", {**PLACE, "sse_customer_key": "short"})
    assert "is not the MD5" in complaint(
        "read_object", {**PLACE, "sse_customer_key": KEY, "sse_customer_key_md5": "x"}
    )
    assert "is missing" in complaint("read_object", {**PLACE, "sse_customer_algorithm": "AES256"})


def test_a_wrong_key_is_not_shown() -> None:
    assert "hunter2" not in complaint("read_object", {**PLACE, "sse_customer_key": "hunter2"})


def test_grants() -> None:
    given = {**PLACE, "text": "", "grant_read": ["ID=11112222333", 'uri="http://x/y"']}
    found = valid("upload_object", given)
    assert acl_parameters(found) == {"GrantRead": 'id="11112222333", uri="http://x/y"'}
    email = valid("upload_object", {**given, "grant_read": ["Email address=a@b.c"]})
    assert acl_parameters(email) == {"GrantRead": 'emailAddress="a@b.c"'}
    assert "write a grantee" in complaint("upload_object", {**given, "grant_read": ["me"]})
    assert "canned_acl is none" in complaint("upload_object", {**given, "canned_acl": "private"})
    private = valid("upload_object", {**PLACE, "text": "", "canned_acl": "private"})
    assert acl_parameters(private) == {}


def test_encryption() -> None:
    kms = {
        **PLACE,
        "text": "",
        "server_side_encryption": "aws:kms",
        "sse_kms_key_id": "k1",
        "sse_kms_encryption_context": {"a": "1"},
        "bucket_key_enabled": False,
    }
    found = valid("upload_object", kms)
    assert encryption_parameters(found) == {
        "SSEKMSEncryptionContext": base64.b64encode(b'{"a":"1"}').decode(),
        "BucketKeyEnabled": False,
    }
    assert parameters(found)["SSEKMSKeyId"] == "k1"
    assert "KMS fields" in complaint("upload_object", {**kms, "server_side_encryption": "AES256"})
    assert "not both" in complaint(
        "upload_object",
        {**PLACE, "text": "", "server_side_encryption": "AES256", "sse_customer_key": KEY},
    )


def test_lock_goes_together() -> None:
    one = {**PLACE, "text": "", "object_lock_mode": "GOVERNANCE"}
    assert "give both" in complaint("upload_object", one)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"a b": "1"}, "HTTP header"),
        ({"a": "é"}, "ASCII"),
        ({"a": "x\r\ny"}, "ASCII"),
        ({"a": "x" * 2048}, "2 KB"),
        ({"": "x"}, "HTTP header"),
    ],
)
def test_metadata(metadata: dict[str, str], words: str) -> None:
    assert words in complaint("upload_object", {**PLACE, "text": "", "metadata": metadata})


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ([{"key": str(each)} for each in range(11)], "at most 10"),
        ([{"key": "a"}, {"key": "a"}], "given twice"),
        ([{"key": "aws:x"}], "AWS's own"),
        ([{"key": "k" * 129}], "128"),
        ([{"key": "a", "value": "v" * 257}], "256"),
        ([{"key": "a", "value": "🗝" * 129}], "256"),
        ([{"key": ""}], "needs a key"),
        ([{"value": "1"}], "required"),
        ([{"key": "a", "other": "1"}], "other"),
    ],
)
def test_tags(tags: list[dict[str, str]], words: str) -> None:
    assert words in complaint("tag_object", {**PLACE, "tags": tags})


def test_tagging_as_text() -> None:
    for text, words in (
        ("a=1&a=2", "given twice"),
        ("a", "Key1=Value1"),
        ("&".join(f"k{each}=1" for each in range(11)), "at most 10"),
    ):
        assert words in complaint("upload_object", {**PLACE, "text": "", "tagging": text})


def test_copy_directives() -> None:
    place = {"source": PLACE}
    for destination, words in (
        ({**PLACE, "metadata_directive": "COPY", "content_type": "a/b"}, "metadata_directive"),
        ({**PLACE, "tagging_directive": "COPY", "tagging": "a=1"}, "tagging_directive"),
    ):
        assert words in complaint("copy_object", {**place, "destination": destination})


def test_create_bucket_acl_needs_an_ownership_that_takes_one() -> None:
    inputs = {"bucket": "new", "canned_acl": "public-read"}
    assert "object_ownership" in complaint("create_bucket", inputs)
    valid("create_bucket", {**inputs, "object_ownership": "ObjectWriter"})


def test_search_limits() -> None:
    assert "less than or equal to 10000000" in complaint(
        "search_objects", {"bucket": "records", "record_limit": 10_000_001}
    )
    assert "greater than or equal to 0" in complaint(
        "search_objects", {"bucket": "records", "record_limit": -1}
    )


def test_unknown_input() -> None:
    assert "Extra inputs" in complaint("read_object", {**PLACE, "vesion_id": "x"})


@pytest.mark.parametrize("range_", ["0-1", "bytes=", "bytes=a-b", "bytes=0-1,3-4"])
def test_range(range_: str) -> None:
    assert "pattern" in complaint("download_object", {**PLACE, "range": range_})
