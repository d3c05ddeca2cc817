"""moto, as the gate uses it: one request at a time, in a named account, already authorized.

The only module that imports moto. It runs in the sandbox's own process.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.core.request import Request
from moto.iam.models import IAMBackend, iam_backends
from moto.iam.responses import IamResponse
from moto.kms.models import KmsBackend, kms_backends
from moto.kms.responses import KmsResponse
from moto.s3.models import FakeBucket, FakeKey, S3Backend, s3_backends
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


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """What the gate has to know of a bucket before anybody may touch it."""

    name: str
    account_id: str
    region: str
    versioning: str | None
    object_lock: bool
    encryption_key: str | None


def bucket_facts(name: str) -> BucketFacts | None:
    """The bucket of that name, in whatever account; None if there is none."""
    with LOCK:
        bucket = _bucket(name)
        if bucket is None:
            return None
        default = (bucket.encryption or {}).get("Rule", {})
        applied = default.get("ApplyServerSideEncryptionByDefault", {})
        kms_key = (
            applied.get("KMSMasterKeyID")
            if str(applied.get("SSEAlgorithm", "")).startswith("aws:kms")
            else None
        )
        return BucketFacts(
            name,
            str(bucket.account_id),
            str(bucket.region_name),
            bucket.versioning_status,
            bool(bucket.object_lock_enabled),
            kms_key,
        )


def _bucket(name: str) -> FakeBucket | None:
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    if not account:
        return None
    backend: S3Backend = s3_backends[account][partition]
    return backend.buckets.get(name)


def stored_object(bucket: str, key: str, version_id: str | None = None) -> FakeKey | None:
    """moto's own record of an object or version; None if there is none, or a delete marker."""
    found = _bucket(bucket)
    if found is None:
        return None
    backend: S3Backend = s3_backends[found.account_id]["aws"]
    return backend.get_object(bucket, key, version_id=version_id)


def iam_backend(account: str) -> IAMBackend:
    """moto's own record of an account's users, roles and policies."""
    return iam_backends[account]["aws"]


def kms_backend(account: str, region: str) -> KmsBackend:
    """moto's own record of an account's keys in a region."""
    return kms_backends[account][region]


def accounts() -> Iterator[str]:
    """The accounts that exist."""
    return iter(list(iam_backends))


def buckets(account: str) -> list[FakeBucket]:
    """moto's own records of the buckets of an account."""
    return list(s3_backends[account]["aws"].buckets.values())


def s3_backend(bucket: str) -> S3Backend:
    """moto's own record of the account that a bucket belongs to."""
    partition, account = s3_backends.bucket_accounts[bucket]
    return s3_backends[account][partition]


def encrypt_by_default(bucket: str) -> None:
    """What every new bucket has since 2023: encryption with S3 managed keys."""
    with LOCK:
        found = _bucket(bucket)
        if found is not None and not found.encryption:
            default = {"SSEAlgorithm": "AES256"}
            found.encryption = {
                "Rule": {
                    "ApplyServerSideEncryptionByDefault": default,
                    "BucketKeyEnabled": "false",
                }
            }


def path_of(account: str, kind: str, name: str) -> str:
    """The path of the user or role of that name; `/` if there is none."""
    with LOCK:
        backend = iam_backends[account]["aws"]
        if kind == "user":
            return backend.users[name].path if name in backend.users else "/"
        return next((role.path for role in backend.roles.values() if role.name == name), "/")
