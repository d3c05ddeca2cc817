"""Signatures against the worked examples of the S3 API reference.

"Examples: signature calculations in AWS Signature Version 4", "Authenticating requests: using
query parameters" and "Transferring payload in multiple chunks".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penstock.sandbox.chunks import unpack
from penstock.sandbox.exchange import HttpRequest
from penstock.sandbox.faults import Fault
from penstock.sandbox.signature import Claim, claim, verify

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
THEN = datetime(2013, 5, 24, tzinfo=UTC)
EMPTY = hashlib.sha256(b"").hexdigest()


def example(
    method: str, path: str, headers: Mapping[str, str], signature: str, body: bytes = b""
) -> HttpRequest:
    """A request of the examples."""
    plain, _, query = path.partition("?")
    given = {
        "host": "examplebucket.s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
        **headers,
    }
    names = ";".join(sorted(name for name in given if name != "content-encoding-unsigned"))
    given["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={SCOPE},SignedHeaders={names},Signature={signature}"
    )
    return HttpRequest(method, plain, query, given, body, THEN)


def claimed(request: HttpRequest) -> Claim:
    found = claim(request)
    assert found is not None
    return found


EXAMPLES = [
    example(
        "GET",
        "/test.txt",
        {"range": "bytes=0-9"},
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    example(
        "PUT",
        "/test%24file.text",
        {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        b"Welcome to Amazon S3.",
    ),
    example(
        "GET",
        "/?lifecycle",
        {},
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    example(
        "GET",
        "/?max-keys=2&prefix=J",
        {},
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
]


@pytest.mark.parametrize("request_", EXAMPLES, ids=lambda each: f"{each.method} {each.path}")
def test_the_examples_hold(request_: HttpRequest) -> None:
    verify(request_, claimed(request_), SECRET)
    with pytest.raises(Fault, match="SignatureDoesNotMatch"):
        verify(request_, claimed(request_), SECRET + "x")
    with pytest.raises(Fault, match="SignatureDoesNotMatch"):
        verify(replace(request_, method="DELETE"), claimed(request_), SECRET)


PRESIGNED = HttpRequest(
    "GET",
    "/test.txt",
    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    f"&X-Amz-Credential={SCOPE.replace('/', '%2F')}"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    {"host": "examplebucket.s3.amazonaws.com"},
    b"",
    THEN,
)


def test_the_presigned_example_holds_for_a_day() -> None:
    for seconds in (0, 86_400):
        at = THEN + timedelta(seconds=seconds)
        verify(replace(PRESIGNED, received=at), claimed(PRESIGNED), SECRET)
    with pytest.raises(Fault, match="Request has expired"):
        verify(
            replace(PRESIGNED, received=THEN + timedelta(seconds=86_401)),
            claimed(PRESIGNED),
            SECRET,
        )
    with pytest.raises(Fault, match="not valid yet"):
        verify(replace(PRESIGNED, received=THEN - timedelta(hours=1)), claimed(PRESIGNED), SECRET)


@pytest.mark.parametrize("minutes", [-15, 15])
def test_a_quarter_of_an_hour_is_allowed_for(minutes: int) -> None:
    request = EXAMPLES[0]
    at = THEN + timedelta(minutes=minutes)
    verify(replace(request, received=at), claimed(request), SECRET)
    beyond = at + timedelta(seconds=1 if minutes > 0 else -1)
    with pytest.raises(Fault, match="RequestTimeTooSkewed"):
        verify(replace(request, received=beyond), claimed(request), SECRET)


def test_the_chunked_example_holds() -> None:
    signatures = (
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    )
    body = b""
    for size, signature in zip((65_536, 1_024, 0), signatures, strict=True):
        body += f"{size:x};chunk-signature={signature}\r\n".encode() + b"a" * size + b"\r\n"
    request = example(
        "PUT",
        "/examplebucket/chunkObject.txt",
        {
            "host": "s3.amazonaws.com",
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "x-amz-decoded-content-length": "66560",
            "content-encoding": "aws-chunked",
            "content-length": "66824",
        },
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    )
    assert len(body) == 66_824
    found = claimed(request)
    verify(request, found, SECRET)
    payload, trailers = unpack(body, found, SECRET)
    assert payload == b"a" * 66_560
    assert trailers == {}
    with pytest.raises(Fault, match="SignatureDoesNotMatch"):
        unpack(body.replace(b"aaaa\r\n0;", b"aaab\r\n0;"), found, SECRET)


@pytest.mark.parametrize("said", ["", "none", EMPTY[:-1], EMPTY.upper()])
def test_what_is_no_digest_is_refused(said: str) -> None:
    """Otherwise a body could be changed after it was signed."""
    request = EXAMPLES[0]
    headers = {**request.headers, "x-amz-content-sha256": said}
    found = claimed(replace(request, headers=headers))
    with pytest.raises(Fault, match=r"SignatureDoesNotMatch|InvalidArgument|InvalidRequest"):
        verify(replace(request, headers=headers), found, SECRET)
