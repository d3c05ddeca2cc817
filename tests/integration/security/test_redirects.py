"""An answer that sends elsewhere is an answer: nothing signed goes to another server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from penstock.connectors.s3.faults import explained
from penstock.connectors.s3.subject import Subject
from penstock.errors import PenstockError, ServiceFault
from tests.cards import FakeContext, connection_of, run_card


@contextmanager
def server(status: int, headers: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Answers everything so; its address, and the paths that it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            seen.append(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": "0", "Connection": "close", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = do_PUT = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}", seen
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("region", [None, "evil.example/#"])
def test_no_redirect_is_followed_elsewhere(
    monkeypatch: pytest.MonkeyPatch, status: int, region: str | None
) -> None:
    with server(200, {}) as (elsewhere, reached):
        headers = {"Location": f"{elsewhere}/stolen"}
        if region:
            headers["x-amz-bucket-region"] = region
        with server(status, headers) as (endpoint, asked):
            monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
            connection = connection_of("ASIAONE", "secret", "token", account_id="444455556666")
            place = {"bucket": "example-bucket", "key": "k", "region": "us-east-1"}
            context = FakeContext(connection)
            # Without a region, botocore asks this endpoint for it until the stack ends: see
            # `test_endless_redirects_are_a_fault_of_the_endpoint`.
            cards = ["s3.custom_api_action", *(["s3.read_object"] if region else [])]
            for card_id in cards:
                with pytest.raises(PenstockError):
                    run_card(card_id, place, connection, context=context)
            for one in context.resources.values():
                one.close()
            assert asked
        assert reached == []


def test_endless_redirects_are_a_fault_of_the_endpoint() -> None:
    with pytest.raises(ServiceFault) as caught, explained("GetObject", Subject("example-bucket")):
        raise RecursionError
    assert "AWS_ENDPOINT_URL" in (caught.value.hint or "")
    assert not caught.value.retryable
