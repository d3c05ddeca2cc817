"""Requests that are made to break the server: each is refused, none is a defect."""

import json
from typing import Any

import anyio
import pytest

from penstock.access.service import ANYONE
from penstock.cli.asgi import Transport
from penstock.flows.document import FlowDocument, FlowInput, Start
from penstock.server import streams
from penstock.server.app import create_app
from penstock.server.application import Application
from penstock.server.starts import start_run
from tests.unit.server.conftest import Api

HALF = '"\\ud800"'
DEEP = "[" * 900 + "]" * 900
FLOW = """flow: asks
start:
  inputs:
    name: {type: text, required: false}
    thing: {type: object, required: false}
cards:
  - {id: list, card: s3.search_buckets, connection: books}
"""


@pytest.fixture
def flow(api: Api) -> str:
    api.http.post("/api/v1/connections", json={"nickname": "books"})
    kept = api.http.post("/api/v1/flows", json={"text": FLOW})
    assert kept.status_code == 201
    return "asks"


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://localhost:port]"])
def test_a_broken_origin_is_a_foreign_one(api: Api, origin: str) -> None:
    answer = api.http.post(
        "/api/v1/connections", json={"nickname": "a"}, headers={"Origin": origin}
    )
    assert answer.status_code == 403
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "asked",
    [
        ("GET", "/flows/asks?version=9223372036854775808", None),
        ("GET", f"/flows/asks?version={'9' * 40}", None),
        ("POST", "/flows/asks/runs", f'{{"version": {"9" * 40}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{"name": {HALF}}}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{{HALF}: 1}}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{"thing": {{"a": {DEEP}}}}}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{"thing": {{"a": {HALF}}}}}}}'),
        ("POST", "/flows/asks/runs", '{"inputs": {"thing": {"a": NaN}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{"thing": {"[" * 100_000}}}}}'),
        ("POST", "/flows/asks/runs", f'{{"inputs": {{"thing": {"1" * 10_000}}}}}'),
        ("POST", "/runs", f'{{"text": "a", "inputs": {{"a": {DEEP}}}}}'),
        ("POST", "/connections", f'{{"nickname": {HALF}}}'),
        ("POST", "/flows", f'{{"text": {HALF}}}'),
        ("GET", "/runs?cursor=_____w", None),
        ("GET", "/runs/..%2f..%2fetc/files/passwd", None),
        ("GET", "/connections/%00", None),
    ],
)
@pytest.mark.parametrize("key", [None, "a-key"])
def test_what_cannot_be_used_is_refused(
    api: Api, flow: str, asked: tuple[str, str, str | None], key: str | None
) -> None:
    method, path, body = asked
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    # Runs are not executed by this application: a start gets as far as that, and no further.
    api.application.worker = True
    answer = api.http.request(method, f"/api/v1{path}", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text[:200]
    assert answer.json()["code"] != "internal_fault"


def test_an_idempotency_key_is_bounded(api: Api) -> None:
    answer = api.http.post(
        "/api/v1/connections", json={"nickname": "a"}, headers={"Idempotency-Key": "k" * 201}
    )
    assert answer.status_code == 422


def test_a_secret_of_the_wrong_type_is_not_repeated(application: Application) -> None:
    asked = FlowInput(type="number", secret=True)
    document = FlowDocument(flow="f", start=Start(inputs={"pin": asked}), cards=[])
    application.worker = True
    with pytest.raises(Exception, match="pin") as caught:
        start_run(
            application,
            document,
            caller=ANYONE,
            version=None,
            inputs={},
            texts={"pin": "hunter2-hunter2"},
            deduplication_key=None,
        )
    assert "hunter2" not in json.dumps(caught.value.__dict__, default=str)
    assert "hunter2" not in str(caught.value)
    application.close()


def test_event_streams_are_bounded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(*_: Any) -> Any:
        while True:
            await anyio.sleep(0.01)
            yield b": still here\n\n"

    monkeypatch.setattr(streams, "run_events", forever)
    monkeypatch.setattr(api.application.runs, "get", lambda _: None)
    monkeypatch.setattr(streams, "MOST_STREAMS", 3)
    headers = {"Accept": "text/event-stream"}
    address = "http://localhost/api/v1/runs/r/events"
    open_ones = []
    for _ in range(3):
        request = api.http.build_request("GET", address, headers=headers)
        open_ones.append(api.http.send(request, stream=True))
    assert [each.status_code for each in open_ones] == [200, 200, 200]
    refused = api.http.get(address, headers=headers)
    assert refused.status_code == 503
    assert refused.json()["code"] == "too_many_streams"
    for each in open_ones:
        each.close()


def test_the_application_has_no_debug_pages(application: Application) -> None:
    app = create_app(application)
    assert not app.debug
    with Transport(app):
        pass
