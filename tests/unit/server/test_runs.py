"""`/api/v1/runs`: following, pages, files. The runs themselves are a double's."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import httpx
import pytest

from penstock.catalog.files import File
from penstock.engine.foresight import Foresight
from penstock.engine.history import History
from penstock.engine.model import ENDED, Activity, CardRun, Event, ListedRun, Run, RunStatus, Usage
from penstock.engine.samples import Sample
from penstock.engine.vitals import Backlog, EngineVitals, Queue
from penstock.errors import NotFound
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt
from penstock.iam.evaluation import PolicySet
from tests.unit.server.conftest import Api

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class ScriptedRuns:
    """A run whose log grows by three events each time somebody looks, until it has nine."""

    def __init__(self) -> None:
        self.written = 0
        self.started: list[dict[str, Any]] = []
        self.asked: dict[str, Any] = {}
        self.names = {"a": "report.csv", "b": '../etc/"evil"\r\nSet-Cookie: x.html'}

    def _run(self, number: int, status: RunStatus = "succeeded") -> Run:
        return Run(
            id=f"{number:03}",
            flow="look",
            version=1,
            status=status,
            created_at=NOW,
            inputs={},
            document={},
        )

    def start(
        self,
        document: FlowDocument,
        *,
        version: int | None = None,
        inputs: dict[str, Any],
        deduplication_key: str | None = None,
        tested: str | None = None,
    ) -> Run:
        cards = [use.id for use in document.cards]
        self.started.append({"inputs": inputs, "key": deduplication_key, "cards": cards})
        return self._run(1).model_copy(update={"created_at": datetime.now(UTC)})

    def samples(self, flow: str, excerpt: Excerpt) -> Mapping[str, Sample]:
        return {name: Sample(f"a {name}", "001") for name in excerpt.taken if name != "new"}

    def preflight(
        self,
        document: FlowDocument,
        *,
        inputs: dict[str, Any],
        policies: PolicySet | None = None,
    ) -> Foresight:
        raise NotFound

    def get(self, run_id: str) -> Run:
        if run_id != "001":
            raise NotFound
        return self._run(1, "succeeded" if self.written >= 9 else "running")

    def latest(self) -> Sequence[ListedRun]:
        return self.list(limit=1)

    def activity(self, *, since: datetime, until: datetime, step: timedelta) -> Sequence[Activity]:
        self.asked = {"since": since, "until": until, "step": step}
        return [Activity(start=since, failed=2)]

    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        connection: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tests: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[ListedRun]:
        self.asked = {"connection": connection, "text": text, "since": since, "until": until}
        self.asked |= {} if tests is None else {"tests": tests}
        found = [
            ListedRun.model_validate(dict(self._run(number)) | {"title": None})
            for number in range(9, 0, -1)
        ]
        return [run for run in found if before is None or run.id < before][:limit]

    def vitals(self, *, seconds: float = 1.0) -> EngineVitals:
        return EngineVitals(Queue(0, 0, None), None, Backlog(0, None, None), Usage(0, 0))

    def card_runs(self, run_id: str) -> Sequence[CardRun]:
        return [CardRun(id="read", card="s3.read_object", status="succeeded")]

    def history(self, run_id: str) -> History:
        return History(tuple(self.card_runs(run_id)), ())

    def events(self, run_id: str, after: int = 0, limit: int = 1000) -> Sequence[Event]:
        self.written = min(9, self.written + 3)
        return [
            Event(run_id=run_id, seq=number, at=NOW, type="card.progress", data={"n": number})
            for number in range(after + 1, self.written + 1)
        ][:limit]

    def cancel(self, run_id: str) -> Run:
        self.written = 9
        return self.get(run_id)

    def files(self, run_id: str) -> Sequence[File]:
        return [File(key=key, name=name, size=3) for key, name in self.names.items()]

    def open_file(self, run_id: str, key: str) -> BinaryIO:
        return io.BytesIO(key.encode() * 3)


@pytest.fixture
def runs(api: Api) -> Iterator[ScriptedRuns]:
    double, real = ScriptedRuns(), api.application.runs
    api.application.runs = double
    yield double
    api.application.runs = real


def follow(http: httpx.Client, **headers: str) -> list[tuple[str | None, str, Any]]:
    answer = http.get("/api/v1/runs/001/events", headers={"Accept": "text/event-stream", **headers})
    assert answer.status_code == 200
    found = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields.get("id"), fields["event"], json.loads(fields["data"])))
    return found


def test_events_come_in_order_to_the_end(api: Api, runs: ScriptedRuns) -> None:
    *events, (_, name, run) = follow(api.http)
    assert [number for number, _, _ in events] == [str(number) for number in range(1, 10)]
    assert (name, run["status"]) == ("end", "succeeded")
    assert run["status"] in ENDED


def test_events_go_on_where_they_were_left(api: Api, runs: ScriptedRuns) -> None:
    *events, _ = follow(api.http, **{"Last-Event-ID": "7"})
    assert [number for number, _, _ in events] == ["8", "9"]


def test_events_as_json(api: Api, runs: ScriptedRuns) -> None:
    runs.written = 9
    found = api.http.get("/api/v1/runs/001/events?after=2&limit=3").json()
    assert [event["seq"] for event in found] == [3, 4, 5]


def test_a_stream_of_no_run_is_a_problem(api: Api, runs: ScriptedRuns) -> None:
    answer = api.http.get("/api/v1/runs/nope/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_leaving_a_stream_early_leaves_nothing_behind(api: Api, runs: ScriptedRuns) -> None:
    headers = {"Accept": "text/event-stream"}
    with api.http.stream("GET", "/api/v1/runs/001/events", headers=headers) as answer:
        assert next(answer.iter_lines()) == "id: 1"
    # The fixtures end the server's loop, which would wait for a stream that goes on.
    assert api.http.get("/api/v1/health").status_code == 200


def test_pages_go_from_the_newest(api: Api, runs: ScriptedRuns) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = api.http.get(f"/api/v1/runs?limit=4&cursor={cursor}").json()
        found += [run["id"] for run in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == [f"{number:03}" for number in range(9, 0, -1)]


def test_a_list_is_narrowed(api: Api, runs: ScriptedRuns) -> None:
    made = api.http.post("/api/v1/connections", json={"nickname": "Acme archive"}).json()
    query = {"connection": "acme ARCHIVE", "text": "AccessDenied", "since": "2026-11-24T00:00:00"}
    assert api.http.get("/api/v1/runs", params=query).status_code == 200
    assert runs.asked == {
        "connection": made["id"],
        "text": "AccessDenied",
        "since": NOW,
        "until": None,
    }
    api.http.get(
        "/api/v1/runs", params={"connection": "gone", "until": "2026-11-24T01:00:00+01:00"}
    )
    assert (runs.asked["connection"], runs.asked["until"]) == ("gone", NOW)


def test_the_newest_run_of_each_flow(api: Api, runs: ScriptedRuns) -> None:
    [found] = api.http.get("/api/v1/runs/latest").json()
    assert (found["id"], found["flow"]) == ("009", "look")


def test_activity_counts_in_steps(api: Api, runs: ScriptedRuns) -> None:
    query = {"since": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z", "step": "3600"}
    [found] = api.http.get("/api/v1/runs/activity", params=query).json()
    assert (found["failed"], found["succeeded"]) == (2, 0)
    assert runs.asked == {
        "since": NOW,
        "until": NOW + timedelta(days=1),
        "step": timedelta(hours=1),
    }
    answer = api.http.get("/api/v1/runs/activity", params=query | {"step": "60"})
    assert (answer.status_code, answer.json()["where"]) == (422, {"field": "step"})


def test_show_and_cancel(api: Api, runs: ScriptedRuns) -> None:
    assert api.http.get("/api/v1/runs/001").json()["cards"][0]["card"] == "s3.read_object"
    assert api.http.post("/api/v1/runs/001/cancel").json()["id"] == "001"


def test_files_are_attachments_whatever_they_are_called(api: Api, runs: ScriptedRuns) -> None:
    listed = api.http.get("/api/v1/runs/001/files").json()["items"]
    assert [each["key"] for each in listed] == ["a", "b"]
    answer = api.http.get("/api/v1/runs/001/files/b")
    assert answer.content == b"bbb"
    assert answer.headers["content-length"] == "3"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "set-cookie" not in answer.headers
    assert api.http.get("/api/v1/runs/001/files/c").status_code == 404


def test_a_process_without_a_worker_starts_nothing(api: Api, runs: ScriptedRuns) -> None:
    answer = api.http.post("/api/v1/runs", json={"text": "flow: f\ncards: []\n"})
    assert answer.status_code == 500
    assert runs.started == []


def test_texts_become_what_the_flow_declares(api: Api, runs: ScriptedRuns) -> None:
    api.application.worker = True
    text = """\
flow: f
start:
  inputs:
    word: {}
    count: {type: number}
    sure: {type: boolean}
    names: {type: list}
cards: []
"""
    texts = {"word": "12", "count": "12", "sure": "true", "names": '["a"]'}
    body = {"text": text, "input_texts": texts}
    answer = api.http.post("/api/v1/runs", json=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["resumed"] is False
    [started] = runs.started
    assert started["inputs"] == {"word": "12", "count": 12, "sure": True, "names": ["a"]}
    assert started["key"]
    wrong = api.http.post("/api/v1/runs", json=body | {"input_texts": {"count": "true"}})
    assert wrong.status_code == 422
    assert "count" in wrong.json()["detail"]


def test_one_card_of_a_document_is_run_by_itself(api: Api, runs: ScriptedRuns) -> None:
    api.application.worker = True
    text = """\
flow: f
cards:
  - {id: wrong, card: s3.no_such_card}
  - {id: find, card: s3.search_objects, connection: acme, inputs: {bucket: "{{ wrong.x }}"}}
  - {id: drop, card: s3.delete_object, connection: acme,
     inputs: {bucket: b-1, key: "{{ find.objects[0].key }}"}}
"""
    api.http.post("/api/v1/connections", json={"nickname": "acme"})
    asked = api.http.post("/api/v1/flows/excerpt", json={"text": text, "card": "drop"})
    assert asked.status_code == 200, asked.text
    assert asked.json() == {
        "flow": "f",
        "card": "drop",
        "inputs": [
            {
                "name": "find_objects_0_key",
                "reference": "find.objects[0].key",
                "type": "text",
                "title": "find.objects[0].key",
                "help": None,
                "required": True,
                "default": None,
                "secret": False,
                "value": "a find_objects_0_key",
                "run": "001",
            }
        ],
        "along": [],
        "destroys": ["drop"],
    }
    body = {"text": text, "card": "drop", "inputs": {"find_objects_0_key": "x"}}
    answer = api.http.post("/api/v1/runs", json=body)
    assert answer.status_code == 201, answer.text
    assert runs.started[-1]["cards"] == ["drop"]
    whole = api.http.post("/api/v1/runs", json={"text": text})
    assert whole.status_code == 422
    for card, status in (("nobody", 404), ("", 422), ("x" * 64, 422)):
        for address in ("runs", "flows/excerpt"):
            answer = api.http.post(f"/api/v1/{address}", json={"text": text, "card": card})
            assert answer.status_code == status


def test_tests_are_listed_apart(api: Api, runs: ScriptedRuns) -> None:
    api.http.get("/api/v1/runs", params={"tests": "false"})
    assert runs.asked["tests"] is False
