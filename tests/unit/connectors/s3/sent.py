"""Botocore clients whose requests end here: each is kept, and answered by the test."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session


@dataclass(frozen=True)
class Reply:
    """What the server says."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Wire:
    """Requests as they left, in order; `answer` makes the reply to each."""

    answer: Callable[[AWSPreparedRequest], Reply | Exception]
    requests: list[AWSPreparedRequest] = field(default_factory=list)

    def header(self, name: str, at: int = -1) -> str:
        """A header of a request, as text."""
        value: Any = self.requests[at].headers[name]
        return value.decode() if isinstance(value, bytes) else str(value)


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def wire(answer: Callable[[AWSPreparedRequest], Reply | Exception]) -> Iterator[Wire]:
    """Nothing is sent while this is open."""
    kept = Wire(answer)

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        kept.requests.append(request)
        reply = answer(request)
        if isinstance(reply, Exception):
            raise reply
        raw: Any = _Raw(reply.body)
        headers: Any = {"content-length": str(len(reply.body)), **reply.headers}
        return AWSResponse(request.url, reply.status, headers, raw)

    with patch.object(URLLib3Session, "send", send):
        yield kept
