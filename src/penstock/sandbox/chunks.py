"""Bodies sent as `aws-chunked`: unpacked, each chunk's signature and the trailer's checked.

Source: S3 API reference, "Signature calculations for the Authorization header: Transferring
payload in multiple chunks" and "... including trailing headers".
"""

import hashlib
import hmac
from typing import Final

from penstock.sandbox.faults import Fault
from penstock.sandbox.signature import Claim, sign

SIGNED: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER: Final = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_EMPTY: Final = hashlib.sha256(b"").hexdigest()
_TRAILER_SIGNATURE: Final = "x-amz-trailer-signature"


def unpack(body: bytes, found: Claim, secret: str) -> tuple[bytes, dict[str, str]]:
    """The payload, and the trailing headers (names in lower case). Raises Fault."""
    if found.payload not in (SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER):
        raise Fault("InvalidArgument", f"{found.payload} is no way to send a body.")
    signed = found.payload != UNSIGNED_TRAILER
    previous = found.signature
    payload = bytearray()
    position = 0
    while True:
        size, signature, position = _head(body, position)
        chunk = body[position : position + size]
        if len(chunk) != size:
            raise _incomplete()
        if signed:
            previous = _check(
                found,
                secret,
                signature,
                ("AWS4-HMAC-SHA256-PAYLOAD", previous, _EMPTY, hashlib.sha256(chunk).hexdigest()),
            )
        position += size
        if size == 0:
            break
        payload += chunk
        if body[position : position + 2] != b"\r\n":
            raise _incomplete()
        position += 2
    trailers = _trailers(body[position:])
    said = trailers.pop(_TRAILER_SIGNATURE, "")
    if found.payload == SIGNED_TRAILER:
        canonical = "".join(f"{name}:{value}\n" for name, value in sorted(trailers.items()))
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        _check(found, secret, said, ("AWS4-HMAC-SHA256-TRAILER", previous, digest))
    return bytes(payload), trailers


def _head(body: bytes, position: int) -> tuple[int, str, int]:
    end = body.find(b"\r\n", position)
    if end < 0:
        raise _incomplete()
    size, _, extension = body[position:end].decode("latin-1").partition(";")
    try:
        return int(size, 16), extension.partition("chunk-signature=")[2].strip(), end + 2
    except ValueError:
        raise _incomplete() from None


def _check(found: Claim, secret: str, said: str, parts: tuple[str, ...]) -> str:
    name, *rest = parts
    text = "\n".join((name, found.timestamp, found.scope, *rest))
    expected = sign(found, secret, text)
    if not hmac.compare_digest(expected.encode(), said.encode()):
        raise Fault(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            403,
        )
    return expected


def _trailers(rest: bytes) -> dict[str, str]:
    lines = (line for line in rest.decode("latin-1").split("\r\n") if line.strip())
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _incomplete() -> Fault:
    return Fault(
        "IncompleteBody",
        "The request body terminated unexpectedly",
    )
