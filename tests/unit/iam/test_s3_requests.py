"""What a request to S3 is, what it needs, and which condition keys it sets."""

from collections.abc import Mapping

import pytest

from penstock.iam.s3_requests import Access, Facts, ObjectName, S3Call, copy_source, recognize

KEY_ARN = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def call(
    method: str,
    key: str = "k",
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> S3Call:
    found = recognize(method, "b", key, query or {}, headers or {})
    assert found is not None
    return found


def needed(found: S3Call, facts: Facts | None = None) -> set[str]:
    """Actions with the resource after the bucket's name, so that rows stay short."""
    return {
        f"{each.action} {each.resource.removeprefix('arn:aws:s3:::')}"
        for each in found.accesses(facts)
    }


COPY = {"x-amz-copy-source": "src/from"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (call("GET"), {"s3:GetObject b/k"}),
        (call("HEAD"), {"s3:GetObject b/k"}),
        (call("GET", query={"versionId": "v"}), {"s3:GetObjectVersion b/k"}),
        (call("HEAD", query={"versionId": "v"}), {"s3:GetObjectVersion b/k"}),
        (call("PUT"), {"s3:PutObject b/k"}),
        (
            call("PUT", headers={"X-Amz-Acl": "private"}),
            {"s3:PutObject b/k", "s3:PutObjectAcl b/k"},
        ),
        (
            call("PUT", headers={"x-amz-grant-read": "id=1"}),
            {"s3:PutObject b/k", "s3:PutObjectAcl b/k"},
        ),
        (
            call("PUT", headers={"x-amz-tagging": "a=b"}),
            {"s3:PutObject b/k", "s3:PutObjectTagging b/k"},
        ),
        (
            call(
                "PUT",
                headers={
                    "x-amz-object-lock-mode": "GOVERNANCE",
                    "x-amz-object-lock-retain-until-date": "2030-01-01T00:00:00Z",
                    "x-amz-object-lock-legal-hold": "ON",
                },
            ),
            {"s3:PutObject b/k", "s3:PutObjectRetention b/k", "s3:PutObjectLegalHold b/k"},
        ),
        (call("PUT", headers={"if-match": "e"}), {"s3:PutObject b/k", "s3:GetObject b/k"}),
        (call("PUT", headers={"if-none-match": "*"}), {"s3:PutObject b/k"}),
        (call("DELETE"), {"s3:DeleteObject b/k"}),
        (call("DELETE", query={"versionId": "v"}), {"s3:DeleteObjectVersion b/k"}),
        (
            call(
                "DELETE",
                query={"versionId": "v"},
                headers={"x-amz-bypass-governance-retention": "true"},
            ),
            {"s3:DeleteObjectVersion b/k", "s3:BypassGovernanceRetention b/k"},
        ),
        (
            call("DELETE", headers={"x-amz-bypass-governance-retention": "false"}),
            {"s3:DeleteObject b/k"},
        ),
        (call("GET", query={"tagging": ""}), {"s3:GetObjectTagging b/k"}),
        (
            call("PUT", query={"tagging": "", "versionId": "v"}),
            {"s3:PutObjectVersionTagging b/k"},
        ),
        (
            call("DELETE", query={"tagging": "", "versionId": "v"}),
            {"s3:DeleteObjectVersionTagging b/k"},
        ),
        (call("PUT", query={"acl": "", "versionId": "v"}), {"s3:PutObjectVersionAcl b/k"}),
        (call("PUT", query={"legal-hold": "", "versionId": "v"}), {"s3:PutObjectLegalHold b/k"}),
        (
            call(
                "PUT",
                query={"retention": ""},
                headers={"x-amz-bypass-governance-retention": "true"},
            ),
            {"s3:PutObjectRetention b/k", "s3:BypassGovernanceRetention b/k"},
        ),
        (
            call("GET", query={"attributes": ""}),
            {"s3:GetObject b/k", "s3:GetObjectAttributes b/k"},
        ),
        (call("POST", query={"uploads": ""}), {"s3:PutObject b/k"}),
        (call("PUT", query={"uploadId": "u", "partNumber": "1"}), {"s3:PutObject b/k"}),
        (call("POST", query={"uploadId": "u"}), {"s3:PutObject b/k"}),
        (call("DELETE", query={"uploadId": "u"}), {"s3:AbortMultipartUpload b/k"}),
        (call("GET", query={"uploadId": "u"}), {"s3:ListMultipartUploadParts b/k"}),
        (call("GET", ""), {"s3:ListBucket b"}),
        (call("HEAD", ""), {"s3:ListBucket b"}),
        (call("GET", "", {"list-type": "2"}), {"s3:ListBucket b"}),
        (call("GET", "", {"versions": ""}), {"s3:ListBucketVersions b"}),
        (call("GET", "", {"uploads": ""}), {"s3:ListBucketMultipartUploads b"}),
        (call("PUT", ""), {"s3:CreateBucket b"}),
        (
            call(
                "PUT",
                "",
                headers={
                    "x-amz-acl": "private",
                    "x-amz-bucket-object-lock-enabled": "true",
                    "x-amz-object-ownership": "ObjectWriter",
                },
            ),
            {
                "s3:CreateBucket b",
                "s3:PutBucketAcl b",
                "s3:PutBucketObjectLockConfiguration b",
                "s3:PutBucketVersioning b",
                "s3:PutBucketOwnershipControls b",
            },
        ),
        (call("DELETE", "", {"lifecycle": ""}), {"s3:PutLifecycleConfiguration b"}),
        (call("DELETE", "", {"inventory": "", "id": "x"}), {"s3:PutInventoryConfiguration b"}),
    ],
    ids=lambda each: each.name if isinstance(each, S3Call) else "",
)
def test_what_a_request_needs(found: S3Call, expected: set[str]) -> None:
    assert needed(found) == expected


def test_listing_buckets_is_on_everything() -> None:
    found = recognize("GET", "", "", {}, {})
    assert found is not None
    assert found.accesses() == (Access("s3:ListAllMyBuckets", "arn:aws:s3:::*"),)
    assert [each.resource for each in found.permissions()] == ["*"]


@pytest.mark.parametrize(
    ("headers", "tagged", "expected"),
    [
        (COPY, False, {"s3:PutObject b/k", "s3:GetObject src/from"}),
        (
            COPY,
            True,
            {
                "s3:PutObject b/k",
                "s3:GetObject src/from",
                "s3:GetObjectTagging src/from",
                "s3:PutObjectTagging b/k",
            },
        ),
        (
            {**COPY, "x-amz-tagging-directive": "REPLACE", "x-amz-tagging": "a=b"},
            True,
            {"s3:PutObject b/k", "s3:GetObject src/from", "s3:PutObjectTagging b/k"},
        ),
        (
            {"x-amz-copy-source": "src/from?versionId=v1"},
            False,
            {"s3:PutObject b/k", "s3:GetObjectVersion src/from"},
        ),
    ],
)
def test_what_a_copy_needs(headers: Mapping[str, str], tagged: bool, expected: set[str]) -> None:
    assert needed(call("PUT", headers=headers), Facts(source_tagged=tagged)) == expected


def test_a_copy_whose_source_may_have_tags_may_need_to_read_them() -> None:
    assert "s3:GetObjectTagging src/from" in needed(call("PUT", headers=COPY))


def test_a_part_copied_needs_its_source() -> None:
    found = call("PUT", query={"uploadId": "u", "partNumber": "2"}, headers=COPY)
    assert found.name == "UploadPartCopy"
    assert needed(found) == {"s3:PutObject b/k", "s3:GetObject src/from"}


def test_keys_of_kms() -> None:
    facts = Facts(kms_key=KEY_ARN)
    assert f"kms:GenerateDataKey {KEY_ARN}" in needed(call("PUT"), facts)
    assert f"kms:Decrypt {KEY_ARN}" in needed(call("GET"), facts)
    part = call("PUT", query={"uploadId": "u", "partNumber": "1"})
    assert f"kms:Decrypt {KEY_ARN}" in needed(part, facts)
    copied = needed(call("PUT", headers=COPY), Facts(source_kms_key=KEY_ARN, source_tagged=False))
    assert f"kms:Decrypt {KEY_ARN}" in copied


def test_a_key_named_by_its_arn_needs_no_facts() -> None:
    headers = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN,
    }
    assert f"kms:GenerateDataKey {KEY_ARN}" in needed(call("PUT", headers=headers))


def test_deleting_many_needs_each() -> None:
    found = call("POST", "", {"delete": ""}, {"x-amz-bypass-governance-retention": "true"})
    facts = Facts(objects=(ObjectName("b", "one"), ObjectName("b", "two", "v")))
    assert needed(found, facts) == {
        "s3:DeleteObject b/one",
        "s3:DeleteObjectVersion b/two",
        "s3:BypassGovernanceRetention b/one",
        "s3:BypassGovernanceRetention b/two",
    }
    assert {each.resource for each in found.permissions()} == {"arn:aws:s3:::b/*"}


def test_requests_are_literal_and_permissions_are_patterns() -> None:
    found = call("GET", "a*b?c${d}")
    assert found.accesses()[0].resource == "arn:aws:s3:::b/a*b?c${d}"
    assert found.permissions()[0].resource == "arn:aws:s3:::b/a${*}b${?}c${$}{d}"
    assert call("GET").accesses(partition="aws-cn")[0].resource == "arn:aws-cn:s3:::b/k"


@pytest.mark.parametrize(
    ("method", "bucket", "key", "query"),
    [
        ("OPTIONS", "b", "k", {}),
        ("POST", "b", "k", {}),
        ("POST", "b", "", {}),
        ("PATCH", "b", "k", {}),
        ("PUT", "", "", {}),
        ("DELETE", "b", "", {"inventory": ""}),
        ("DELETE", "b", "", {"policy": "", "acl": ""}),
        ("GET", "b", "k", {"retention": "", "acl": ""}),
        ("GET", "b", "", {"list-type": "3"}),
        ("GET", "b", "k", {"uploads": ""}),
        ("PUT", "b", "k", {"partNumber": "1"}),
        ("PUT", "b", "k", {"renameObject": ""}),
        ("GET", "b", "k", {"unknown": "1"}),
    ],
)
def test_what_is_no_operation(method: str, bucket: str, key: str, query: dict[str, str]) -> None:
    assert recognize(method, bucket, key, query, {}) is None


def test_what_a_presigned_url_adds_is_no_sub_resource() -> None:
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "c",
        "X-Amz-Date": "d",
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "s",
        "X-Amz-Security-Token": "t",
        "x-id": "GetObject",
    }
    assert call("GET", query=query).name == "GetObject"


def test_headers_in_a_presigned_url_count_as_headers() -> None:
    found = call("PUT", query={"x-amz-acl": "public-read", "X-Amz-Signature": "s"})
    assert needed(found) == {"s3:PutObject b/k", "s3:PutObjectAcl b/k"}
    assert found.context()["s3:x-amz-acl"] == ("public-read",)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("b/k", ObjectName("b", "k")),
        ("/b/k", ObjectName("b", "k")),
        ("b/k%20l%2Bm%3Fn", ObjectName("b", "k l+m?n")),
        ("b//k", ObjectName("b", "/k")),
        ("b/k?versionId=v%2B1", ObjectName("b", "k", "v+1")),
        ("b%2Fk", ObjectName("b", "k")),
        ("b", None),
        ("b/", None),
        ("", None),
        ("arn:aws:s3:eu-west-1:444455556666:accesspoint/ap/object/k", None),
    ],
)
def test_copy_sources(header: str, expected: ObjectName | None) -> None:
    assert copy_source(header) == expected


def test_condition_keys_of_a_listing() -> None:
    found = call("GET", "", {"list-type": "2", "prefix": "a/", "delimiter": "/", "max-keys": "5"})
    assert found.context() == {
        "s3:prefix": ("a/",),
        "s3:delimiter": ("/",),
        "s3:max-keys": ("5",),
    }
    assert call("GET", "").context() == {}


def test_condition_keys_of_an_upload() -> None:
    found = call(
        "PUT",
        headers={
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-storage-class": "STANDARD_IA",
            "x-amz-tagging": "Team=a%20b&Empty=",
            "x-amz-object-lock-mode": "COMPLIANCE",
            "If-None-Match": "*",
        },
    )
    assert found.context() == {
        "s3:x-amz-server-side-encryption": ("aws:kms",),
        "s3:x-amz-storage-class": ("STANDARD_IA",),
        "s3:RequestObjectTag/Team": ("a b",),
        "s3:RequestObjectTag/Empty": ("",),
        "s3:RequestObjectTagKeys": ("Team", "Empty"),
        "s3:object-lock-mode": ("COMPLIANCE",),
        "s3:if-none-match": ("*",),
        "s3:ObjectCreationOperation": ("true",),
    }


def test_condition_keys_of_a_version_and_of_a_copy() -> None:
    assert call("GET", query={"versionId": "v"}).context() == {"s3:versionid": ("v",)}
    copied = call("PUT", headers={"x-amz-copy-source": "src/from?versionId=v"}).context()
    assert copied["s3:x-amz-copy-source"] == ("src/from",)
