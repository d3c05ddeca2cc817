"""moto, as the gate uses it: one request at a time, in a named account, already authorized.

Only this module and `records` import moto. They run in the sandbox's own process.
"""

import os
import threading
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.core.request import Request
from moto.iam.responses import IamResponse
from moto.kms.responses import KmsResponse
from moto.s3.responses import S3Response
from werkzeug.datastructures import Headers

from penstock.sandbox.exchange import HttpResponse

# moto keeps its state in plain dictionaries: one request at a time, as long as it lasts.
LOCK: Final = threading.RLock()
_HOST: Final = "http://127.0.0.1"
# What the gate or the server says itself.
_OWN: Final = (
    "date",
    "server",
    "status",
    "connection",
    "transfer-encoding",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amz-id-2",
    "x-amz-sdk-checksum-algorithm",
)


def _authorization(region: str, service: str) -> str:
    """moto takes the region from here; nobody checks the rest."""
    return (
        f"AWS4-HMAC-SHA256 Credential=GATE/20260101/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=none"
    )


class _S3(S3Response):
    """moto's S3, told bucket, key and body instead of guessing them from the URL."""

    def __init__(self, bucket: str, key: str, query: str, headers: Headers, body: bytes) -> None:
        super().__init__()
        self._told = (bucket, key, query, headers, body)

    def setup_class(  # type: ignore[override]  # as moto's own S3Response narrows it
        self, request: Any, full_url: str | None = None, headers: Any = None
    ) -> None:
        super().setup_class(request, full_url, headers)
        bucket, _, query, told, body = self._told
        self.bucket_name = bucket
        self.body = self.raw_body = body
        self.headers = request.headers = told
        self.querystring = self.data = parse_qs(query, keep_blank_values=True)

    def parse_bucket_name_from_url(self, request: Any, url: Any) -> str:
        return self._told[0]

    def parse_key_name(self) -> str:
        return self._told[1]

    @staticmethod
    def subdomain_based_buckets(request: Any) -> bool:
        return False

    def get_current_account(self) -> str:
        return str(self._told[3]["x-moto-account-id"])


def s3(
    account: str,
    region: str,
    method: str,
    name: tuple[str, str],
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
) -> HttpResponse:
    """moto's answer to a request to S3 on `name`, bucket and key (empty if there is none).

    Names and query are decoded, the headers are without signature.
    """
    bucket, key = name
    told = Headers(list(headers.items()))
    told["Authorization"] = _authorization(region, "s3")
    told["x-moto-account-id"] = account
    told["Content-Length"] = str(len(body))
    encoded = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query.items()
    )
    path = f"/{quote(bucket, safe='-_.~')}" + (f"/{quote(key, safe='/-_.~')}" if key else "")
    url = f"{_HOST}{path if bucket else '/'}?{encoded}"
    # Without the content type, lest moto reads a form out of an object.
    plain = [(name, value) for name, value in told.items() if name.lower() != "content-type"]
    with LOCK:
        request = Request.from_primitives(method, url, dict(plain), body)
        responder = _S3(bucket, key, encoded, told, body)
        respond: Any = responder.key_response if key else responder.bucket_response
        return _response(respond(request, url, request.headers), method)


def iam(account: str, form: str) -> HttpResponse:
    """moto's answer to a call of the IAM API, its parameters as a form."""
    return _query(IamResponse, ("iam", "us-east-1"), account, form.encode(), {})


def kms(account: str, region: str, target: str, body: bytes) -> HttpResponse:
    """moto's answer to a call of the KMS API; `target` is X-Amz-Target."""
    more = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    return _query(KmsResponse, ("kms", region), account, body, more)


def _query(
    responder: Any, scope: tuple[str, str], account: str, body: bytes, more: Mapping[str, str]
) -> HttpResponse:
    service, region = scope
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Authorization": _authorization(region, service),
        "x-moto-account-id": account,
        **more,
    }
    url = f"{_HOST}/"
    with LOCK:
        request = Request.from_primitives("POST", url, headers, body)
        return _response(responder.dispatch(request, url, request.headers), "POST")


def _response(answer: Any, method: str) -> HttpResponse:
    status, headers, body = answer
    content = body.encode() if isinstance(body, str) else bytes(body)
    said = {str(name).lower(): str(value) for name, value in headers.items()}
    length = said.pop("content-length", None)
    for name in _OWN:
        said.pop(name, None)
    if method == "HEAD":
        return HttpResponse(int(status), said, b"", int(length or 0))
    return HttpResponse(int(status), said, content)
