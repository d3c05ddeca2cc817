"""S3 as the gate does it: recognise, find the bucket, ask IAM, and only then let moto answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penstock.iam.s3_requests import Access, Facts, ObjectName, S3Call, recognize
from penstock.sandbox import integrity, records
from penstock.sandbox.authority import Authority, Caller
from penstock.sandbox.buckets import BucketPolicies, list_buckets, located, owned
from penstock.sandbox.deletion import delete_objects
from penstock.sandbox.exchange import HttpRequest, HttpResponse
from penstock.sandbox.faults import Fault, not_implemented
from penstock.sandbox.fulfilment import Fulfilment
from penstock.sandbox.records import BucketFacts
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
_LONGEST_KEY: Final = 1024
_RETENTION: Final = ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date")
_LEGAL_HOLD: Final = ("x-amz-object-lock-legal-hold",)
_TAG_COUNT: Final = ("x-amz-tagging-count",)


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
        self._fulfilment = Fulfilment(self._policies)

    def answer(self, caller: Caller, asked: S3Request) -> HttpResponse:
        """The answer to a request that was read. Raises Fault."""
        call = asked.call
        if call.name == "ListBuckets":
            self._require(caller, call.accesses()[0], caller.account_id, call.context())
            return list_buckets(caller.account_id or "", call.query)
        if call.name == "CreateBucket":
            return self._create(caller, call, asked.body)
        bucket = located(call.bucket, caller.claim, call.name)
        if call.name == "HeadBucket":
            return self._head(caller, bucket, asked)
        return self._do(caller, bucket, asked)

    def _head(self, caller: Caller, bucket: BucketFacts, asked: S3Request) -> HttpResponse:
        """HeadBucket tells the region even to who may not ask (S3 API reference)."""
        try:
            return self._do(caller, bucket, asked)
        except Fault as refused:
            refused.headers["x-amz-bucket-region"] = bucket.region
            raise

    def _do(self, caller: Caller, bucket: BucketFacts, asked: S3Request) -> HttpResponse:
        call = asked.call
        owned(bucket, call.headers.get("x-amz-expected-bucket-owner"))
        around = surroundings(call, bucket, caller, asked.body)
        if call.name == "DeleteObjects":
            return self._delete(caller, bucket, asked)
        for access in call.accesses(around.facts):
            self._authorize(caller, bucket, call, access, around.context)
        self._hide_missing(caller, bucket, call)
        answer = self._fulfilment.answer(
            call, bucket, asked.body, around.facts, caller.request.received
        )
        return self._discreet(caller, bucket, call, answer, around.context)

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
            found = records.bucket_facts(source.bucket)
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
            context = {**context, **_through_s3(caller, where)}
        self._authority.require(
            caller,
            access.action,
            access.resource,
            account=account,
            context=context,
            policy=policy,
            plain=account != caller.account_id,
        )

    def _discreet(
        self,
        caller: Caller,
        bucket: BucketFacts,
        call: S3Call,
        answer: HttpResponse,
        context: Mapping[str, tuple[str, ...]],
    ) -> HttpResponse:
        """Without what the caller may not read: locks and the number of tags.

        Source: S3 API reference, "GetObject" and "HeadObject", response headers.
        """
        if call.name not in ("GetObject", "HeadObject"):
            return answer
        version = "Version" if call.version_id else ""
        hidden = set()
        for action, headers in (
            ("s3:GetObjectRetention", _RETENTION),
            ("s3:GetObjectLegalHold", _LEGAL_HOLD),
            (f"s3:GetObject{version}Tagging", _TAG_COUNT),
        ):
            if not any(answer.header(name) for name in headers):
                continue
            decision = self._authority.decide(
                caller,
                action,
                ObjectName(call.bucket, call.key).arn(),
                account=bucket.account_id,
                context=context,
                policy=self._policies.get(bucket.name),
            )
            hidden |= set() if decision.allowed else set(headers)
        kept = {name: value for name, value in answer.headers.items() if name not in hidden}
        return HttpResponse(answer.status, kept, answer.body, answer.length)

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
        if records.stored_object(wanted.bucket, wanted.key, wanted.version_id) is not None:
            return
        where = bucket if wanted.bucket == bucket.name else records.bucket_facts(wanted.bucket)
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
        account = caller.account_id
        if account is None:
            raise Fault("AccessDenied", "Access Denied", 403)
        around = surroundings(call, None, caller, body)
        for access in call.accesses(around.facts):
            self._require(caller, access, account, around.context)
        return self._fulfilment.create(call, body, account, caller.region)

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


def _through_s3(caller: Caller, bucket: BucketFacts) -> dict[str, tuple[str, ...]]:
    """The keys that KMS sees when S3 asks it on a caller's behalf."""
    found: dict[str, tuple[str, ...]] = {"kms:ViaService": (f"s3.{bucket.region}.amazonaws.com",)}
    if caller.account_id is not None:
        found["kms:CallerAccount"] = (caller.account_id,)
    return found
