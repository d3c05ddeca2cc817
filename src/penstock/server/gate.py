"""The gate in front of the API: who may reach it, and what its answers forbid a browser.

Penstock listens on the loopback interface only. That keeps other machines out, but not the
pages that a browser on this machine shows. Hence four checks on each request:

- `Host` must be a loopback name, so that a page cannot reach the server through a name of its
  own that resolves to 127.0.0.1 (DNS rebinding);
- a request that a browser sends for another site's page (`Origin`, `Sec-Fetch-Site`) may not
  change anything;
- a body is at most `MAX_BODY` bytes, announced or not;
- with `require_token`, everything but `GET /` and the health answer must present the token of
  the address file, which only the same user can read: for machines that people share.
"""

import hmac
import json
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.server.problems import MEDIA_TYPE, TOO_LARGE, problem, problem_of, unexpected

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes; a request carries documents. Contents travel through S3 and a run's files."""

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "penstock.localhost"})
_DIGITS: Final = 15
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN: Final = frozenset({"/", "/api/v1/health"})
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Gate:
    """ASGI middleware that refuses before anything is read, and sets the headers of answers."""

    def __init__(self, app: ASGIApp, *, token: str, require_token: bool) -> None:
        self._app = app
        self._token = token
        self._require_token = require_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def send_guarded(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                message["headers"] = _with_security(message.get("headers", ()))
            await send(message)

        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if refusal := self._refusal(scope["method"], scope["path"], headers):
            await _answer(send_guarded, refusal)
            return

        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413)
            return message

        try:
            await self._app(scope, receive_bounded, send_guarded)
        except Exception as error:
            # Caught here and not by Starlette, whose answer would lack the headers.
            if answered:
                raise
            await _answer(send_guarded, problem_of(unexpected(error)))

    def _refusal(self, method: str, path: str, headers: dict[str, str]) -> dict[str, Any] | None:
        if _name(headers.get("host", "")) not in LOOPBACK_NAMES:
            return problem(
                421,
                "This server answers to loopback names only.",
                hint="Use http://127.0.0.1 or http://localhost with the port it listens on.",
            )
        if method not in _SAFE and _is_foreign(headers):
            return problem(
                403,
                "A page of another site may not change anything here.",
                code="cross_site",
                hint="Use the API from a program, or from a page of this server.",
            )
        length = headers.get("content-length", "")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > MAX_BODY):
            return problem(413, TOO_LARGE)
        if self._require_token and path not in _OPEN and not self._presents_token(headers):
            return problem(
                401,
                "This server wants its token with each request.",
                hint="Send `Authorization: Bearer TOKEN` with the token in server.json of its "
                "data directory; the penstock command does so by itself, or with PENSTOCK_TOKEN.",
            )
        return None

    def _presents_token(self, headers: dict[str, str]) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            token.encode(), self._token.encode()
        )


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_foreign(headers: dict[str, str]) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers["host"].lower()
    except ValueError:
        return True


def _with_security(headers: Any) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    names = {name.lower() for name, _ in given}
    return given + [pair for pair in (*_HEADERS, _POLICY) if pair[0] not in names]


async def _answer(send: Send, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    await send(
        {
            "type": "http.response.start",
            "status": document["status"],
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
