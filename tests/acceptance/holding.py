"""A proxy in front of the sandbox that can hold one request, so that a kill hits it exactly.

It passes everything on as it came, `Host` included, so that signatures stay right.
"""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Moment = Literal["before", "after"]
"""Before the sandbox sees the request, or after it has done it and before its answer is known."""


@dataclass(slots=True)
class Hold:
    """Holds the request of this number (from 1), at this moment, until `release`."""

    number: int
    moment: Moment
    held: threading.Event = field(default_factory=threading.Event)
    seen: int = 0
    _released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> int:
        """This request's number."""
        with self._lock:
            self.seen += 1
            return self.seen

    def at(self, number: int, moment: Moment) -> bool:
        """Wait here if this is the place; whether the request may go on."""
        if (number, moment) != (self.number, self.moment):
            return True
        self.held.set()
        self._released.wait(60)
        return False

    def release(self) -> None:
        """Let go of it: the one who asked is dead by now."""
        self._released.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hold: Hold
    target: str

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked was killed: nobody is there to be answered."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._pass_on()

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names it wants

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = self.server.hold.count()
        if not self.server.hold.at(number, "before"):
            self.close_connection = True
            return
        upstream = http.client.HTTPConnection(self.server.target, timeout=60)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in {"expect", "connection"}:
                upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if not self.server.hold.at(number, "after"):
            self.close_connection = True
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def holding(endpoint: str, hold: Hold) -> Iterator[str]:
    """The address of a proxy to `endpoint` that holds what `hold` says."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hold = hold
    server.target = urlsplit(endpoint).netloc
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        hold.release()
        server.shutdown()
        thread.join()
        server.server_close()
