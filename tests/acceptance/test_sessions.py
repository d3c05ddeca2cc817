"""AssumeRole is called once for a connection and flow, however many cards there are."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from penstock.sandbox.process import start_sandbox
from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow

CARDS = 10_000


class _Storage(BaseHTTPRequestHandler):
    """Answers every HEAD at once: what is asked here is how often STS is asked.

    The sandbox would take most of a minute to authorize the ten thousand.
    """

    protocol_version = "HTTP/1.1"
    seen: ClassVar[Counter[str]] = Counter()

    def do_HEAD(self) -> None:
        self.seen[self.headers["Authorization"].split("Credential=")[1].split("/")[0]] += 1
        self.send_response_only(200)
        for name, value in (
            ("x-amz-bucket-region", "us-east-1"),
            ("x-amz-request-id", "1"),
            ("ETag", '"0"'),
            ("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT"),
            ("Content-Length", "0"),
        ):
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def storage() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Storage)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_cards_are_one_session(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with start_sandbox(log=log) as sandbox, storage() as endpoint:
        variables = {**sandbox.info.variables(), "AWS_ENDPOINT_URL_S3": endpoint}
        penstock = Penstock(tmp_path / "data", variables)
        connect(penstock, Customer(sandbox.info), allow("s3:GetObject", "s3:ListBucket"))
        before = len(log.read_text().splitlines())
        card = "card: s3.read_object, connection: acme, inputs: {bucket: practice, key: k}"
        cards = "".join(f"- {{id: c{number}, {card}}}\n" for number in range(CARDS))
        text = f"flow: many\nsettings: {{save_values: false}}\ncards:\n{cards}"
        run = penstock.ok("run", "-", "--json", given=text, timeout=800).json
        asked = [json.loads(line) for line in log.read_text().splitlines()[before:]]
    assert run["status"] == "succeeded"
    assert len(run["cards"]) == CARDS
    assert [each["operation"] for each in asked].count("AssumeRole") == 1
    # All of them came with that one session's key.
    [(_, times)] = _Storage.seen.items()
    assert times >= CARDS
