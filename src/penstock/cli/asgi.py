"""An httpx transport to an ASGI application in this process; files sent to it, and its answers,
are streamed as they come.

httpx's own ASGI transport is for asynchronous callers and holds an answer back until it is
whole; an event stream that ends with its run would be silent until then.
"""

import queue
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Self

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from anyio.to_thread import run_sync as in_thread
from fastapi import FastAPI

_END = object()


class Transport(httpx.BaseTransport):
    """Runs the application, with its lifespan, on an event loop in a thread of its own."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> Self:
        self._portal = self._stack.enter_context(start_blocking_portal())
        self._stack.enter_context(
            self._portal.wrap_async_context_manager(self._app.router.lifespan_context(self._app))
        )
        return self

    def __exit__(self, *exception: object) -> None:
        # What went wrong outside is not the application's: it is shut down as always.
        self._stack.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response, once its head is there."""
        assert self._portal is not None
        # What is in memory already needs no thread of its own to be read in.
        whole = isinstance(request.stream, httpx.ByteStream)
        body = request.read() if whole else iter(_sync(request.stream))
        answer = _Answer(self._portal, _scope(request), body)
        return answer.begin(self._app)


class _Answer(httpx.SyncByteStream):
    """One request's answer; closing it early is what a lost connection is to a server."""

    def __init__(
        self, portal: BlockingPortal, scope: dict[str, Any], body: bytes | Iterator[bytes]
    ) -> None:
        self._portal = portal
        self._scope = scope
        self._body: bytes | Iterator[bytes] | None = body
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._closed = portal.call(anyio.Event)

    def begin(self, app: FastAPI) -> httpx.Response:
        self._portal.start_task_soon(self._run, app)
        start = self._next()
        return httpx.Response(start["status"], headers=start["headers"], stream=self)

    def __iter__(self) -> Iterator[bytes]:
        while True:
            message = self._next()
            yield message.get("body", b"")
            if not message.get("more_body"):
                return

    def close(self) -> None:
        self._portal.call(self._closed.set)

    def _next(self) -> dict[str, Any]:
        message = self._messages.get()
        if isinstance(message, BaseException):
            raise message
        if message is _END:
            raise httpx.RemoteProtocolError("the application did not finish its answer")
        assert isinstance(message, dict)
        return message

    async def _run(self, app: FastAPI) -> None:
        try:
            await app(self._scope, self._receive, self._send)
        except Exception as error:
            self._messages.put(error)
        else:
            self._messages.put(_END)

    async def _receive(self) -> dict[str, Any]:
        if isinstance(self._body, bytes):
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self._body is not None:
            try:
                chunk = await in_thread(next, self._body, None)
            except Exception as error:
                # To the application it is a connection that broke.
                self._body = None
                self._messages.put(error)
                return {"type": "http.disconnect"}
            if chunk is None:
                self._body = None
            return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self._messages.put(message)


def _sync(stream: object) -> httpx.SyncByteStream:
    assert isinstance(stream, httpx.SyncByteStream)
    return stream


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("localhost", None),
        "client": ("127.0.0.1", 0),
        "state": {},
    }
