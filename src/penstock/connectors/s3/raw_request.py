"""One HTTP request to S3, signed and sent as it is: for what no operation of a client does."""

import hashlib
import os
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ConnectionError as BrokenConnection
from botocore.exceptions import HTTPClientError, IncompleteReadError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from penstock.catalog.context import ServiceRequest
from penstock.connectors.s3.accounting import user_agent
from penstock.connectors.s3.clients import CONNECTIONS, RoleCredentials
from penstock.connectors.s3.requests import Requests

TRIES: Final = 3
CHUNK: Final = 1024 * 1024

_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request to a bucket's endpoint, or to the account's where bucket is empty.

    Nothing in it is encoded. `body` opens the content, which is read more than once.
    """

    operation: str
    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Callable[[], BinaryIO] | None = None
    size: int = 0

    def url(self, client: Any) -> str:
        """Where it goes: the endpoint that the client itself finds for the bucket, no other."""
        base = client.meta.endpoint_url
        if self.bucket:
            # What botocore knows of virtual hosts and access points is in its own URLs.
            found = client.generate_presigned_url("list_objects_v2", Params={"Bucket": self.bucket})
            parts = urlsplit(found)
            base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        path = f"/{quote(self.key, safe='/~')}"
        pairs = (
            f"{quote(name, safe='')}={quote(value, safe='')}" if value else quote(name, safe="")
            for name, value in self.query.items()
        )
        query = "&".join(pairs)
        return f"{base.rstrip('/')}{path}{f'?{query}' if query else ''}"


class RawAnswer:
    """An answer whose body is still to be read, once, in chunks."""

    def __init__(self, response: AWSResponse) -> None:
        self._response = response
        self.status: int = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    @property
    def length(self) -> int | None:
        """Bytes of the body, if the server says so."""
        told = self.headers.get("content-length", "")
        return int(told) if told.isdigit() else None

    def chunks(self) -> Iterator[bytes]:
        """The body.

        Raises:
            IncompleteReadError: it ended before its length was reached.
        """
        read = 0
        while chunk := self._response.raw.read(CHUNK):
            read += len(chunk)
            yield chunk
        if self.length is not None and read != self.length:
            raise IncompleteReadError(actual_bytes=read, expected_bytes=self.length)

    def close(self) -> None:
        with suppress(Exception):
            self._response.raw.close()


class RawSender:
    """Signs and sends raw requests over connections of its own. A process-wide resource."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[tuple[str, str], ...], URLLib3Session] = {}
        self._lock = threading.Lock()

    def send(self, requests: Requests, client: Any, asked: RawRequest) -> RawAnswer:
        """The answer, whatever its status.

        What passes in a moment is tried again, if the request may be repeated.

        Raises:
            HTTPClientError, ConnectionError: there was none.
        """
        for left in reversed(range(TRIES)):
            again = left > 0 and asked.method in _SAFE_TO_REPEAT
            try:
                answer = self._send_once(requests, client, asked)
            except (HTTPClientError, BrokenConnection):
                if not again:
                    raise
            else:
                if not (again and answer.status in _PASSING):
                    return answer
                answer.close()
            requests.ctx.raise_if_cancelled()
            time.sleep(0.2 * (TRIES - left))
        raise AssertionError("unreachable: the last try returns or raises")

    def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            session.close()

    def _send_once(self, requests: Requests, client: Any, asked: RawRequest) -> RawAnswer:
        body = asked.body() if asked.body else None
        headers = {**asked.headers, "User-Agent": user_agent(requests.ctx)}
        if body is not None:
            headers.setdefault("Content-Length", str(asked.size))
            if not any(name.lower().startswith("x-amz-checksum-") for name in headers):
                # S3 wants a checksum of many bodies, and takes one of each.
                headers.setdefault("Content-MD5", _md5(body))
        url = asked.url(client)
        request = AWSRequest(
            method=asked.method,
            url=url,
            headers=headers,
            data=body if body is not None else b"",
            stream_output=True,
        )
        request.context["has_streaming_input"] = body is not None
        self._sign(requests, client, request)
        started = time.monotonic()
        response: AWSResponse | None = None
        try:
            response = self._session(url).send(request.prepare())
        finally:
            if body is not None:
                body.close()
            self._note(requests, asked, response, time.monotonic() - started)
        return RawAnswer(response)

    def _sign(self, requests: Requests, client: Any, request: AWSRequest) -> None:
        credentials = RoleCredentials(requests.ctx.connection).get_frozen_credentials()
        S3SigV4Auth(credentials, "s3", client.meta.region_name).add_auth(request)

    def _session(self, url: str) -> URLLib3Session:
        proxies = get_environ_proxies(url)
        key = tuple(sorted(proxies.items()))
        with self._lock:
            if key not in self._sessions:
                bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
                settings: dict[str, Any] = {"verify": bundle or True, "timeout": (10, 60)}
                self._sessions[key] = URLLib3Session(
                    proxies=proxies, max_pool_connections=CONNECTIONS, **settings
                )
            return self._sessions[key]

    def _note(
        self, requests: Requests, asked: RawRequest, response: AWSResponse | None, seconds: float
    ) -> None:
        headers = response.headers if response is not None else {}
        length = str(headers.get("content-length", ""))
        requests.ctx.note_request(
            ServiceRequest(
                service="s3",
                operation=asked.operation,
                method=asked.method,
                status=response.status_code if response is not None else 0,
                request_id=headers.get("x-amz-request-id"),
                host_id=headers.get("x-amz-id-2"),
                seconds=round(seconds, 6),
                bytes_sent=asked.size,
                bytes_received=int(length) if length.isdigit() and asked.method != "HEAD" else 0,
            )
        )


def _md5(body: BinaryIO) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    while chunk := body.read(CHUNK):
        digest.update(chunk)
    body.seek(0)
    return b64encode(digest.digest()).decode()
