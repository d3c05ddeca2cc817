"""The HTTP server: reads a request in full, has the gate answer it, keeps the connection.

Not WSGI: a signature covers names of headers and bytes of the path that WSGI does not keep.
"""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from penstock.sandbox.exchange import HttpRequest, HttpResponse, joined

Answer = Callable[[HttpRequest], HttpResponse]
_BODILESS: Final = frozenset({204, 304})
_CHUNK: Final = 1 << 20


class Server(ThreadingHTTPServer):
    """Serves `answer` on the loopback interface; port 0 finds a free one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, answer: Answer) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def endpoint(self) -> str:
        """The URL of the server."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is nothing to speak of."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "AmazonS3"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def _handle(self) -> None:
        path, _, query = self.path.partition("?")
        if "://" in path:
            path = "/" + path.split("://", 1)[1].partition("/")[2]
        request = HttpRequest(
            self.command,
            path,
            query.partition("#")[0],
            joined(self.headers.items()),
            self._body(),
            datetime.now(UTC),
            str(self.client_address[0]),
        )
        self._send(self.server.answer(request))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 - http.server's names
    do_OPTIONS = do_PATCH = _handle  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked()
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length else b""

    def _chunked(self) -> bytes:
        found = bytearray()
        while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(found)

    def handle_expect_100(self) -> bool:
        """Tell the client to go on, now: it waits a second for it."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def _send(self, answer: HttpResponse) -> None:
        self.send_response_only(answer.status)
        headers = {
            "Date": formatdate(usegmt=True),
            "Server": self.server_version,
            **answer.headers,
        }
        if answer.status not in _BODILESS:
            length = len(answer.body) if answer.length is None else answer.length
            headers["Content-Length"] = str(length)
        for name, value in headers.items():
            self.send_header(name, value.replace("\r", " ").replace("\n", " "))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in _BODILESS:
            view = memoryview(answer.body)
            for start in range(0, len(view), _CHUNK):
                self.wfile.write(view[start : start + _CHUNK])
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Silent: the request log says it better."""

    def address_string(self) -> str:
        """The address as it is; no name is looked up."""
        return socket.inet_ntoa(socket.inet_aton(str(self.client_address[0])))
