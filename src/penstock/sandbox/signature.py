"""Signature Version 4: what a request claims, and whether the claim holds.

Source: IAM user guide, "Create a signed AWS API request"; S3 API reference, "Authenticating
requests: using query parameters".
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from urllib.parse import quote, unquote_to_bytes

from penstock.sandbox.exchange import HttpRequest
from penstock.sandbox.faults import Fault

ALGORITHM: Final = "AWS4-HMAC-SHA256"
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
STREAMING: Final = "STREAMING-"
_SKEW: Final = timedelta(minutes=15)
_LONGEST: Final = 604_800
_HEX_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_QUERY: Final = "X-Amz-Signature"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signed request says of its signature.

    `expires`: seconds from `timestamp`; with version 2, which says neither when nor for which
    region it was made, the time itself.
    """

    access_key_id: str
    day: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    token: str | None
    place: Literal["header", "query"]
    payload: str
    expires: int | None = None
    version: Literal[2, 4] = 4

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.day}/{self.region}/{self.service}/aws4_request"

    @property
    def signed_at(self) -> datetime:
        """When the client says it signed."""
        return datetime.strptime(self.timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def claim(request: HttpRequest) -> Claim | None:
    """What the request claims; None if it is not signed. Raises Fault if it cannot be read."""
    parameters = request.parameters
    if request.headers.get("authorization", "").startswith("AWS "):
        raise Fault(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. "
            "Please use AWS4-HMAC-SHA256.",
        )
    if _QUERY in parameters:
        return _from_query(parameters)
    if "authorization" in request.headers:
        return _from_header(request)
    return None


def _malformed(why: str, code: str = "AuthorizationHeaderMalformed") -> Fault:
    return Fault(code, why)


def _scope(credential: str, code: str) -> tuple[str, str, str, str]:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or parts[4] != "aws4_request" or not all(parts):
        raise _malformed("The Credential is mal-formed; expecting "
                         '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".', code)  # fmt: skip
    return parts[0], parts[1], parts[2], parts[3]


def _from_header(request: HttpRequest) -> Claim:
    value = request.headers["authorization"]
    scheme, _, rest = value.partition(" ")
    if scheme != ALGORITHM:
        raise Fault("InvalidRequest", f"Unsupported Authorization Type: {scheme}.")
    fields = {
        name.strip(): text.strip()
        for name, _, text in (part.partition("=") for part in rest.split(","))
    }
    try:
        credential, headers = fields["Credential"], fields["SignedHeaders"]
        signature = fields["Signature"]
    except KeyError as missing:
        raise _malformed(f"The authorization header requires {missing.args[0]}.") from None
    key, day, region, service = _scope(credential, "AuthorizationHeaderMalformed")
    timestamp = request.headers.get("x-amz-date", "")
    return _checked(
        Claim(
            key,
            day,
            region,
            service,
            tuple(headers.split(";")),
            signature,
            timestamp,
            request.headers.get("x-amz-security-token"),
            "header",
            request.headers.get("x-amz-content-sha256", ""),
        ),
        "AuthorizationHeaderMalformed",
    )


def _from_query(parameters: dict[str, str]) -> Claim:
    code = "AuthorizationQueryParametersError"
    if parameters.get("X-Amz-Algorithm") != ALGORITHM:
        raise _malformed(f'X-Amz-Algorithm only supports "{ALGORITHM}"', code)
    try:
        key, day, region, service = _scope(parameters["X-Amz-Credential"], code)
        expires = int(parameters["X-Amz-Expires"])
        found = Claim(
            key,
            day,
            region,
            service,
            tuple(parameters["X-Amz-SignedHeaders"].split(";")),
            parameters[_QUERY],
            parameters["X-Amz-Date"],
            parameters.get("X-Amz-Security-Token"),
            "query",
            parameters.get("X-Amz-Content-Sha256", UNSIGNED),
            expires,
        )
    except KeyError as missing:
        raise _malformed(f"Query-string authentication requires {missing.args[0]}", code) from None
    except ValueError:
        raise _malformed("X-Amz-Expires should be a number", code) from None
    if not 0 <= expires <= _LONGEST:
        raise _malformed("X-Amz-Expires must be less than a week (in seconds); that is, the given "
                         "X-Amz-Expires must be less than 604800 seconds", code)  # fmt: skip
    return _checked(found, code)


def _checked(found: Claim, code: str) -> Claim:
    try:
        signed = found.signed_at
    except ValueError:
        if found.place == "header":
            raise Fault(
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
                403,
            ) from None
        raise _malformed('X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"',
                         code) from None  # fmt: skip
    if signed.strftime("%Y%m%d") != found.day:
        raise _malformed("Invalid credential date; expecting the date of X-Amz-Date.", code)
    if "host" not in found.signed_headers:
        raise _malformed("SignedHeaders must include host.", code)
    return found


def verify(request: HttpRequest, found: Claim, secret: str) -> None:
    """Nothing if the request was signed with `secret` just so; otherwise raises Fault."""
    unsigned = [
        name
        for name in request.headers
        if name.startswith("x-amz-")
        and name not in found.signed_headers
        # Some clients add this one after signing a presigned URL; S3 lets them.
        and not (found.place == "query" and name == "x-amz-content-sha256")
    ]
    if unsigned:
        raise Fault(
            "AccessDenied",
            "There were headers present in the request which were not signed",
            403,
            extra={"HeadersNotSigned": ", ".join(unsigned)},
        )
    _fresh(request, found)
    if found.service == "s3" and not found.payload:
        raise Fault(
            "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"
        )
    expected = sign(found, secret, string_to_sign(request, found))
    if not hmac.compare_digest(expected.encode(), found.signature.encode()):
        raise Fault(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            403,
        )
    if found.service == "s3":
        _check_payload(request, found)


def _check_payload(request: HttpRequest, found: Claim) -> None:
    said = found.payload
    if said == UNSIGNED or said.startswith(STREAMING):
        return
    if not _HEX_DIGEST.fullmatch(said):
        raise Fault(
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
            "or a valid sha256 value.",
        )
    if not hmac.compare_digest(hashlib.sha256(request.body).hexdigest(), said):
        raise Fault(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )


def _fresh(request: HttpRequest, found: Claim) -> None:
    now = request.received
    if found.expires is None:
        if abs(now - found.signed_at) > _SKEW:
            raise Fault(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                403,
            )
        return
    if found.signed_at > now + _SKEW:
        raise Fault("AccessDenied", "Request is not valid yet", 403)
    ends = found.signed_at + timedelta(seconds=found.expires)
    if now > ends:
        raise Fault(
            "AccessDenied",
            "Request has expired",
            403,
            extra={
                "X-Amz-Expires": str(found.expires),
                "Expires": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "ServerTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )


def string_to_sign(request: HttpRequest, found: Claim) -> str:
    """The string the client signed, made from the request as it came."""
    digest = hashlib.sha256(_canonical(request, found)).hexdigest()
    return "\n".join((ALGORITHM, found.timestamp, found.scope, digest))


def _canonical(request: HttpRequest, found: Claim) -> bytes:
    path = quote(unquote_to_bytes(request.path), safe="/-_.~")
    if found.service != "s3":
        path = quote(path, safe="/-_.~")
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.pairs
        if name != _QUERY
    )
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n"
        for name in found.signed_headers
    )
    payload = found.payload
    if found.service != "s3":
        # Only S3 lets a client leave the body unsigned.
        payload = hashlib.sha256(request.body).hexdigest()
    text = "\n".join(
        (
            request.method,
            path,
            "&".join(f"{name}={value}" for name, value in pairs),
            headers,
            ";".join(found.signed_headers),
            payload,
        )
    )
    # Header values came off the wire as Latin-1: this gives back the bytes that were signed.
    return text.encode("latin-1", "xmlcharrefreplace")


def sign(found: Claim, secret: str, text: str) -> str:
    """The signature of `text` with the key derived from `secret` for the claim's scope."""
    key = f"AWS4{secret}".encode()
    for part in (found.day, found.region, found.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
