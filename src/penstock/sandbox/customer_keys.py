"""Server-side encryption with keys that the customer sends along (SSE-C).

Nothing is encrypted here; what is kept is the digest of the key, and nobody reads the object
without the same key. Source: S3 user guide, "Using server-side encryption with customer-provided
keys".
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from penstock.iam.s3_requests import ObjectName, S3Call
from penstock.sandbox import records
from penstock.sandbox.faults import Fault
from penstock.sandbox.uploads import Uploads

_PREFIX: Final = "x-amz-server-side-encryption-customer-"
_SOURCE_PREFIX: Final = "x-amz-copy-source-server-side-encryption-customer-"
_READS: Final = frozenset({"GetObject", "HeadObject", "GetObjectAttributes"})
_WRITES: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})


def given(headers: Mapping[str, str], prefix: str = _PREFIX) -> str | None:
    """The digest (MD5 in base64) of the key that the headers give; raises Fault if it is wrong."""
    names = ("algorithm", "key", "key-md5")
    found = {name: headers.get(prefix + name) for name in names}
    if not any(found.values()):
        return None
    if found["algorithm"] != "AES256":
        raise Fault("InvalidEncryptionAlgorithmError", "The encryption request you specified is "
                    "not valid. Supported value: AES256.")  # fmt: skip
    try:
        key = base64.b64decode(found["key"] or "", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise Fault("InvalidArgument", "The secret key was invalid for the specified algorithm.")
    digest = base64.b64encode(hashlib.md5(key).digest()).decode()  # noqa: S324 - as S3 wants it
    if not hmac.compare_digest(digest, found["key-md5"] or ""):
        raise Fault(
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        )
    return digest


def check(call: S3Call, uploads: Uploads) -> None:
    """Nothing if the keys that `call` gives are those it needs; otherwise raises Fault."""
    if call.name in _WRITES:
        given(call.headers)
    if call.name in _READS:
        name = ObjectName(call.bucket, call.key, call.version_id)
        _matches(records.customer_key(name), given(call.headers))
    if call.name in ("UploadPart", "UploadPartCopy"):
        note = uploads.note(call.query["uploadId"])
        _matches(given(note.headers) if note else None, given(call.headers))
    if call.source is not None:
        _matches(records.customer_key(call.source), given(call.headers, _SOURCE_PREFIX))


def _matches(kept: str | None, sent: str | None) -> None:
    if kept == sent:
        return
    if kept is None:
        raise Fault(
            "InvalidRequest",
            "The encryption parameters are not applicable to this object.",
        )
    if sent is None:
        raise Fault(
            "InvalidRequest",
            "The object was stored using a form of Server Side Encryption. The correct parameters "
            "must be provided to retrieve the object.",
        )
    raise Fault("AccessDenied", "Access Denied", 403)


def keep(call: S3Call, uploads: Uploads) -> None:
    """Remember, for the object that `call` has just made, the key it was made with."""
    headers = call.headers
    if call.name == "CompleteMultipartUpload":
        note = uploads.note(call.query["uploadId"])
        headers = note.headers if note else {}
    elif call.name not in ("PutObject", "CopyObject"):
        return
    if digest := given(headers):
        records.keep_customer_key(call.bucket, call.key, digest)


def echoed(call: S3Call) -> dict[str, str]:
    """The headers with which S3 tells that such a key was used."""
    digest = call.headers.get(f"{_PREFIX}key-md5")
    if digest is None:
        return {}
    return {f"{_PREFIX}algorithm": "AES256", f"{_PREFIX}key-MD5": digest}
