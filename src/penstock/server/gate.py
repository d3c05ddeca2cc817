"""The gate in front of the API: who may reach it, and what its answers forbid a browser.

Unless there are users, Penstock listens on the loopback interface only. That keeps other machines
out, but not the pages that a browser on this machine shows. Hence these checks on each request:

- `Host` must be a loopback name, or one that the server was started with, so that a page cannot
  reach it through a name of its own that resolves to this machine (DNS rebinding);
- a request that a browser sends for another site's page (`Origin`, `Sec-Fetch-Site`) may not
  change anything;
- a body is at most `MAX_BODY` bytes, announced or not; a file for a run, at the one address that
  takes them, `uploads.MOST_BYTES`;
- the API wants to know who asks (`identity`), but for what says so (`authority`). While there are
  no users, that is anyone on this machine; with `require_token` then only who presents the token
  of the address file, which the same user alone can read: for machines that people share.

What may change something is put into the audit log before it is answered (`recording`).
"""

import json
from typing import Any, Final

from anyio.to_thread import run_sync as in_thread
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penstock.engine.uploads import MOST_BYTES
from penstock.errors import NotSignedIn
from penstock.server import recording
from penstock.server.application import Application
from penstock.server.authority import PUBLIC_PATHS
from penstock.server.identity import (
    LOOPBACK_NAMES,
    SAFE_METHODS,
    Visit,
    identify,
    is_foreign,
    name_of,
)
from penstock.server.problems import MEDIA_TYPE, TOO_LARGE, problem, problem_of, unexpected

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes; a request carries documents. Contents travel through S3, uploads and a run's files."""

UPLOADS: Final = ("POST", "/api/v1/uploads")
"""The one request whose body is a file."""

_DIGITS: Final = 15
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

    def __init__(self, app: ASGIApp, *, application: Application) -> None:
        self._app = app
        self._application = application
        self._names = LOOPBACK_NAMES | application.allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False
        visit: Visit | None = None

        async def send_guarded(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                if visit is not None:
                    await self._record(visit, scope, message["status"], given)
                answered = True
                message["headers"] = _with_security(given)
            await send(message)

        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        most, too_large = _limit(scope)
        if refusal := self._refusal(scope["method"], headers, most, too_large):
            await _answer(send_guarded, refusal)
            return
        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, too_large)
            return message

        try:
            found = await identify(self._application, scope, headers)
            if found.caller is None and not _is_public(scope["path"]):
                await _answer(send_guarded, await self._unknown(headers))
                return
            scope.setdefault("state", {})["visit"] = visit = found
            await self._app(scope, receive_bounded, send_guarded)
        except Exception as error:
            # Caught here and not by Starlette, whose answer would lack the headers.
            if answered:
                raise
            await _answer(send_guarded, problem_of(unexpected(error)))

    def _refusal(
        self, method: str, headers: dict[str, str], most: int, too_large: str
    ) -> dict[str, Any] | None:
        if name_of(headers.get("host", "")) not in self._names:
            return problem(
                421,
                "This server does not answer to that name.",
                hint="Use http://127.0.0.1 or http://localhost with the port it listens on; "
                "other names have to be named when it is started, with --allowed-host.",
            )
        if method not in SAFE_METHODS and is_foreign(headers):
            return problem(
                403,
                "A page of another site may not change anything here.",
                code="cross_site",
                hint="Use the API from a program, or from a page of this server.",
            )
        length = headers.get("content-length", "")
        if length.isdecimal() and (len(length) > _DIGITS or int(length) > most):
            return problem(413, too_large)
        return None

    async def _unknown(self, headers: dict[str, str]) -> dict[str, Any]:
        """What is said to whom is not known."""
        token = headers.get("authorization", "").lower().startswith("bearer ")
        if await in_thread(self._application.access.users.any):
            return problem_of(
                NotSignedIn(
                    "This token does not count: it is mistyped, expired or revoked."
                    if token
                    else "Sign in first.",
                    hint="Open the server's page in a browser; programs send `Authorization: "
                    "Bearer TOKEN`, which `penstock tokens new` makes and the penstock command "
                    "takes from PENSTOCK_TOKEN or --token-file.",
                )
            )
        return problem(
            401,
            "This server wants its token with each request.",
            hint="Send `Authorization: Bearer TOKEN` with the token in server.json of its "
            "data directory; the penstock command does so by itself, or with PENSTOCK_TOKEN.",
        )

    async def _record(self, visit: Visit, scope: Scope, status: int, headers: Any) -> None:
        deed = recording.deed(visit, scope["method"], scope["path"], status, headers)
        if deed is not None:
            await in_thread(self._application.access.audit.append, deed)


def _limit(scope: Scope) -> tuple[int, str]:
    """How many bytes the body may have, and what is said of more."""
    if (scope["method"], scope["path"]) == UPLOADS:
        return MOST_BYTES, f"The file is too large: at most {MOST_BYTES:,} bytes can be uploaded."
    return MAX_BODY, TOO_LARGE


def _is_public(path: str) -> bool:
    """Pages and what they load are; of the API, what asks for nobody."""
    inside = path == "/api" or path.startswith("/api/")
    return not inside or path in PUBLIC_PATHS


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
                *([(b"www-authenticate", b"Bearer")] if document["status"] == 401 else []),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
