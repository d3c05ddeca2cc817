"""S3 in the sandbox: what moto would do otherwise than AWS, the gate does right."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, client, unique
from tests.integration.sandbox.refusal import refused

KEYS = [
    "plain",
    "with space",
    "plus+sign",
    "per%cent %20",
    "ünïcödé/日本語/🙂",
    "//double//slash",
    "../up/./and/..",
    "trailing/",
    "?question#hash&amp=1",
    "quote'\"<tag>",
    "tilde~star*(paren)!",
    "x" * 1_024,
    "ü" * 512,
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key)[:12])
def test_keys_are_kept_as_they_are(customer: Customer, key: str) -> None:
    bucket = customer.make_bucket()
    body = key.encode()
    customer.put_object(bucket, key, body)
    assert customer.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    assert customer.s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(body)
    customer.s3.copy_object(Bucket=bucket, Key=f"{key[:500]}.copy",
                            CopySource={"Bucket": bucket, "Key": key})  # fmt: skip
    listed = customer.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {each["Key"] for each in listed} == {key, f"{key[:500]}.copy"}
    versions = customer.s3.list_object_versions(Bucket=bucket, Prefix=key[:500])["Versions"]
    assert len(versions) == 2
    answer = customer.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})
    assert [each["Key"] for each in answer["Deleted"]] == [key]


def test_a_key_of_more_than_1024_bytes(customer: Customer) -> None:
    bucket = customer.make_bucket()
    for key in ("x" * 1_025, "ü" * 513):
        with refused("KeyTooLongError", 400):
            customer.put_object(bucket, key)


def test_an_object_of_no_bytes(customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "empty", b"", ContentType="text/plain")
    answer = customer.s3.get_object(Bucket=bucket, Key="empty")
    assert answer["Body"].read() == b""
    assert answer["ContentLength"] == 0
    assert answer["ContentType"] == "text/plain"
    with refused("InvalidRange", 416):
        customer.s3.get_object(Bucket=bucket, Key="empty", Range="bytes=0-0")


def test_an_object_that_looks_like_a_form(customer: Customer) -> None:
    bucket = customer.make_bucket()
    kind = "application/x-www-form-urlencoded"
    customer.put_object(bucket, "k", b"a=b&c=d", ContentType=kind)
    answer = customer.s3.get_object(Bucket=bucket, Key="k")
    assert answer["Body"].read() == b"a=b&c=d"
    assert answer["ContentType"] == kind


def test_metadata_comes_back(customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(
        bucket,
        "k",
        b"x",
        Metadata={"under_score": "1", "dash-ed": "two words"},
        CacheControl="no-cache",
        ContentEncoding="gzip",
    )
    answer = customer.s3.head_object(Bucket=bucket, Key="k")
    assert answer["Metadata"] == {"under_score": "1", "dash-ed": "two words"}
    assert answer["CacheControl"] == "no-cache"
    assert answer["ContentEncoding"] == "gzip"


def test_buckets_belong_to_the_account_that_made_them(
    sandbox: SandboxInfo, customer: Customer
) -> None:
    bucket = customer.make_bucket()
    names = {each["Name"] for each in customer.s3.list_buckets()["Buckets"]}
    assert bucket in names
    customer.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=customer.account_id)
    other = sandbox.platform.account_id
    with refused("403", 403):
        customer.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=other)
    with refused("AccessDenied", 403):
        customer.s3.put_object(Bucket=bucket, Key="k", ExpectedBucketOwner=other)
    customer.put_object(bucket, "k")
    with refused("AccessDenied", 403):
        customer.s3.copy_object(
            Bucket=bucket,
            Key="c",
            CopySource={"Bucket": bucket, "Key": "k"},
            ExpectedSourceBucketOwner=other,
        )


def test_a_bucket_that_is_not_there(customer: Customer) -> None:
    name = unique("nowhere")
    with refused("NoSuchBucket", 404):
        customer.s3.list_objects_v2(Bucket=name)
    with refused("404", 404):
        customer.s3.head_bucket(Bucket=name)
    bucket = customer.make_bucket()
    with refused("NoSuchBucket", 404):
        customer.s3.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": name, "Key": "k"})


def test_listing_buckets_by_pages(customer: Customer) -> None:
    made = sorted(customer.make_bucket() for _ in range(3))
    pages = customer.s3.get_paginator("list_buckets").paginate(
        Prefix="practice-", PaginationConfig={"PageSize": 1}
    )
    found = [(each["Name"], each["BucketRegion"]) for page in pages for each in page["Buckets"]]
    assert [name for name, _ in found] == sorted({name for name, _ in found})
    assert set(made) <= {name for name, _ in found}


class TestRegions:
    def test_a_bucket_elsewhere_redirects(self, sandbox: SandboxInfo, customer: Customer) -> None:
        bucket = customer.make_bucket(region="eu-west-1")
        there = client(sandbox, "s3", sandbox.customer, "eu-west-1")
        there.put_object(Bucket=bucket, Key="k", Body=b"x")
        headers = there.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-amz-bucket-region"] == "eu-west-1"
        answer = client(sandbox, "s3", sandbox.customer, "us-east-1").get_object(
            Bucket=bucket, Key="k"
        )
        assert answer["Body"].read() == b"x"

    def test_head_tells_the_region_to_who_may_not_ask(
        self, sandbox: SandboxInfo, customer: Customer
    ) -> None:
        bucket = customer.make_bucket(region="eu-west-1")
        there = client(sandbox, "s3", sandbox.platform, "eu-west-1")
        with refused("403", 403) as refusal:
            there.head_bucket(Bucket=bucket)
        assert refusal.headers is not None
        assert refusal.headers["x-amz-bucket-region"] == "eu-west-1"

    def test_as_seen_by_who_does_not_follow(self, sandbox: SandboxInfo, customer: Customer) -> None:
        bucket = customer.make_bucket(region="eu-west-1")
        here = client(sandbox, "s3", sandbox.customer, "us-west-2")
        here.meta.events.unregister("needs-retry.s3", unique_id=None)
        events: Any = here.meta.events
        seen: list[Any] = []
        events.register("response-received.s3", lambda **given: seen.append(given))
        here.get_bucket_location(Bucket=bucket)
        here.list_objects_v2(Bucket=bucket)
        first = seen[1]["response_dict"]
        assert first["status_code"] == 301
        assert first["headers"]["x-amz-bucket-region"] == "eu-west-1"
        assert b"<Code>PermanentRedirect</Code>" in first["body"]

    def test_a_bucket_is_made_where_it_is_asked_for(
        self, sandbox: SandboxInfo, customer: Customer
    ) -> None:
        there = client(sandbox, "s3", sandbox.customer, "eu-west-1")
        with refused("IllegalLocationConstraintException", 400):
            there.create_bucket(Bucket=unique("practice"))
        with refused("IllegalLocationConstraintException", 400):
            there.create_bucket(
                Bucket=unique("practice"),
                CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
            )
        bucket = customer.make_bucket(region="eu-west-1")
        assert there.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"


class TestIntegrity:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"ContentMD5": base64.b64encode(b"0" * 16).decode()}, "BadDigest"),
            ({"ContentMD5": "not base64"}, "InvalidDigest"),
            ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest"),
            ({"ChecksumCRC32C": "AAAAAA=="}, "BadDigest"),
            ({"ChecksumSHA1": base64.b64encode(b"0" * 20).decode()}, "BadDigest"),
            ({"ChecksumSHA256": base64.b64encode(b"0" * 32).decode()}, "BadDigest"),
            ({"ChecksumCRC64NVME": base64.b64encode(b"0" * 8).decode()}, "BadDigest"),
        ],
    )
    def test_what_does_not_match_is_refused(
        self, customer: Customer, more: dict[str, Any], code: str
    ) -> None:
        bucket = customer.make_bucket()
        with refused(code, 400):
            customer.put_object(bucket, "k", b"hello", **more)
        with refused("404", 404):
            customer.s3.head_object(Bucket=bucket, Key="k")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            # "123456789" is the check value of CRC catalogues.
            ("ChecksumCRC32", base64.b64encode(bytes.fromhex("cbf43926")).decode()),
            ("ChecksumCRC32C", base64.b64encode(bytes.fromhex("e3069283")).decode()),
            ("ChecksumCRC64NVME", base64.b64encode(bytes.fromhex("ae8b14860a799888")).decode()),
            ("ChecksumSHA256", base64.b64encode(hashlib.sha256(b"123456789").digest()).decode()),
        ],
    )
    def test_what_matches_is_kept_and_told(self, customer: Customer, name: str, value: str) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k", b"123456789", **{name: value})
        answer: Any = customer.s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
        assert answer[name] == value

    def test_a_part_that_does_not_match(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        upload = customer.s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        with refused("BadDigest", 400):
            customer.s3.upload_part(
                Bucket=bucket,
                Key="k",
                UploadId=upload,
                PartNumber=1,
                Body=b"hello",
                ChecksumCRC32="AAAAAA==",
            )


class TestLocks:
    def until(self, days: int) -> datetime:
        return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)

    def retain(self, customer: Customer, bucket: str, mode: Any, days: int, **more: Any) -> None:
        customer.s3.put_object_retention(
            Bucket=bucket,
            Key="k",
            Retention={"Mode": mode, "RetainUntilDate": self.until(days)},
            **more,
        )

    def test_compliance_is_never_shortened(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        version = customer.put_object(bucket, "k", b"x")
        self.retain(customer, bucket, "COMPLIANCE", 10)
        with refused("AccessDenied", 403):
            self.retain(customer, bucket, "COMPLIANCE", 5)
        with refused("AccessDenied", 403):
            self.retain(customer, bucket, "GOVERNANCE", 20, BypassGovernanceRetention=True)
        with refused("AccessDenied", 403):
            customer.s3.delete_object(
                Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=True
            )
        self.retain(customer, bucket, "COMPLIANCE", 20)
        found = customer.s3.get_object_retention(Bucket=bucket, Key="k")["Retention"]
        assert found["Mode"] == "COMPLIANCE"
        assert found["RetainUntilDate"] > self.until(15)

    def test_governance_is_shortened_only_by_bypass(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        version = customer.put_object(bucket, "k", b"x")
        self.retain(customer, bucket, "GOVERNANCE", 10)
        with refused("AccessDenied", 403):
            self.retain(customer, bucket, "GOVERNANCE", 5)
        self.retain(customer, bucket, "GOVERNANCE", 5, BypassGovernanceRetention=True)
        with refused("AccessDenied", 403):
            customer.s3.delete_object(Bucket=bucket, Key="k", VersionId=version)
        with refused("AccessDenied", 403):
            customer.s3.delete_object(
                Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=False
            )
        customer.s3.delete_object(
            Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=True
        )

    def test_a_legal_hold_holds(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        version = customer.put_object(bucket, "k", b"x", ObjectLockLegalHoldStatus="ON")
        with refused("AccessDenied", 403):
            customer.s3.delete_object(
                Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=True
            )
        customer.s3.put_object_legal_hold(Bucket=bucket, Key="k", LegalHold={"Status": "OFF"})
        found = customer.s3.get_object_legal_hold(Bucket=bucket, Key="k")
        assert found["LegalHold"] == {"Status": "OFF"}
        customer.s3.delete_object(Bucket=bucket, Key="k", VersionId=version)

    def test_an_object_without_lock_has_none(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        customer.put_object(bucket, "k", b"the object itself")
        with refused("NoSuchObjectLockConfiguration", 404):
            customer.s3.get_object_retention(Bucket=bucket, Key="k")
        with refused("NoSuchObjectLockConfiguration", 404):
            customer.s3.get_object_legal_hold(Bucket=bucket, Key="k")
        unlocked = customer.make_bucket()
        customer.put_object(unlocked, "k")
        with refused("InvalidRequest", 400):
            self.retain(customer, unlocked, "GOVERNANCE", 1)

    def test_a_bucket_s_own_retention_counts_for_everything(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        customer.s3.put_object_lock_configuration(
            Bucket=bucket,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}},
            },
        )
        customer.put_object(bucket, "put", b"x")
        source: Any = {"Bucket": bucket, "Key": "put"}
        customer.s3.copy_object(Bucket=bucket, Key="copied", CopySource=source)
        about: Any = {"Bucket": bucket, "Key": "parts"}
        about["UploadId"] = customer.s3.create_multipart_upload(**about)["UploadId"]
        etag = customer.s3.upload_part(PartNumber=1, Body=b"x", **about)["ETag"]
        parts: Any = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        customer.s3.complete_multipart_upload(MultipartUpload=parts, **about)
        for key in ("put", "copied", "parts"):
            found = customer.s3.get_object_retention(Bucket=bucket, Key=key)["Retention"]
            assert found["Mode"] == "GOVERNANCE"
            assert found["RetainUntilDate"] > self.until(1)

    def test_an_upload_in_parts_is_locked_as_it_was_begun(self, customer: Customer) -> None:
        bucket = customer.make_bucket(locked=True)
        upload = customer.s3.create_multipart_upload(
            Bucket=bucket,
            Key="k",
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate=self.until(3),
            ObjectLockLegalHoldStatus="ON",
        )["UploadId"]
        part = customer.s3.upload_part(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x"
        )
        customer.s3.complete_multipart_upload(
            Bucket=bucket,
            Key="k",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        found = customer.s3.head_object(Bucket=bucket, Key="k")
        assert found["ObjectLockMode"] == "GOVERNANCE"
        assert found["ObjectLockLegalHoldStatus"] == "ON"


class TestCustomerKeys:
    KEY = b"k" * 32
    OTHER = b"o" * 32

    def given(self, key: bytes) -> dict[str, Any]:
        return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}

    def test_nobody_reads_without_the_key(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        answer = customer.s3.put_object(Bucket=bucket, Key="k", Body=b"x", **self.given(self.KEY))
        assert answer["SSECustomerAlgorithm"] == "AES256"
        with refused("InvalidRequest", 400):
            customer.s3.get_object(Bucket=bucket, Key="k")
        with refused("400", 400):
            customer.s3.head_object(Bucket=bucket, Key="k")
        with refused("AccessDenied", 403):
            customer.s3.get_object(Bucket=bucket, Key="k", **self.given(self.OTHER))
        found = customer.s3.get_object(Bucket=bucket, Key="k", **self.given(self.KEY))
        assert found["Body"].read() == b"x"
        customer.put_object(bucket, "k", b"plain")
        assert customer.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"plain"
        with refused("InvalidRequest", 400):
            customer.s3.get_object(Bucket=bucket, Key="k", **self.given(self.KEY))

    def test_a_copy_needs_the_source_s_key(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k", b"x", **self.given(self.KEY))
        source: Any = {"Bucket": bucket, "Key": "k"}
        with refused("InvalidRequest", 400):
            customer.s3.copy_object(Bucket=bucket, Key="c", CopySource=source)
        customer.s3.copy_object(
            Bucket=bucket,
            Key="c",
            CopySource=source,
            CopySourceSSECustomerAlgorithm="AES256",
            CopySourceSSECustomerKey=self.KEY.decode(),
        )
        assert customer.s3.get_object(Bucket=bucket, Key="c")["Body"].read() == b"x"

    def test_an_upload_in_parts_has_one_key(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        upload = customer.s3.create_multipart_upload(
            Bucket=bucket, Key="k", **self.given(self.KEY)
        )["UploadId"]
        about: Any = {"Bucket": bucket, "Key": "k", "UploadId": upload}
        with refused("InvalidRequest", 400):
            customer.s3.upload_part(PartNumber=1, Body=b"x", **about)
        part = customer.s3.upload_part(PartNumber=1, Body=b"x", **about, **self.given(self.KEY))
        customer.s3.complete_multipart_upload(
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}, **about
        )
        with refused("InvalidRequest", 400):
            customer.s3.get_object(Bucket=bucket, Key="k")


class TestCopies:
    def test_conditions_on_the_source(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        etag = customer.s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
        source: Any = {"Bucket": bucket, "Key": "k"}
        long_ago, ahead = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
        refusing: list[dict[str, Any]] = [
            {"CopySourceIfMatch": '"other"'},
            {"CopySourceIfNoneMatch": etag},
            {"CopySourceIfModifiedSince": ahead},
            {"CopySourceIfUnmodifiedSince": long_ago},
        ]
        passing: list[dict[str, Any]] = [
            {"CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": long_ago},
            {"CopySourceIfNoneMatch": '"other"'},
            {"CopySourceIfModifiedSince": long_ago},
        ]
        for more in refusing:
            with refused("PreconditionFailed", 412):
                customer.s3.copy_object(Bucket=bucket, Key="c", CopySource=source, **more)
        for more in passing:
            customer.s3.copy_object(Bucket=bucket, Key="c", CopySource=source, **more)

    def test_a_copy_onto_itself_must_change_something(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k", b"x")
        source: Any = {"Bucket": bucket, "Key": "k"}
        with refused("InvalidRequest", 400):
            customer.s3.copy_object(Bucket=bucket, Key="k", CopySource=source)
        customer.s3.copy_object(
            Bucket=bucket,
            Key="k",
            CopySource=source,
            MetadataDirective="REPLACE",
            Metadata={"a": "b"},
        )
        assert customer.s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"a": "b"}

    def test_tags_go_along_unless_replaced(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k", b"x", Tagging="a=b")
        source: Any = {"Bucket": bucket, "Key": "k"}
        customer.s3.copy_object(Bucket=bucket, Key="c", CopySource=source)
        customer.s3.copy_object(
            Bucket=bucket, Key="r", CopySource=source, TaggingDirective="REPLACE", Tagging="c=d"
        )
        tags = [
            customer.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"] for key in ("c", "r")
        ]
        assert tags == [[{"Key": "a", "Value": "b"}], [{"Key": "c", "Value": "d"}]]

    def test_across_regions(self, sandbox: SandboxInfo, customer: Customer) -> None:
        source = customer.make_bucket()
        target = customer.make_bucket(region="eu-west-1")
        customer.put_object(source, "k", b"x")
        there = client(sandbox, "s3", sandbox.customer, "eu-west-1")
        there.copy_object(Bucket=target, Key="k", CopySource={"Bucket": source, "Key": "k"})
        assert there.get_object(Bucket=target, Key="k")["Body"].read() == b"x"


class TestParts:
    def test_an_upload_that_is_not_there(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        upload = customer.s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        for key, name in (("k", "nothing"), ("other", upload)):
            with refused("NoSuchUpload", 404):
                customer.s3.upload_part(
                    Bucket=bucket, Key=key, UploadId=name, PartNumber=1, Body=b"x"
                )
            with refused("NoSuchUpload", 404):
                customer.s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=name)
        customer.s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
        with refused("NoSuchUpload", 404):
            customer.s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)

    def test_completing_twice_is_answered_twice(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        upload = customer.s3.create_multipart_upload(
            Bucket=bucket, Key="k", ContentType="text/plain", Metadata={"a": "b"}, Tagging="c=d"
        )["UploadId"]
        part = customer.s3.upload_part(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x"
        )
        about: Any = {
            "Bucket": bucket,
            "Key": "k",
            "UploadId": upload,
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        }
        first = customer.s3.complete_multipart_upload(**about)
        assert customer.s3.complete_multipart_upload(**about)["ETag"] == first["ETag"]
        found = customer.s3.head_object(Bucket=bucket, Key="k")
        assert found["ContentType"] == "text/plain"
        assert found["Metadata"] == {"a": "b"}
        assert found["ETag"].endswith('-1"')

    def test_uploads_are_listed_in_order(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        for key in ("b", "a", "c"):
            customer.s3.create_multipart_upload(Bucket=bucket, Key=key)
        pages = customer.s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 1}
        )
        found = [each for page in pages for each in page.get("Uploads", [])]
        assert [each["Key"] for each in found] == ["a", "b", "c"]
        assert all(each["Initiated"].year >= 2026 for each in found)


class TestListings:
    def keys(self, customer: Customer, count: int = 25) -> tuple[str, list[str]]:
        bucket = customer.make_bucket(versioned=True)
        keys = [f"{group}/{number:03}" for group in "abcde" for number in range(count // 5)]
        for key in keys:
            customer.put_object(bucket, key)
        return bucket, keys

    @pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
    @pytest.mark.parametrize("size", [1, 7, 1000])
    def test_every_key_once(self, customer: Customer, operation: Any, size: int) -> None:
        bucket, keys = self.keys(customer)
        pages: Any = customer.s3.get_paginator(operation).paginate(
            Bucket=bucket, PaginationConfig={"PageSize": size}
        )
        assert [each["Key"] for page in pages for each in page.get("Contents", [])] == keys

    @pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
    @pytest.mark.parametrize("size", [1, 2, 1000])
    def test_every_common_prefix_once(self, customer: Customer, operation: Any, size: int) -> None:
        bucket, _ = self.keys(customer)
        customer.put_object(bucket, "between")
        pages: Any = customer.s3.get_paginator(operation).paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size}
        )
        found = list(pages)
        prefixes = [each["Prefix"] for page in found for each in page.get("CommonPrefixes", [])]
        assert prefixes == ["a/", "b/", "c/", "d/", "e/"]
        assert [each["Key"] for page in found for each in page.get("Contents", [])] == ["between"]

    @pytest.mark.parametrize("size", [1, 2, 7, 1000])
    def test_every_version_once(self, customer: Customer, size: int) -> None:
        bucket, keys = self.keys(customer, 10)
        for key in keys[:3]:
            customer.put_object(bucket, key, b"second")
            customer.s3.delete_object(Bucket=bucket, Key=key)
        pages = list(
            customer.s3.get_paginator("list_object_versions").paginate(
                Bucket=bucket, PaginationConfig={"PageSize": size}
            )
        )
        versions = [each for page in pages for each in page.get("Versions", [])]
        markers = [each for page in pages for each in page.get("DeleteMarkers", [])]
        assert len(versions) == 13
        assert len({each["VersionId"] for each in versions}) == 13
        assert [each["Key"] for each in markers] == keys[:3]
        assert all(each["IsLatest"] for each in markers)
        assert sum(each["IsLatest"] for each in versions) == 7

    def test_where_to_start(self, customer: Customer) -> None:
        bucket, keys = self.keys(customer)
        found = customer.s3.list_objects_v2(Bucket=bucket, StartAfter="c/002", MaxKeys=3)
        assert [each["Key"] for each in found["Contents"]] == keys[13:16]
        assert found["KeyCount"] == 3
        assert found["IsTruncated"]
        nothing = customer.s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
        assert not nothing["IsTruncated"]
        with refused("InvalidArgument", 400):
            customer.s3.list_objects_v2(Bucket=bucket, ContinuationToken="rubbish!")

    def test_what_is_told_of_versions(self, customer: Customer) -> None:
        bucket = customer.make_bucket(versioned=True)
        version = customer.put_object(bucket, "k", b"x")
        tags: Any = {"TagSet": [{"Key": "a", "Value": "b"}]}
        about: Any = {"Bucket": bucket, "Key": "k"}
        assert customer.s3.put_object_tagging(Tagging=tags, **about)["VersionId"] == version
        assert customer.s3.get_object_tagging(**about)["VersionId"] == version
        marker = customer.s3.delete_object(**about)
        assert marker["DeleteMarker"]
        gone = customer.s3.delete_object(VersionId=marker["VersionId"], **about)
        assert gone["DeleteMarker"]
        marker = customer.s3.delete_object(**about)
        names: Any = {"Objects": [{"Key": "k", "VersionId": marker["VersionId"]}]}
        answer = customer.s3.delete_objects(Bucket=bucket, Delete=names)
        assert answer["Deleted"] == [
            {
                "Key": "k",
                "VersionId": marker["VersionId"],
                "DeleteMarker": True,
                "DeleteMarkerVersionId": marker["VersionId"],
            }
        ]
        assert customer.s3.get_object(**about)["Body"].read() == b"x"

    def test_deleted_objects_are_not_listed(self, customer: Customer) -> None:
        bucket, keys = self.keys(customer, 5)
        customer.s3.delete_object(Bucket=bucket, Key=keys[0])
        listed = customer.s3.list_objects_v2(Bucket=bucket)["Contents"]
        assert [each["Key"] for each in listed] == keys[1:]


class TestRefusals:
    def test_new_buckets_have_no_acls(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        with refused("AccessControlListNotSupported", 400):
            customer.put_object(bucket, "k", b"x", ACL="public-read")
        with refused("AccessControlListNotSupported", 400):
            customer.s3.put_bucket_acl(Bucket=bucket, ACL="private")
        customer.put_object(bucket, "k", b"x", ACL="bucket-owner-full-control")
        writers = customer.make_bucket(ownership="ObjectWriter")
        customer.put_object(writers, "k", b"x", ACL="public-read")
        grants = customer.s3.get_object_acl(Bucket=writers, Key="k")["Grants"]
        assert "READ" in {each["Permission"] for each in grants}

    @pytest.mark.parametrize(
        ("tags", "code"),
        [
            ([{"Key": f"k{number}", "Value": "v"} for number in range(11)], "BadRequest"),
            ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "InvalidTag"),
            ([{"Key": "aws:mine", "Value": "1"}], "InvalidTag"),
            ([{"Key": "k" * 129, "Value": "1"}], "InvalidTag"),
            ([{"Key": "k", "Value": "v" * 257}], "InvalidTag"),
        ],
    )
    def test_tags_that_are_none(self, customer: Customer, tags: Any, code: str) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k")
        with refused(code, 400):
            customer.s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})

    def test_an_empty_set_of_tags_removes_them(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k", b"x", Tagging="a=b")
        customer.s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": []})
        assert customer.s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []

    def test_what_is_not_there_says_so(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        s3: Any = customer.s3
        calls: list[tuple[str, dict[str, Any]]] = [
            ("delete_bucket_inventory_configuration", {"Id": "x"}),
            ("delete_bucket_metrics_configuration", {"Id": "x"}),
            ("delete_bucket_analytics_configuration", {"Id": "x"}),
            ("delete_bucket_intelligent_tiering_configuration", {"Id": "x"}),
            ("delete_bucket_metadata_table_configuration", {}),
            ("get_bucket_request_payment", {}),
            ("get_bucket_replication", {}),
            ("get_object_torrent", {"Key": "k"}),
            ("restore_object", {"Key": "k", "RestoreRequest": {"Days": 1}}),
            ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Suspended"}}),
        ]
        for name, more in calls:
            with refused("NotImplemented", 501):
                getattr(s3, name)(Bucket=bucket, **more)
        s3.head_bucket(Bucket=bucket)

    def test_there_is_always_encryption(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.s3.delete_bucket_encryption(Bucket=bucket)
        found = customer.s3.get_bucket_encryption(Bucket=bucket)
        rule = found["ServerSideEncryptionConfiguration"]["Rules"][0]
        assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        customer.put_object(bucket, "k", b"x")
        head = customer.s3.head_object(Bucket=bucket, Key="k")
        assert head["ServerSideEncryption"] == "AES256"

    def test_a_bucket_with_anything_in_it_stays(self, customer: Customer) -> None:
        bucket = customer.make_bucket()
        customer.put_object(bucket, "k")
        with refused("BucketNotEmpty", 409):
            customer.s3.delete_bucket(Bucket=bucket)
        customer.s3.delete_object(Bucket=bucket, Key="k")
        customer.s3.delete_bucket(Bucket=bucket)
        with refused("404", 404):
            customer.s3.head_bucket(Bucket=bucket)

    def test_a_name_that_is_taken(self, sandbox: SandboxInfo, customer: Customer) -> None:
        bucket = customer.make_bucket(region="eu-west-1")
        there = client(sandbox, "s3", sandbox.customer, "eu-west-1")
        with refused("BucketAlreadyOwnedByYou", 409):
            there.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
