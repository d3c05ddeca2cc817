"""Only signed requests get through, whatever way they are signed."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, Pair, allow, client, trust
from tests.integration.sandbox.refusal import refused

EMPTY = hashlib.sha256(b"").hexdigest()


def credentials(who: Pair) -> Credentials:
    return Credentials(who.access_key_id, who.secret_access_key, getattr(who, "token", None))


def signed(
    sandbox: SandboxInfo,
    who: Pair,
    method: str,
    path: str,
    *,
    body: bytes = b"",
) -> dict[str, Any]:
    """What httpx needs to send a request to S3 that is signed as botocore does it."""
    request = AWSRequest(method, sandbox.endpoint + path, data=body)
    S3SigV4Auth(credentials(who), "s3", "us-east-1").add_auth(request)
    return {
        "method": method,
        "url": sandbox.endpoint + path,
        "headers": dict(request.headers),
        "content": body,
    }


def send(request: Mapping[str, Any]) -> httpx.Response:
    with httpx.Client(trust_env=False) as http:
        return http.request(**request)


def code(response: httpx.Response) -> str:
    return response.text.partition("<Code>")[2].partition("</Code>")[0]


@pytest.fixture
def bucket(customer: Customer) -> str:
    """A bucket with an object `k` in it."""
    name = customer.make_bucket()
    customer.put_object(name, "k", b"hello")
    return name


def test_a_signed_request_gets_through(sandbox: SandboxInfo, bucket: str) -> None:
    response = send(signed(sandbox, sandbox.customer, "GET", f"/{bucket}/k"))
    assert response.status_code == 200
    assert response.content == b"hello"


def test_an_unsigned_request_is_anonymous(sandbox: SandboxInfo, bucket: str) -> None:
    with httpx.Client(trust_env=False, base_url=sandbox.endpoint) as http:
        response = http.get(f"/{bucket}/k")
        assert (response.status_code, code(response)) == (403, "AccessDenied")
        form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
        response = http.post("/", data=form)
        assert (response.status_code, code(response)) == (403, "MissingAuthenticationToken")


def test_anything_changed_after_signing_is_noticed(sandbox: SandboxInfo, bucket: str) -> None:
    request = signed(sandbox, sandbox.customer, "GET", f"/{bucket}/k")
    changes: list[tuple[dict[str, Any], str]] = [
        ({"method": "DELETE"}, "SignatureDoesNotMatch"),
        ({"url": f"{sandbox.endpoint}/{bucket}/other"}, "SignatureDoesNotMatch"),
        ({"url": f"{sandbox.endpoint}/{bucket}/k?tagging"}, "SignatureDoesNotMatch"),
        ({"headers": {**request["headers"], "Host": "elsewhere"}}, "SignatureDoesNotMatch"),
        ({"headers": {**request["headers"], "x-amz-acl": "private"}}, "AccessDenied"),
        ({"headers": {**request["headers"], "x-amz-security-token": "t"}}, "InvalidToken"),
    ]
    for change, expected in changes:
        assert code(send({**request, **change})) == expected, change


def test_a_body_that_is_not_the_one_signed(sandbox: SandboxInfo, bucket: str) -> None:
    request = signed(sandbox, sandbox.customer, "PUT", f"/{bucket}/new", body=b"signed")
    response = send({**request, "content": b"forged"})
    assert (response.status_code, code(response)) == (400, "XAmzContentSHA256Mismatch")


def test_a_body_that_is_not_said_anything_of(sandbox: SandboxInfo, bucket: str) -> None:
    """Without x-amz-content-sha256 S3 takes no signed request."""
    request = AWSRequest("GET", f"{sandbox.endpoint}/{bucket}/k")
    SigV4Auth(credentials(sandbox.customer), "s3", "us-east-1").add_auth(request)
    headers = dict(request.headers.items())
    response = send({"method": "GET", "url": request.url, "headers": headers})
    assert (response.status_code, code(response)) == (400, "InvalidRequest")


def test_a_wrong_secret_and_an_unknown_key(sandbox: SandboxInfo, bucket: str) -> None:
    class Wrong:
        access_key_id = sandbox.customer.access_key_id
        secret_access_key = "x" * 40

    class Unknown:
        access_key_id = "AKIAAAAAAAAAAAAAAAAA"
        secret_access_key = "x" * 40

    for who, expected in ((Wrong(), "SignatureDoesNotMatch"), (Unknown(), "InvalidAccessKeyId")):
        response = send(signed(sandbox, who, "GET", f"/{bucket}/k"))
        assert (response.status_code, code(response)) == (403, expected)
    with refused("SignatureDoesNotMatch", 403):
        client(sandbox, "sts", Wrong()).get_caller_identity()
    with refused("InvalidClientTokenId", 403):
        client(sandbox, "sts", Unknown()).get_caller_identity()


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong(
    sandbox: SandboxInfo, bucket: str, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    when = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: when)
    response = send(signed(sandbox, sandbox.customer, "GET", f"/{bucket}/k"))
    assert (response.status_code, code(response)) == (403, "RequestTimeTooSkewed")


def test_a_clock_that_is_a_little_wrong(
    sandbox: SandboxInfo, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    when = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=14)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: when)
    assert send(signed(sandbox, sandbox.customer, "GET", f"/{bucket}/k")).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, Signature=x",
        "Bearer token",
    ],
)
def test_a_header_that_cannot_be_read(sandbox: SandboxInfo, bucket: str, value: str) -> None:
    headers = {"Authorization": value, "x-amz-date": "20260101T000000Z"}
    response = send({"method": "GET", "url": f"{sandbox.endpoint}/{bucket}/k", "headers": headers})
    assert response.status_code == 400
    assert code(response) in ("AuthorizationHeaderMalformed", "InvalidRequest")


def test_the_signature_of_another_service_is_no_way_in(sandbox: SandboxInfo, bucket: str) -> None:
    request = AWSRequest("GET", f"{sandbox.endpoint}/{bucket}/k")
    S3SigV4Auth(credentials(sandbox.customer), "dynamodb", "us-east-1").add_auth(request)
    response = send({"method": "GET", "url": request.url, "headers": dict(request.headers)})
    assert (response.status_code, code(response)) == (501, "NotImplemented")


def test_a_session_needs_its_token(sandbox: SandboxInfo, customer: Customer, bucket: str) -> None:
    session = customer.session(allow("s3:GetObject"))
    assert send(signed(sandbox, session, "GET", f"/{bucket}/k")).status_code == 200

    class Tokenless:
        access_key_id = session.access_key_id
        secret_access_key = session.secret_access_key

    class Mistaken(Tokenless):
        token = "mistaken"

    for who in (Tokenless(), Mistaken()):
        response = send(signed(sandbox, who, "GET", f"/{bucket}/k"))
        assert (response.status_code, code(response)) == (400, "InvalidToken")


class TestPresigned:
    def url(self, sandbox: SandboxInfo, who: Pair, bucket: str, **more: Any) -> str:
        there = client(sandbox, "s3", who, signature_version="s3v4")
        return there.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": "k"}, **more
        )

    def test_anybody_may_use_it(
        self, sandbox: SandboxInfo, customer: Customer, bucket: str
    ) -> None:
        session = customer.session(allow("s3:GetObject"))
        for who in (sandbox.customer, session):
            with httpx.Client(trust_env=False) as http:
                response = http.get(self.url(sandbox, who, bucket))
            assert response.status_code == 200
            assert response.content == b"hello"

    def test_it_allows_what_its_maker_may(
        self, sandbox: SandboxInfo, customer: Customer, bucket: str
    ) -> None:
        session = customer.session(allow("s3:PutObject"))
        with httpx.Client(trust_env=False) as http:
            response = http.get(self.url(sandbox, session, bucket))
        assert (response.status_code, code(response)) == (403, "AccessDenied")

    def test_it_is_for_one_request_only(self, sandbox: SandboxInfo, bucket: str) -> None:
        url = self.url(sandbox, sandbox.customer, bucket)
        with httpx.Client(trust_env=False) as http:
            assert code(http.delete(url)) == "SignatureDoesNotMatch"
            assert code(http.get(url.replace("/k?", "/other?"))) == "SignatureDoesNotMatch"
            longer = url.replace("X-Amz-Expires=3600", "X-Amz-Expires=86400")
            assert longer != url
            assert code(http.get(longer)) == "SignatureDoesNotMatch"
            assert code(http.get(url, headers={"x-amz-acl": "private"})) == "AccessDenied"

    def test_it_ends(
        self, sandbox: SandboxInfo, bucket: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        when = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=90)
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: when)

        def ask(seconds: int) -> httpx.Response:
            # Signed by hand: a client may sign with the AWS CRT, which has a clock of its own.
            request = AWSRequest("GET", f"{sandbox.endpoint}/{bucket}/k")
            S3SigV4QueryAuth(
                credentials(sandbox.customer), "s3", "us-east-1", expires=seconds
            ).add_auth(request)
            return send({"method": "GET", "url": request.url})

        response = ask(60)
        assert (response.status_code, code(response)) == (403, "AccessDenied")
        assert "Request has expired" in response.text
        assert ask(3600).status_code == 200

    def test_a_week_at_most(self, sandbox: SandboxInfo, bucket: str) -> None:
        request = AWSRequest("GET", f"{sandbox.endpoint}/{bucket}/k")
        S3SigV4QueryAuth(
            credentials(sandbox.customer), "s3", "us-east-1", expires=604_801
        ).add_auth(request)
        response = send({"method": "GET", "url": request.url})
        assert (response.status_code, code(response)) == (400, "AuthorizationQueryParametersError")

    def test_an_upload(self, sandbox: SandboxInfo, customer: Customer, bucket: str) -> None:
        there = client(sandbox, "s3", sandbox.customer, signature_version="s3v4")
        url = there.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "new"})
        with httpx.Client(trust_env=False) as http:
            assert http.put(url, content=b"by url").status_code == 200
        assert customer.s3.get_object(Bucket=bucket, Key="new")["Body"].read() == b"by url"

    def test_the_old_signature_of_boto3_s_default(
        self, sandbox: SandboxInfo, customer: Customer, bucket: str
    ) -> None:
        session = customer.session(allow("s3:GetObject", "s3:GetObjectTagging"))
        with httpx.Client(trust_env=False) as http:
            for who in (sandbox.customer, session):
                there = client(sandbox, "s3", who)
                about = {"Bucket": bucket, "Key": "k"}
                url = there.generate_presigned_url("get_object", Params=about)
                assert "AWSAccessKeyId=" in url
                assert http.get(url).content == b"hello"
                assert code(http.delete(url)) == "SignatureDoesNotMatch"
                assert code(http.get(url + "&tagging")) == "SignatureDoesNotMatch"
                assert code(http.get(url.replace("/k?", "/other?"))) == "SignatureDoesNotMatch"
                old = there.generate_presigned_url("get_object", Params=about, ExpiresIn=-1)
                assert "Request has expired" in http.get(old).text
                tags = there.generate_presigned_url("get_object_tagging", Params=about)
                assert http.get(tags).status_code == 200
            there = client(sandbox, "s3", sandbox.customer)
            url = there.generate_presigned_url(
                "put_object", Params={"Bucket": bucket, "Key": "new", "ContentType": "text/x"}
            )
            assert http.put(url, content=b"x").status_code == 200
            response = http.get(f"{sandbox.endpoint}/{bucket}/k?AWSAccessKeyId=a&Signature=b")
        assert (response.status_code, code(response)) == (403, "AccessDenied")

    def test_the_old_signature_in_a_header_is_refused(
        self, sandbox: SandboxInfo, bucket: str
    ) -> None:
        headers = {"Authorization": "AWS AKIAAAAAAAAAAAAAAAAA:signature"}
        url = f"{sandbox.endpoint}/{bucket}/k"
        response = send({"method": "GET", "url": url, "headers": headers})
        assert (response.status_code, code(response)) == (400, "InvalidRequest")


class Chunked(S3SigV4Auth):
    """Signs the beginning of a body in chunks."""

    def __init__(self, kind: str, *given: Any) -> None:
        super().__init__(*given)
        self.kind = kind

    def payload(self, request: AWSRequest) -> str:
        return self.kind


class TestChunks:
    """Bodies in signed chunks, as the SDKs for other languages send them."""

    def chunk_signature(
        self, key: bytes, scope: tuple[str, str], previous: str, data: bytes
    ) -> str:
        text = "\n".join(
            (
                "AWS4-HMAC-SHA256-PAYLOAD",
                *scope,
                previous,
                EMPTY,
                hashlib.sha256(data).hexdigest(),
            )
        )
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def request(
        self, sandbox: SandboxInfo, path: str, chunks: list[bytes], trailer: tuple[str, str] | None
    ) -> dict[str, Any]:
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
        headers = {
            "content-encoding": "aws-chunked",
            "x-amz-decoded-content-length": str(sum(map(len, chunks))),
        }
        if trailer:
            headers["x-amz-trailer"] = trailer[0]
        request = AWSRequest("PUT", sandbox.endpoint + path, headers=headers)
        Chunked(kind, credentials(sandbox.customer), "s3", "us-east-1").add_auth(request)
        stamp = request.context["timestamp"]
        scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
        key = f"AWS4{sandbox.customer.secret_access_key}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        previous = request.headers["Authorization"].rpartition("Signature=")[2]
        body = b""
        for data in [*chunks, b""]:
            previous = self.chunk_signature(key, (stamp, scope), previous, data)
            body += f"{len(data):x};chunk-signature={previous}\r\n".encode()
            body += data + (b"\r\n" if data else b"")
        if trailer:
            line = f"{trailer[0]}:{trailer[1]}\n"
            digest = hashlib.sha256(line.encode()).hexdigest()
            text = "\n".join(("AWS4-HMAC-SHA256-TRAILER", stamp, scope, previous, digest))
            seal = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            body += f"{trailer[0]}:{trailer[1]}\r\nx-amz-trailer-signature:{seal}\r\n".encode()
        body += b"\r\n"
        return {
            "method": "PUT",
            "url": sandbox.endpoint + path,
            "headers": dict(request.headers),
            "content": body,
        }

    @pytest.mark.parametrize("trailer", [None, ("x-amz-checksum-crc32", "DUoRhQ==")])
    def test_they_are_put_together(
        self,
        sandbox: SandboxInfo,
        customer: Customer,
        bucket: str,
        trailer: tuple[str, str] | None,
    ) -> None:
        request = self.request(sandbox, f"/{bucket}/c", [b"hello ", b"world"], trailer)
        assert send(request).status_code == 200, send(request).text
        found = customer.s3.get_object(Bucket=bucket, Key="c")
        assert found["Body"].read() == b"hello world"
        assert "ContentEncoding" not in found

    def test_a_forged_chunk_is_noticed(self, sandbox: SandboxInfo, bucket: str) -> None:
        request = self.request(sandbox, f"/{bucket}/c", [b"hello ", b"world"], None)
        forged = {**request, "content": request["content"].replace(b"world", b"WORLD")}
        response = send(forged)
        assert (response.status_code, code(response)) == (403, "SignatureDoesNotMatch")

    def test_a_forged_trailer_is_noticed(self, sandbox: SandboxInfo, bucket: str) -> None:
        trailer = ("x-amz-checksum-crc32", "DUoRhQ==")
        request = self.request(sandbox, f"/{bucket}/c", [b"hello world"], trailer)
        forged = {**request, "content": request["content"].replace(b"DUoRhQ==", b"DUoRhR==")}
        response = send(forged)
        assert (response.status_code, code(response)) == (403, "SignatureDoesNotMatch")

    def test_a_wrong_checksum_in_the_trailer(self, sandbox: SandboxInfo, bucket: str) -> None:
        trailer = ("x-amz-checksum-crc32", "AAAAAA==")
        request = self.request(sandbox, f"/{bucket}/c", [b"hello world"], trailer)
        response = send(request)
        assert (response.status_code, code(response)) == (400, "BadDigest")

    def test_a_body_cut_short(self, sandbox: SandboxInfo, bucket: str) -> None:
        request = self.request(sandbox, f"/{bucket}/c", [b"hello world"], None)
        response = send({**request, "content": request["content"][:100]})
        assert (response.status_code, code(response)) == (400, "IncompleteBody")


def test_a_role_s_key_ends_with_its_session(sandbox: SandboxInfo, customer: Customer) -> None:
    """Sessions last 900 s at least; the clock of the gate is tested in the unit tests."""
    role = customer.make_role(trust(sandbox.platform.arn))
    sts = client(sandbox, "sts", sandbox.platform)
    ends = sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900)["Credentials"][
        "Expiration"
    ]
    left = ends - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_what_signing_covers_of_a_path(sandbox: SandboxInfo, bucket: str) -> None:
    """Encoded or not, a path is signed as S3 reads it."""
    request = signed(sandbox, sandbox.customer, "PUT", f"/{bucket}/a%20b%2Bc%25", body=b"x")
    assert send(request).status_code == 200
    assert urlsplit(request["url"]).path.endswith("a%20b%2Bc%25")
