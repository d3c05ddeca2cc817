"""S3 as the gate does it: recognise, find the bucket, ask IAM, and only then let moto answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penstock.iam.s3_requests import Access, Facts, ObjectName, S3Call, recognize
from penstock.sandbox import emulator, integrity
from penstock.sandbox.authority import Authority, Caller
from penstock.sandbox.buckets import BucketPolicies, list_buckets, located, owned
from penstock.sandbox.deletion import delete_objects
from penstock.sandbox.emulator import BucketFacts
from penstock.sandbox.exchange import HttpRequest, HttpResponse
from penstock.sandbox.faults import Fault, not_implemented
from penstock.sandbox.surroundings import surroundings

# What moto and this gate answer as S3 does. Everything else is 501, never something near it.
ALLOWED: Final = frozenset(
    re.findall(
        r"\S+",
        """
    ListBuckets CreateBucket DeleteBucket HeadBucket ListObjects ListObjectsV2 ListObjectVersions
    ListMultipartUploads DeleteObjects GetBucketLocation
    GetBucketVersioning PutBucketVersioning GetBucketTagging PutBucketTagging DeleteBucketTagging
    GetBucketLifecycleConfiguration PutBucketLifecycleConfiguration DeleteBucketLifecycle
    GetBucketEncryption PutBucketEncryption DeleteBucketEncryption
    GetBucketOwnershipControls PutBucketOwnershipControls DeleteBucketOwnershipControls
    GetBucketPolicy PutBucketPolicy DeleteBucketPolicy
    GetObjectLockConfiguration PutObjectLockConfiguration
    GetPublicAccessBlock PutPublicAccessBlock DeletePublicAccessBlock
    GetBucketAcl PutBucketAcl GetBucketCors PutBucketCors DeleteBucketCors
    GetObject HeadObject PutObject CopyObject DeleteObject GetObjectAttributes
    CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload AbortMultipartUpload
    ListParts GetObjectAcl PutObjectAcl GetObjectTagging PutObjectTagging DeleteObjectTagging
    GetObjectLegalHold PutObjectLegalHold GetObjectRetention PutObjectRetention
    """,
    )
)
_POLICY: Final = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
_LONGEST_KEY: Final = 1024
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


@dataclass(frozen=True, slots=True)
class S3Request:
    """A request to S3, read: its call and its body (chunks unpacked)."""

    call: S3Call
    body: bytes


def read(request: HttpRequest, body: bytes, trailers: Mapping[str, str]) -> S3Request:
    """What is asked. Raises Fault: NotImplemented if it is no operation the sandbox has."""
    bucket, _, key = request.decoded_path.removeprefix("/").partition("/")
    if "\ufffd" in key and "\ufffd".encode() not in request.path.encode():
        raise Fault("InvalidURI", "Couldn't parse the specified URI.")
    size = len(key.encode())
    if size > _LONGEST_KEY:
        raise Fault(
            "KeyTooLongError",
            "Your key is too long",
            extra={"Size": str(size), "MaxSizeAllowed": str(_LONGEST_KEY)},
        )
    headers = {**request.headers, **trailers}
    call = recognize(request.method, bucket, key, request.parameters, headers)
    if call is None:
        raise not_implemented(f"{request.method} {request.path} with this query")
    if call.name not in ALLOWED:
        raise not_implemented(f"s3:{call.name}")
    return S3Request(call, body)


class Storage:
    """Answers S3."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._policies = BucketPolicies()

    def answer(self, caller: Caller, asked: S3Request) -> HttpResponse:
        """The answer to a request that was read. Raises Fault."""
        call = asked.call
        if call.name == "ListBuckets":
            self._require(caller, call.accesses()[0], caller.account_id, call.context())
            return list_buckets(caller.account_id or "", call.query)
        if call.name == "CreateBucket":
            return self._create(caller, call, asked.body)
        bucket = located(call.bucket, caller.claim, call.name)
        owned(bucket, call.headers.get("x-amz-expected-bucket-owner"))
        around = surroundings(call, bucket, caller, asked.body)
        if call.name == "DeleteObjects":
            return self._delete(caller, bucket, asked)
        for access in call.accesses(around.facts):
            self._authorize(caller, bucket, call, access, around.context)
        self._hide_missing(caller, bucket, call)
        integrity.check(asked.body, call.headers)
        return self._forward(bucket, call, asked.body)

    def _authorize(
        self,
        caller: Caller,
        bucket: BucketFacts,
        call: S3Call,
        access: Access,
        context: Mapping[str, tuple[str, ...]],
    ) -> None:
        where = bucket
        source = call.source
        on_source = source is not None and access.resource == source.arn()
        if source is not None and on_source and source.bucket != bucket.name:
            found = emulator.bucket_facts(source.bucket)
            if found is None:
                raise Fault("NoSuchBucket", "The specified bucket does not exist", 404,
                            extra={"BucketName": source.bucket})  # fmt: skip
            where = found
        if on_source:
            owned(where, call.headers.get("x-amz-source-expected-bucket-owner"))
        account = where.account_id
        policy = self._policies.get(where.name)
        if access.action.startswith("kms:"):
            account, policy = access.resource.split(":")[4], None
        self._authority.require(
            caller,
            access.action,
            access.resource,
            account=account,
            context=context,
            policy=policy,
            plain=account != caller.account_id,
        )

    def _require(
        self,
        caller: Caller,
        access: Access,
        account: str | None,
        context: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._authority.require(
            caller, access.action, access.resource, account=account, context=context
        )

    def _hide_missing(self, caller: Caller, bucket: BucketFacts, call: S3Call) -> None:
        """A missing key is hidden from who may not list (S3 API reference, "GetObject")."""
        wanted = None
        if call.operation.scope == "object" and call.operation.method in ("GET", "HEAD"):
            wanted = ObjectName(call.bucket, call.key, call.version_id)
        elif call.source is not None:
            wanted = call.source
        if wanted is None or call.name == "ListParts":
            return
        if emulator.stored_object(wanted.bucket, wanted.key, wanted.version_id) is not None:
            return
        where = bucket if wanted.bucket == bucket.name else emulator.bucket_facts(wanted.bucket)
        if where is None:
            return
        action = "s3:ListBucketVersions" if wanted.version_id else "s3:ListBucket"
        self._authority.require(
            caller,
            action,
            f"arn:aws:s3:::{wanted.bucket}",
            account=where.account_id,
            context={},
            policy=self._policies.get(where.name),
            plain=where.account_id != caller.account_id,
        )

    def _create(self, caller: Caller, call: S3Call, body: bytes) -> HttpResponse:
        if caller.account_id is None:
            raise Fault("AccessDenied", "Access Denied", 403)
        around = surroundings(call, None, caller, body)
        for access in call.accesses(around.facts):
            self._require(caller, access, caller.account_id, around.context)
        integrity.check(body, call.headers)
        headers = {"x-amz-object-ownership": "BucketOwnerEnforced", **call.headers}
        answer = emulator.s3(
            caller.account_id,
            caller.region,
            "PUT",
            (call.bucket, ""),
            query={},
            headers=_forwarded(headers),
            body=body,
        )
        if answer.status == 200:
            emulator.encrypt_by_default(call.bucket)
        return answer

    def _delete(self, caller: Caller, bucket: BucketFacts, asked: S3Request) -> HttpResponse:
        call = asked.call
        integrity.required(call.headers)
        integrity.check(asked.body, call.headers)
        context = call.context()

        def may(name: ObjectName) -> Fault | None:
            try:
                for access in call.accesses(Facts(objects=(name,))):
                    told = {"s3:versionid": (name.version_id,)} if name.version_id else {}
                    self._authorize(caller, bucket, call, access, {**context, **told})
            except Fault as refused:
                return refused
            return None

        return delete_objects(bucket, call, asked.body, may)

    def _forward(self, bucket: BucketFacts, call: S3Call, body: bytes) -> HttpResponse:
        if call.name in _POLICY:
            return self._policies.answer(call.name, call.bucket, body)
        answer = emulator.s3(
            bucket.account_id,
            bucket.region,
            call.operation.method,
            (call.bucket, call.key),
            query=call.query,
            headers=_forwarded(call.headers),
            body=body,
        )
        if call.name == "DeleteBucket" and answer.status == 204:
            self._policies.drop(call.bucket)
        if call.name == "HeadBucket" and answer.status == 200:
            answer = answer.with_headers({"x-amz-bucket-region": bucket.region})
        return answer


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name not in _DROPPED}
    encodings = [
        each.strip() for each in kept.pop("content-encoding", "").split(",") if each.strip()
    ]
    if left := [each for each in encodings if each.lower() != "aws-chunked"]:
        kept["content-encoding"] = ",".join(left)
    if kept.get("x-amz-bypass-governance-retention", "true").lower() != "true":
        del kept["x-amz-bypass-governance-retention"]
    return kept
