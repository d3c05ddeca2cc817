"""What a request to S3 depends on but does not say: tags, keys and locks that are there already.

Source: service authorization reference, "Condition keys for Amazon S3"; S3 user guide, "Using
server-side encryption with AWS KMS keys".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import ParseError, fromstring

from penstock.iam.s3_conditions import request_tags
from penstock.iam.s3_requests import Facts, ObjectName, S3Call
from penstock.sandbox import keys, records
from penstock.sandbox.authority import Caller
from penstock.sandbox.faults import Fault
from penstock.sandbox.records import BucketFacts

_WRITES: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
_READS: Final = frozenset(
    {
        "GetObject",
        "HeadObject",
        "GetObjectAttributes",
    }
)
_PARTS: Final = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})
_EXISTING: Final = frozenset(
    {
        "GetObject",
        "HeadObject",
        "GetObjectAcl",
        "PutObjectAcl",
        "GetObjectTagging",
        "PutObjectTagging",
        "DeleteObjectTagging",
        "GetObjectAttributes",
    }
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The facts that the permissions depend on, and every condition key."""

    facts: Facts
    context: Mapping[str, tuple[str, ...]]


def surroundings(
    call: S3Call, bucket: BucketFacts | None, caller: Caller, body: bytes
) -> Surroundings:
    """What is known about `call`; `bucket` None if it is yet to be made."""
    context = call.context() | _signature(caller)
    if bucket is not None:
        context["s3:ResourceAccount"] = (bucket.account_id,)
    context |= _from_body(call, body)
    if call.name in _EXISTING:
        existing = records.tags_of(ObjectName(call.bucket, call.key, call.version_id))
        context |= {f"s3:ExistingObjectTag/{name}": (value,) for name, value in existing.items()}
    if days := _remaining_days(context.get("s3:object-lock-retain-until-date"), caller):
        context["s3:object-lock-remaining-retention-days"] = (days,)
    tagged = call.name == "CreateBucket" and parsed(body, "Tag") is not None
    return Surroundings(_facts(call, bucket, caller, tagged), context)


def _facts(call: S3Call, bucket: BucketFacts | None, caller: Caller, tagged: bool) -> Facts:
    if bucket is None:
        return Facts(bucket_tagged=tagged)
    key = source_key = None
    if call.name in _WRITES:
        key = keys.for_writing(call.headers, bucket, caller.account_id or bucket.account_id)
    elif call.name in _READS:
        key = keys.of_object(ObjectName(call.bucket, call.key, call.version_id), bucket)
    elif call.name in _PARTS:
        key = keys.of_upload(call.bucket, call.query["uploadId"], bucket)
    source = call.source
    source_tagged = None
    if source is not None:
        where = records.bucket_facts(source.bucket)
        source_tagged = bool(records.tags_of(source))
        source_key = keys.of_object(source, where) if where else None
    return Facts(source_tagged=source_tagged, kms_key=key, source_kms_key=source_key)


def _signature(caller: Caller) -> dict[str, tuple[str, ...]]:
    claim = caller.claim
    if claim is None:
        return {}
    if claim.version == 2:
        return {"s3:authType": ("REST-QUERY-STRING",), "s3:signatureversion": ("AWS",)}
    age = int((caller.request.received - claim.signed_at).total_seconds() * 1000)
    place = "REST-HEADER" if claim.place == "header" else "REST-QUERY-STRING"
    return {
        "s3:authType": (place,),
        "s3:signatureversion": ("AWS4-HMAC-SHA256",),
        "s3:signatureAge": (str(max(0, age)),),
    }


def _from_body(call: S3Call, body: bytes) -> dict[str, tuple[str, ...]]:
    match call.name:
        case "PutObjectTagging":
            pairs = {
                child_text(each, "Key"): child_text(each, "Value")
                for each in all_parsed(body, "Tag")
            }
            return request_tags(pairs)
        case "PutObjectRetention":
            found = {
                "s3:object-lock-mode": child_text(parsed(body, "Retention"), "Mode"),
                "s3:object-lock-retain-until-date": child_text(
                    parsed(body, "Retention"), "RetainUntilDate"
                ),
            }
            return {name: (value,) for name, value in found.items() if value}
        case "PutObjectLegalHold":
            status = child_text(parsed(body, "LegalHold"), "Status")
            return {"s3:object-lock-legal-hold": (status,)} if status else {}
        case "CreateBucket":
            place = parsed(body, "LocationConstraint")
            return {"s3:locationconstraint": (place.text,)} if place is not None and place.text else {}  # fmt: skip  # noqa: E501
    return {}


def _remaining_days(until: tuple[str, ...] | None, caller: Caller) -> str | None:
    if not until:
        return None
    try:
        when = datetime.fromisoformat(until[0].replace("Z", "+00:00"))
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    seconds = (when - caller.request.received).total_seconds()
    return str(max(0, -int(-seconds // 86_400)))


def all_parsed(body: bytes, name: str) -> list[Element]:
    """Every element called `name`, whatever its namespace. Raises Fault if it is no XML."""
    if not body:
        return []
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError) as wrong:
        raise Fault(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published "
            "schema",
        ) from wrong
    return [each for each in root.iter() if each.tag.rpartition("}")[2] == name]


def parsed(body: bytes, name: str) -> Element | None:
    """The first element called `name`, if there is one."""
    found = all_parsed(body, name)
    return found[0] if found else None


def child_text(parent: Element | None, name: str) -> str:
    for child in parent if parent is not None else ():
        if child.tag.rpartition("}")[2] == name:
            return child.text or ""
    return ""
