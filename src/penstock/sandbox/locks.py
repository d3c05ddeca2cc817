"""Object lock, where moto is more lenient than S3: retention is only ever made stricter.

Source: S3 user guide, "Locking objects with Object Lock"; S3 API reference, "PutObjectRetention",
"GetObjectRetention", "GetObjectLegalHold".
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from penstock.iam.s3_requests import ObjectName, S3Call
from penstock.sandbox import integrity, records
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, element
from penstock.sandbox.records import BucketFacts
from penstock.sandbox.surroundings import child_text, parsed

READS: Final = frozenset({"GetObjectRetention", "GetObjectLegalHold"})
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_MODES: Final = frozenset({"GOVERNANCE", "COMPLIANCE"})
_SENT_WITH: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})


def moment(text: str) -> datetime | None:
    """The time that an ISO 8601 text tells; None if it tells none."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check(call: S3Call, bucket: BucketFacts, body: bytes, now: datetime) -> None:
    """Nothing if `call` may change the locks it wants to change; otherwise raises Fault."""
    if call.name in ("PutObjectRetention", "PutObjectLegalHold", *READS):
        _needs_lock(bucket)
    if call.name in _SENT_WITH:
        _check_headers(call.headers, bucket, now)
    if call.name == "PutObject":
        _check_sent(call, bucket)
    if call.name == "PutObjectLegalHold":
        status = child_text(parsed(body, "LegalHold"), "Status")
        if status not in ("ON", "OFF"):
            raise _malformed()
    if call.name == "PutObjectRetention":
        _check_retention(call, body, now)


def _check_sent(call: S3Call, bucket: BucketFacts) -> None:
    locked = any(name.startswith("x-amz-object-lock-") for name in call.headers)
    if "content-md5" in call.headers or integrity.stated(call.headers) is not None:
        return
    if locked or records.default_lock(bucket.name):
        raise Fault(
            "InvalidRequest",
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with "
            "Object Lock parameters",
        )


def _check_retention(call: S3Call, body: bytes, now: datetime) -> None:
    given = parsed(body, "Retention")
    mode, until = child_text(given, "Mode"), child_text(given, "RetainUntilDate")
    wanted = moment(until) if until else None
    if bool(mode) != bool(until) or (mode and mode not in _MODES) or (until and wanted is None):
        raise _malformed()
    if wanted is not None and wanted <= now:
        raise Fault("InvalidArgument", "The retain until date must be in the future!")
    lock = records.lock_of(ObjectName(call.bucket, call.key, call.version_id))
    if lock is None or lock.mode is None or lock.until is None:
        return
    held = moment(lock.until)
    if held is None or held <= now:
        return
    looser = wanted is None or wanted < held
    if lock.mode == "COMPLIANCE":
        refused = looser or mode != "COMPLIANCE"
    else:
        bypassed = call.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
        # Out of governance mode by a longer compliance mode is stricter, not looser.
        refused = looser and not bypassed
    if refused:
        raise Fault("AccessDenied", "Access Denied because object protected by object lock.", 403)


def _check_headers(headers: Mapping[str, str], bucket: BucketFacts, now: datetime) -> None:
    mode = headers.get("x-amz-object-lock-mode")
    until = headers.get("x-amz-object-lock-retain-until-date")
    hold = headers.get("x-amz-object-lock-legal-hold")
    if mode is None and until is None and hold is None:
        return
    _needs_lock(bucket)
    if (mode is None) != (until is None):
        raise Fault(
            "InvalidArgument",
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        )
    if mode is not None and mode not in _MODES:
        raise Fault("InvalidArgument", "Unknown wormMode directive.")
    if hold is not None and hold not in ("ON", "OFF"):
        raise Fault("InvalidArgument", "Legal Hold must be either of 'ON' or 'OFF'")
    if until is not None:
        wanted = moment(until)
        if wanted is None:
            raise Fault(
                "InvalidArgument", "The retain until date must be provided in ISO 8601 format"
            )
        if wanted <= now:
            raise Fault("InvalidArgument", "The retain until date must be in the future!")


def answer(call: S3Call) -> HttpResponse:
    """The answer to GetObjectRetention or GetObjectLegalHold of an object that is there."""
    lock = records.lock_of(ObjectName(call.bucket, call.key, call.version_id))
    if lock is None:
        raise missing(call)
    if call.name == "GetObjectLegalHold":
        if lock.legal_hold is None:
            raise _no_lock()
        body = f'<LegalHold xmlns="{_NAMESPACE}">{element("Status", lock.legal_hold)}</LegalHold>'
    else:
        if lock.mode is None or lock.until is None:
            raise _no_lock()
        inner = element("Mode", lock.mode) + element("RetainUntilDate", lock.until)
        body = f'<Retention xmlns="{_NAMESPACE}">{inner}</Retention>'
    return HttpResponse(200, {"Content-Type": "application/xml"}, body.encode())


def missing(call: S3Call) -> Fault:
    """No such key, or no such version of it."""
    if call.version_id:
        return Fault(
            "NoSuchVersion",
            "The specified version does not exist.",
            404,
            extra={"Key": call.key, "VersionId": call.version_id},
        )
    return Fault("NoSuchKey", "The specified key does not exist.", 404, extra={"Key": call.key})


def _needs_lock(bucket: BucketFacts) -> None:
    if not bucket.object_lock:
        raise Fault("InvalidRequest", "Bucket is missing Object Lock Configuration")


def _no_lock() -> Fault:
    return Fault(
        "NoSuchObjectLockConfiguration",
        "The specified object does not have a ObjectLock configuration",
        404,
    )


def _malformed() -> Fault:
    return Fault(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
