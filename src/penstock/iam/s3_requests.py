"""Which S3 operation an HTTP request is, and what IAM must allow for it.

Nothing falls through: a request that is not exactly one of the operations of the S3 API is None,
never the plain operation without its sub-resource.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote

from penstock.iam.permission import Permission, literal
from penstock.iam.s3_conditions import condition_keys
from penstock.iam.s3_operation import ActionNeed, S3Operation
from penstock.iam.s3_operations import OPERATIONS

_HOISTED: Final = re.compile(r"x-amz-(?!algorithm|credential|date|expires|signedheaders|signature)")
_SIGNATURE_2: Final = frozenset(
    {"AWSAccessKeyId", "Signature", "Expires", "content-type", "content-md5"}
)
_KEY_ARN: Final = re.compile(r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+")


@dataclass(frozen=True, slots=True)
class ObjectName:
    """An object, or one version of it, by its names as they are (nothing encoded)."""

    bucket: str
    key: str
    version_id: str | None = None

    def arn(self, partition: str = "aws") -> str:
        """The object's ARN; a version has no ARN of its own."""
        return f"arn:{partition}:s3:::{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Access:
    """One question to IAM: may `action` be done on `resource`, a literal ARN and not a pattern?"""

    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a request does not say of itself but its permissions depend on.

    `objects`: what the body of DeleteObjects names; None if that is not known. `source_tagged`:
    whether the object copied from has tags; None means that it may. `kms_key`, `source_kms_key`:
    ARN of the customer managed KMS key that the object is (or will be) encrypted with, and the
    source; None if there is none (an AWS managed key asks nothing of the caller).
    `bucket_tagged`: the body of CreateBucket gives tags. `role`: ARN of the role handed to S3.
    """

    objects: tuple[ObjectName, ...] | None = None
    source_tagged: bool | None = None
    kms_key: str | None = None
    source_kms_key: str | None = None
    bucket_tagged: bool = False
    role: str | None = None


@dataclass(frozen=True, slots=True)
class S3Call:
    """A request to S3, recognised. Header names are in lower case; `x-amz-` query parameters of a
    presigned URL that stand for headers are among the headers."""

    operation: S3Operation
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The operation's name (`PutObject`)."""
        return self.operation.name

    @property
    def version_id(self) -> str | None:
        """The version asked for, if one is."""
        return self.query.get("versionId") or None

    @property
    def source(self) -> ObjectName | None:
        """The object copied from; None if nothing is copied or the source cannot be read."""
        return copy_source(self.headers.get("x-amz-copy-source", ""))

    @property
    def copies_tags(self) -> bool:
        """A copy that takes the source's tags along, if it has any."""
        return self.headers.get("x-amz-tagging-directive", "COPY").upper() != "REPLACE"

    def accesses(self, facts: Facts | None = None, partition: str = "aws") -> tuple[Access, ...]:
        """Every question IAM must answer with yes, resources literal.

        `facts.objects` must be given for DeleteObjects.
        """
        facts = facts or Facts(kms_key=self._named_key())
        return tuple(dict.fromkeys(self._accesses(facts, partition)))

    def permissions(
        self, facts: Facts | None = None, partition: str = "aws"
    ) -> tuple[Permission, ...]:
        """The permissions that let this request through, resources as patterns for a policy."""
        facts = facts or Facts(kms_key=self._named_key())
        everything = ("*", f"arn:{partition}:s3:::*")
        if self.name == "DeleteObjects" and facts.objects is None:
            # Which keys is not known: any of the bucket's, with and without a version.
            return tuple(
                Permission(need.action, f"arn:{partition}:s3:::{literal(self.bucket)}/*")
                for need in self.operation.needs
                if need.when != "bypass" or self._holds(need, self._object(), facts)
            )
        return tuple(
            Permission(each.action, "*" if each.resource in everything else literal(each.resource))
            for each in self.accesses(facts, partition)
        )

    def context(self) -> dict[str, tuple[str, ...]]:
        """The condition keys that the request itself sets; those absent are not set."""
        return condition_keys(self.name, self.query, self.headers)

    def _object(self) -> ObjectName:
        return ObjectName(self.bucket, self.key, self.version_id)

    def _named_key(self) -> str | None:
        named = self.headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")
        return named if _KEY_ARN.fullmatch(named) else None

    def _accesses(self, facts: Facts, partition: str) -> Iterator[Access]:
        bucket = f"arn:{partition}:s3:::{self.bucket}"
        for need in self.operation.needs:
            on_objects = need.on == "object" and self.name == "DeleteObjects"
            for name in (facts.objects or ()) if on_objects else (self._object(),):
                if not self._holds(need, name, facts):
                    continue
                source = self.source
                resource = {
                    "any": "*",
                    "buckets": f"arn:{partition}:s3:::*",
                    "bucket": bucket,
                    "object": name.arn(partition),
                    "source": source.arn(partition) if source else None,
                    "key": facts.kms_key,
                    "source-key": facts.source_kms_key,
                    "role": facts.role,
                }[need.on]
                if resource is not None:
                    yield Access(need.action, resource)

    def _holds(self, need: ActionNeed, name: ObjectName, facts: Facts) -> bool:
        given = self.headers
        source = self.source
        match need.when:
            case "always":
                return True
            case "version":
                return name.version_id is not None
            case "no-version":
                return name.version_id is None
            case "acl":
                return any(each == "x-amz-acl" or each.startswith("x-amz-grant-") for each in given)
            case "tagging":
                replaces = self.name != "CopyObject" or not self.copies_tags
                return replaces and bool(given.get("x-amz-tagging"))
            case "bucket-tags":
                return facts.bucket_tagged
            case "retention":
                return "x-amz-object-lock-mode" in given or (
                    "x-amz-object-lock-retain-until-date" in given
                )
            case "legal-hold":
                return "x-amz-object-lock-legal-hold" in given
            case "bypass":
                return _true(given.get("x-amz-bypass-governance-retention"))
            case "object-lock":
                return _true(given.get("x-amz-bucket-object-lock-enabled"))
            case "ownership":
                return "x-amz-object-ownership" in given
            case "if-match":
                return "if-match" in given
            case "source-version":
                return source is not None and source.version_id is not None
            case "source-no-version":
                return source is not None and source.version_id is None
            case "source-tags":
                return self.copies_tags and facts.source_tagged is not False


def _true(value: str | None) -> bool:
    return (value or "").lower() == "true"


def copy_source(header: str) -> ObjectName | None:
    """The object that `x-amz-copy-source` names (`bucket/key?versionId=...`, URL-encoded)."""
    path, _, query = header.partition("?")
    bucket, slash, key = unquote(path).removeprefix("/").partition("/")
    if not (bucket and slash and key) or bucket.startswith("arn:"):
        return None
    versions = parse_qs(query, keep_blank_values=True).get("versionId", [])
    return ObjectName(bucket, key, versions[0] if versions and versions[0] else None)


def recognize(
    method: str, bucket: str, key: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> S3Call | None:
    """The operation that a request is; None if it is none, or not exactly one.

    `bucket` and `key` are decoded, empty if there is none; `query` is decoded, a parameter
    without a value has an empty one; header names may have any case. Query parameters that begin
    with `x-` are no part of an operation (S3 ignores them); those that begin with `x-amz-`,
    signature aside, count as headers, as S3 takes them from presigned URLs.
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name, value in query.items():
        if _HOISTED.match(name.lower()):
            given.setdefault(name.lower(), value)
    plain = {
        name: value
        for name, value in query.items()
        if not name.lower().startswith("x-") and name not in _SIGNATURE_2
    }
    scope = "service" if not bucket else "bucket" if not key else "object"
    if method == "POST" and bucket == "WriteGetObjectResponse" and not key:
        scope = "service"
    found = [
        each
        for each in OPERATIONS.values()
        if each.method == method
        and each.scope == scope
        and each.superseded_by is None
        and _fits(each, plain, given)
    ]
    if not found:
        return None
    best = max(found, key=lambda each: (each.header is not None, len(each.required)))
    return S3Call(best, bucket, key, plain, given)


def _fits(each: S3Operation, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    marker, _, value = (each.marker or "").partition("=")
    if marker and (marker not in query or (value and query[marker] != value)):
        return False
    if each.header is not None and each.header not in headers:
        return False
    names = set(query) - {marker}
    return each.required <= names <= each.required | each.parameters
