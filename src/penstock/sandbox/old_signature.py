"""Presigned URLs with signature version 2: what boto3 and the AWS CLI make unless told otherwise.

Source: S3 user guide, "Signing and authenticating REST requests", "Query string request
authentication alternative". Only URLs: no client still sends the header.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

from penstock.sandbox.exchange import HttpRequest
from penstock.sandbox.faults import Fault
from penstock.sandbox.signature import UNSIGNED, Claim

# The sub-resources and parameters that are signed.
_SIGNED: Final = frozenset(
    [
        "accelerate",
        "acl",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "restore",
        "select",
        "select-type",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
    ]
)


def claim(request: HttpRequest) -> Claim | None:
    """What the URL claims; None if it is not signed this way. Raises Fault."""
    given = request.parameters
    if "AWSAccessKeyId" not in given:
        return None
    try:
        ends = int(given["Expires"])
        signature = given["Signature"]
    except (KeyError, ValueError):
        raise Fault(
            "AccessDenied",
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters",
            403,
        ) from None
    return Claim(
        given["AWSAccessKeyId"],
        "",
        "",
        "s3",
        (),
        signature,
        "",
        given.get("x-amz-security-token"),
        "query",
        UNSIGNED,
        ends,
        version=2,
    )


def verify(request: HttpRequest, found: Claim, secret: str) -> None:
    """Nothing if the URL was signed with `secret` just so; otherwise raises Fault."""
    expected = base64.b64encode(
        hmac.new(secret.encode(), _string_to_sign(request).encode(), hashlib.sha1).digest()
    )
    if not hmac.compare_digest(expected, found.signature.encode()):
        raise Fault(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            403,
        )
    ends = datetime.fromtimestamp(found.expires or 0, UTC)
    if request.received > ends:
        raise Fault(
            "AccessDenied",
            "Request has expired",
            403,
            extra={
                "Expires": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "ServerTime": request.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )


def _string_to_sign(request: HttpRequest) -> str:
    given = request.parameters
    # A header counts before a parameter of the same name, here as in the request: see recognize.
    amz = {name.lower(): value for name, value in given.items() if name.startswith("x-amz-")}
    amz |= {name: value for name, value in request.headers.items() if name.startswith("x-amz-")}
    headers = "".join(f"{name}:{amz[name]}\n" for name in sorted(amz))
    signed = [
        f"{name}={value}" if value else name
        for name, value in sorted(given.items())
        if name in _SIGNED
    ]
    resource = request.path + (f"?{'&'.join(signed)}" if signed else "")
    lines = (
        request.method,
        given.get("content-md5", request.headers.get("content-md5", "")),
        given.get("content-type", request.headers.get("content-type", "")),
        given["Expires"],
    )
    return "\n".join(lines) + "\n" + headers + resource
