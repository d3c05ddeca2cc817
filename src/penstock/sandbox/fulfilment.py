"""What is done with a request to S3 once IAM has said yes: by the gate itself, or by moto."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from penstock.iam.s3_requests import Facts, ObjectName, S3Call
from penstock.sandbox import (
    copying,
    customer_keys,
    emulator,
    integrity,
    listings,
    locks,
    records,
    refusals,
)
from penstock.sandbox.buckets import BucketPolicies
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, not_implemented
from penstock.sandbox.records import BucketFacts
from penstock.sandbox.surroundings import all_parsed, child_text, parsed
from penstock.sandbox.uploads import Uploads

_POLICY: Final = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
_WRITES: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
_TELL_VERSION: Final = frozenset(
    {
        "GetObjectTagging",
        "PutObjectTagging",
        "DeleteObjectTagging",
        "GetObjectAcl",
        "PutObjectAcl",
    }
)
_ENCRYPTION: Final = "x-amz-server-side-encryption"
# moto must not see these: the gate has dealt with them, or they are not S3's.
_DROPPED: Final = frozenset(
    re.findall(
        r"\S+",
        """
        authorization x-amz-security-token x-amz-date x-amz-content-sha256 x-amz-trailer
        x-amz-decoded-content-length x-moto-account-id content-length transfer-encoding expect
        connection host x-amz-expected-bucket-owner x-amz-source-expected-bucket-owner
        """,
    )
)


class Fulfilment:
    """Does what was asked, as S3 does it."""

    def __init__(self, policies: BucketPolicies) -> None:
        self._policies = policies
        self._uploads = Uploads()

    def create(self, call: S3Call, body: bytes, account: str, region: str) -> HttpResponse:
        """The answer to CreateBucket."""
        refusals.check(call, None, body)
        integrity.check(body, call.headers)
        headers = {"x-amz-object-ownership": "BucketOwnerEnforced", **_forwarded(call.headers)}
        answer = emulator.s3(
            account, region, "PUT", (call.bucket, ""), query={}, headers=headers, body=body
        )
        if answer.status == 200:
            records.encrypt_by_default(call.bucket)
            _tag_new(call.bucket, account, region, body)
        return answer

    def answer(
        self, call: S3Call, bucket: BucketFacts, body: bytes, facts: Facts, now: datetime
    ) -> HttpResponse:
        """The answer to any other operation on a bucket that is there. Raises Fault."""
        with emulator.LOCK:
            self._check(call, bucket, body, now)
            if call.name in _POLICY:
                return self._policies.answer(call.name, call.bucket, body)
            if call.name in listings.OPERATIONS:
                return listings.answer(call.name, bucket, call.query, self._uploads)
            if call.name in locks.READS:
                return locks.answer(call)
            name = ObjectName(call.bucket, call.key, call.version_id)
            unmarked = call.name == "DeleteObject" and records.is_delete_marker(name)
            answer = self._emulated(call, bucket, body, facts)
            self._keep(call, answer, now)
            more = customer_keys.echoed(call)
            version = records.told_version(name) if call.name in _TELL_VERSION else None
        if version is not None and answer.status < 300:
            more["x-amz-version-id"] = version
        if unmarked and answer.status < 300:
            more["x-amz-delete-marker"] = "true"
        if call.name == "HeadBucket" and answer.status == 200:
            more["x-amz-bucket-region"] = bucket.region
        return answer.with_headers(more)

    def _check(self, call: S3Call, bucket: BucketFacts, body: bytes, now: datetime) -> None:
        refusals.check(call, bucket, body)
        locks.check(call, bucket, body, now)
        copying.check(call)
        self._uploads.check(call)
        customer_keys.check(call, self._uploads)
        if call.name == "CompleteMultipartUpload":
            self._check_whole(call, body)
        else:
            integrity.check(body, call.headers)

    @staticmethod
    def _check_whole(call: S3Call, body: bytes) -> None:
        """The checksum sent with a completion is that of the whole object, not of the request."""
        said = integrity.stated(call.headers)
        if said is None or "-" in said[1]:
            return
        numbers = [int(child_text(part, "PartNumber") or 0) for part in all_parsed(body, "Part")]
        whole = records.parts_joined(call.bucket, call.query["uploadId"], numbers)
        if whole is not None:
            integrity.check(whole, {f"x-amz-checksum-{said[0]}": said[1]})

    def _emulated(
        self, call: S3Call, bucket: BucketFacts, body: bytes, facts: Facts
    ) -> HttpResponse:
        method, query = call.operation.method, dict(call.query)
        headers = _forwarded(call.headers)
        if call.name in _WRITES and facts.kms_key is not None:
            headers.setdefault(_ENCRYPTION, "aws:kms")
            headers[f"{_ENCRYPTION}-aws-kms-key-id"] = facts.kms_key
        if call.name == "CopyObject":
            # moto wants a checksum of what is locked, even where nothing is sent.
            headers.setdefault("x-amz-sdk-checksum-algorithm", "CRC32")
        emptied = call.name == "PutObjectTagging" and parsed(body, "Tag") is None
        if emptied:
            method = "DELETE"
        answer = emulator.s3(
            bucket.account_id,
            bucket.region,
            method,
            (call.bucket, call.key),
            query=query,
            headers=headers,
            body=b"" if emptied else body,
        )
        if emptied and answer.status < 300:
            return HttpResponse(200, answer.headers)
        return answer

    def _keep(self, call: S3Call, answer: HttpResponse, now: datetime) -> None:
        if answer.status >= 300:
            return
        if call.name == "DeleteBucketEncryption":
            records.encrypt_by_default(call.bucket)
        if call.name == "DeleteBucket":
            self._policies.drop(call.bucket)
        if call.name == "CreateMultipartUpload":
            found = parsed(answer.body, "UploadId")
            if found is None or not found.text:
                raise Fault("InternalError", "We encountered an internal error.", 500)
            self._uploads.begin(found.text, call, now)
        if call.name == "CompleteMultipartUpload":
            self._uploads.complete(call)
        customer_keys.keep(call, self._uploads)


def _tag_new(bucket: str, account: str, region: str, body: bytes) -> None:
    """Give a new bucket the tags in the body of CreateBucket, of which moto knows nothing."""
    found = "".join(
        f"<Tag><Key>{escape(child_text(tag, 'Key'))}</Key>"
        f"<Value>{escape(child_text(tag, 'Value'))}</Value></Tag>"
        for tag in all_parsed(body, "Tag")
    )
    if found:
        emulator.s3(
            account,
            region,
            "PUT",
            (bucket, ""),
            query={"tagging": ""},
            headers={},
            body=f"<Tagging><TagSet>{found}</TagSet></Tagging>".encode(),
        )


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in headers.items()
        if name not in _DROPPED and name not in copying.CONDITIONS
    }
    encodings = [
        each.strip() for each in kept.pop("content-encoding", "").split(",") if each.strip()
    ]
    if left := [each for each in encodings if each.lower() != "aws-chunked"]:
        kept["content-encoding"] = ",".join(left)
    if kept.get("x-amz-bypass-governance-retention", "true").lower() != "true":
        del kept["x-amz-bypass-governance-retention"]
    if said := integrity.stated(kept):
        kept.setdefault("x-amz-sdk-checksum-algorithm", said[0].upper())
    elif kept.get("x-amz-checksum-algorithm", "").upper() in ("CRC32C", "CRC64NVME"):
        # moto computes another checksum under this name.
        raise not_implemented("this checksum algorithm without a checksum")
    return kept
