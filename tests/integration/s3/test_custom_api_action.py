"""Custom API Action against the sandbox."""

import json

import pytest
from pydantic import ValidationError

from penstock.errors import AccessDenied, CardFailed, NotFound, ServiceFault
from tests.accounts import Customer, allow
from tests.cards import FakeContext
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS

RULES = (
    "<LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix>logs/"
    "</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>"
)


def test_xml_comes_as_an_object(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    for key in ("a", "b"):
        customer.put_object(name, key, b"x")
    inputs = {"bucket": name, "query": {"list-type": "2", "prefix": ""}}
    found = run("custom_api_action", inputs)
    assert found.status_code == 200
    assert found.operation == "ListObjectsV2"
    listed = found.body["ListBucketResult"]
    assert listed["Name"] == name
    assert [each["Key"] for each in listed["Contents"]] == ["a", "b"]
    assert found.headers["content-type"].startswith("application/xml")


def test_xml_goes_up_with_its_checksum(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    inputs = {"method": "PUT", "bucket": name, "query": {"lifecycle": ""}, "body": RULES}
    assert run("custom_api_action", inputs).status_code == 200
    rules = customer.s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert [rule["ID"] for rule in rules] == ["old"]


def test_json_both_ways(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/x",
            }
        ],
    }
    place = {"bucket": name, "query": {"policy": ""}}
    put = run("custom_api_action", {**place, "method": "PUT", "body": policy})
    assert put.status_code in (200, 204)
    found = run("custom_api_action", {**place, "response": "json"})
    assert found.body["Statement"][0]["Effect"] == "Deny"


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_any_key(customer: Customer, bucket: str, run: Run, key: str) -> None:
    place = {"bucket": bucket, "key": key}
    run("custom_api_action", {**place, "method": "PUT", "body": f"content of {key[:9]}"})
    found = run("custom_api_action", place)
    assert found.body == f"content of {key[:9]}"
    assert run("read_object", place).status_code == 200


def test_relative_url(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "dir/a b.txt", b"x", Tagging="k=v")
    inputs = {"bucket": bucket, "relative_url": "/dir/a%20b.txt?tagging"}
    found = run("custom_api_action", inputs)
    assert found.body["Tagging"]["TagSet"]["Tag"] == {"Key": "k", "Value": "v"}


def test_bytes_become_a_file(
    customer: Customer, bucket: str, run: Run, context: FakeContext
) -> None:
    content = bytes(range(256)) * 8192
    customer.put_object(bucket, "blob.bin", content, ContentType="application/octet-stream")
    found = run("custom_api_action", {"bucket": bucket, "key": "blob.bin"})
    assert found.body is None
    assert (found.file.name, found.file.size) == ("blob.bin", len(content))
    with context.files.open(found.file) as file:
        assert file.read() == content
    inputs = {
        "method": "PUT",
        "bucket": bucket,
        "key": "blob.copy",
        "body_file": found.file,
        "headers": {"x-amz-meta-a": "1"},
    }
    run("custom_api_action", inputs)
    assert customer.s3.get_object(Bucket=bucket, Key="blob.copy")["Body"].read() == content
    assert customer.s3.head_object(Bucket=bucket, Key="blob.copy")["Metadata"] == {"a": "1"}


def test_large_text_is_a_file(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "long.txt", b"line\n" * 300_000, ContentType="text/plain")
    found = run("custom_api_action", {"bucket": bucket, "key": "long.txt"})
    assert found.body is None
    assert found.file.size == 1_500_000


def test_head_and_delete(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "short", b"abc")
    place = {"bucket": bucket, "key": "short"}
    head = run("custom_api_action", {**place, "method": "HEAD"})
    assert (head.status_code, head.body) == (200, None)
    assert head.headers["content-length"] == "3"
    assert run("custom_api_action", {**place, "method": "DELETE"}).status_code == 204


def test_account_level(run: Run, bucket: str) -> None:
    found = run("custom_api_action", {})
    assert found.operation == "ListBuckets"
    assert bucket in json.dumps(found.body)


def test_errors_fail_unless_accepted(bucket: str, run: Run, connect: MakeConnection) -> None:
    place = {"bucket": bucket, "key": "missing thing"}
    with pytest.raises(NotFound) as caught:
        run("custom_api_action", place)
    assert caught.value.aws is not None
    assert caught.value.aws.code == "NoSuchKey"
    accepted = run("custom_api_action", {**place, "accept_errors": True})
    assert accepted.status_code == 404
    assert accepted.body["Error"]["Code"] == "NoSuchKey"
    with pytest.raises(AccessDenied) as denied:
        run(
            "custom_api_action",
            {"bucket": bucket, "query": {"versioning": ""}},
            connect(allow("s3:GetObject")),
        )
    assert denied.value.details["actions"] == ["s3:GetBucketVersioning"]


def test_other_owner(bucket: str, run: Run) -> None:
    with pytest.raises(AccessDenied):
        run("custom_api_action", {"bucket": bucket, "expected_bucket_owner": "999999999999"})


def test_not_what_was_asked_for(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "plain", b"not json")
    with pytest.raises(CardFailed, match="cannot be read as json"):
        run("custom_api_action", {"bucket": bucket, "key": "plain", "response": "json"})


@pytest.mark.parametrize(
    "inputs",
    [
        {"relative_url": "https://evil.example/x"},
        {"relative_url": "http:evil.example/x"},
        {"relative_url": "\\\\evil.example\\x"},
        {"headers": {"Host": "evil.example"}},
        {"headers": {"host": "evil.example"}},
        {"headers": {"Authorization": "x"}},
        {"headers": {"X-Amz-Security-Token": "x"}},
        {"headers": {"x": "a\r\nHost: evil.example"}},
        {"headers": {"x\r\ny": "a"}},
        {"headers": {"x-amz-server-side-encryption-customer-key": "k"}},
        {"bucket": "evil.example/x"},
        {"bucket": "a@evil.example"},
        {"bucket": "b", "key": "x", "relative_url": "/y"},
    ],
)
def test_only_the_buckets_endpoint(run: Run, inputs: dict[str, object], bucket: str) -> None:
    with pytest.raises(ValidationError):
        run("custom_api_action", {"bucket": bucket, **inputs})


def test_double_slash_is_part_of_the_key(customer: Customer, bucket: str, run: Run) -> None:
    customer.put_object(bucket, "/evil.example/x", b"here", ContentType="text/plain")
    found = run("custom_api_action", {"bucket": bucket, "relative_url": "//evil.example/x"})
    assert found.body == "here"


def test_entities_are_not_expanded(customer: Customer, bucket: str, run: Run) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
    customer.put_object(bucket, "bomb.xml", bomb, ContentType="application/xml")
    found = run("custom_api_action", {"bucket": bucket, "key": "bomb.xml"})
    assert found.body == bomb.decode()


def test_unknown_operation_is_refused_by_the_server_not_misread(bucket: str, run: Run) -> None:
    with pytest.raises(ServiceFault) as caught:
        run("custom_api_action", {"bucket": bucket, "query": {"no-such-thing": ""}})
    assert caught.value.aws is not None
    assert caught.value.aws.code == "NotImplemented"
