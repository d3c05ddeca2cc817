"""What S3 asks of a copy before it makes it: conditions on the source, and some change.

Source: S3 API reference, "CopyObject", "UploadPartCopy".
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from penstock.iam.s3_requests import S3Call
from penstock.sandbox import records
from penstock.sandbox.faults import Fault

_PREFIX: Final = "x-amz-copy-source-if-"
CONDITIONS: Final = tuple(
    f"{_PREFIX}{each}" for each in ("match", "none-match", "modified-since", "unmodified-since")
)
_CHANGES: Final = (
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-website-redirect-location",
)


def check(call: S3Call) -> None:
    """Nothing if the copy may be made; otherwise raises Fault."""
    if call.name not in ("CopyObject", "UploadPartCopy"):
        return
    source = call.source
    if source is None:
        raise Fault(
            "InvalidArgument",
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            extra={"ArgumentName": "x-amz-copy-source"},
        )
    found = records.stored_object(source.bucket, source.key, source.version_id)
    if found is None:
        if source.version_id:
            raise Fault("NoSuchVersion", "The specified version does not exist.", 404)
        raise Fault(
            "NoSuchKey", "The specified key does not exist.", 404, extra={"Key": source.key}
        )
    same = (source.bucket, source.key, source.version_id) == (call.bucket, call.key, None)
    changed = any(each in call.headers for each in _CHANGES) or (
        call.headers.get("x-amz-metadata-directive", "").upper() == "REPLACE"
    )
    if call.name == "CopyObject" and same and not changed:
        raise Fault(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes.",
        )
    modified = found.last_modified.replace(microsecond=0, tzinfo=UTC)
    _conditions(call, str(found.etag), modified)


def _conditions(call: S3Call, etag: str, modified: datetime) -> None:
    match, other = call.headers.get(CONDITIONS[0]), call.headers.get(CONDITIONS[1])
    since, until = _date(call, CONDITIONS[2]), _date(call, CONDITIONS[3])
    failed = None
    if match is not None and not _same(match, etag):
        failed = CONDITIONS[0]
    elif other is not None and _same(other, etag):
        failed = CONDITIONS[1]
    elif until is not None and match is None and modified > until:
        failed = CONDITIONS[3]
    elif since is not None and other is None and modified <= since:
        failed = CONDITIONS[2]
    if failed is not None:
        raise Fault(
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            412,
            extra={"Condition": failed},
        )


def _same(wanted: str, etag: str) -> bool:
    return wanted.strip() == "*" or wanted.strip().strip('"') == etag.strip('"')


def _date(call: S3Call, name: str) -> datetime | None:
    text = call.headers.get(name)
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None  # S3 passes over a date it cannot read
    return found if found.tzinfo else found.replace(tzinfo=UTC)
