"""DeleteObjects: every key by itself, its own permission, its own outcome.

Source: S3 API reference, "DeleteObjects".
"""

from collections.abc import Callable

from penstock.iam.s3_requests import ObjectName, S3Call
from penstock.sandbox import emulator, records
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, element, not_implemented
from penstock.sandbox.records import BucketFacts
from penstock.sandbox.surroundings import all_parsed, child_text, parsed

_MOST = 1000


def named_objects(bucket: str, body: bytes) -> tuple[ObjectName, ...]:
    """The objects that the body names. Raises MalformedXML if they are none, or too many."""
    found = tuple(
        ObjectName(bucket, child_text(each, "Key"), child_text(each, "VersionId") or None)
        for each in all_parsed(body, "Object")
    )
    if not 1 <= len(found) <= _MOST or not all(each.key for each in found):
        raise Fault(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published "
            "schema",
        )
    for name in ("ETag", "LastModifiedTime", "Size"):
        if parsed(body, name) is not None:
            raise not_implemented(f"DeleteObjects with {name}")
    return found


def delete_objects(
    bucket: BucketFacts,
    call: S3Call,
    body: bytes,
    may: Callable[[ObjectName], Fault | None],
) -> HttpResponse:
    """The answer to DeleteObjects; `may` says for each object why it may not be deleted."""
    quiet = parsed(body, "Quiet")
    says_little = quiet is not None and (quiet.text or "").strip().lower() == "true"
    deleted: list[str] = []
    errors: list[str] = []
    for name in named_objects(call.bucket, body):
        refused = may(name)
        if refused is not None:
            errors.append(_error(name, refused.code, refused.message))
            continue
        unmarked = records.is_delete_marker(name)
        query = {"versionId": name.version_id} if name.version_id else {}
        answer = emulator.s3(
            bucket.account_id,
            bucket.region,
            "DELETE",
            (name.bucket, name.key),
            query=query,
            headers=_kept(call),
            body=b"",
        )
        if answer.status >= 300:
            code, message = parsed(answer.body, "Code"), parsed(answer.body, "Message")
            errors.append(
                _error(
                    name,
                    (code.text if code is not None else None) or "InternalError",
                    (message.text if message is not None else None) or "",
                )
            )
        else:
            deleted.append(_deleted(name, answer, unmarked=unmarked))
    inner = "".join(([] if says_little else deleted) + errors)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</DeleteResult>'
    )
    return HttpResponse(200, {"Content-Type": "application/xml"}, text.encode())


def _kept(call: S3Call) -> dict[str, str]:
    name = "x-amz-bypass-governance-retention"
    return {name: "true"} if call.headers.get(name, "").lower() == "true" else {}


def _deleted(name: ObjectName, answer: HttpResponse, *, unmarked: bool) -> str:
    text = element("Key", name.key)
    version = answer.header("x-amz-version-id")
    marker = unmarked or answer.header("x-amz-delete-marker") == "true"
    if name.version_id:
        text += element("VersionId", name.version_id)
    if marker:
        text += element("DeleteMarker", "true")
        if version:
            text += element("DeleteMarkerVersionId", version)
    return f"<Deleted>{text}</Deleted>"


def _error(name: ObjectName, code: str, message: str) -> str:
    text = element("Key", name.key)
    if name.version_id:
        text += element("VersionId", name.version_id)
    return f"<Error>{text}{element('Code', code)}{element('Message', message)}</Error>"
