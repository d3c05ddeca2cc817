import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from penstock.catalog.context import ConnectionHandle, RunFacts, ServiceRequest
from penstock.catalog.files import Files
from penstock.engine.context import REQUESTS_KEPT, AttemptContext, Resources
from penstock.engine.model import EventType
from penstock.errors import InternalFault


class Host:
    def __init__(self) -> None:
        self.resources = Resources()
        self.emitted: list[tuple[EventType, str, int, dict[str, Any]]] = []

    def files(self, card_id: str, /) -> Files:
        raise AssertionError(card_id)

    def connection(self, nickname: str, /) -> ConnectionHandle:
        raise AssertionError(nickname)

    def emit(self, kind: EventType, card: str, attempt: int, data: dict[str, Any], /) -> None:
        self.emitted.append((kind, card, attempt, data))

    def raise_if_cancelled(self) -> None: ...


@pytest.fixture
def host() -> Host:
    return Host()


def attempt(host: Host, *, number: int = 1, repeats: bool = False) -> AttemptContext:
    facts = RunFacts("r", "f", 1, datetime(2026, 1, 31, tzinfo=UTC))
    return AttemptContext(
        host=host, run=facts, card_id="a", nickname=None, attempt=number, repeats=repeats
    )


def request(status: int = 200) -> ServiceRequest:
    return ServiceRequest("s3", "PutObject", "PUT", status, "R", None, 0.1, facts={"part": 1})


def test_a_card_that_may_have_run_before_sees_it(host: Host) -> None:
    assert attempt(host).attempt == 1
    assert attempt(host, number=2).attempt == 2
    assert attempt(host, repeats=True).attempt == 2


def test_requests_are_events_up_to_a_number_and_failed_ones_always(host: Host) -> None:
    made = attempt(host)
    for _ in range(REQUESTS_KEPT + 50):
        made.note_request(request())
    made.note_request(request(503))
    assert made.requests == REQUESTS_KEPT + 51
    assert len(host.emitted) == REQUESTS_KEPT + 1
    kind, card, number, data = host.emitted[-1]
    assert (kind, card, number) == ("card.request", "a", 1)
    assert data["status"] == 503
    assert "host_id" not in data


def test_progress_is_written_seldom(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    made = attempt(host)
    for done in range(1000):
        made.note_progress(done, 1000, "bytes")
    assert [data["done"] for _, _, _, data in host.emitted] == [0]
    now[0] += 1.0
    made.note_progress(1000, 1000, "bytes")
    assert host.emitted[-1][3] == {"done": 1000, "total": 1000, "unit": "bytes"}


def test_a_card_without_a_connection_has_none(host: Host) -> None:
    with pytest.raises(InternalFault):
        _ = attempt(host).connection


def test_resources_are_made_once_and_closed_in_reverse() -> None:
    closed: list[str] = []
    made: list[str] = []

    class First:
        def __init__(self) -> None:
            made.append("first")

        def close(self) -> None:
            closed.append("first")

    class Second(First):
        def close(self) -> None:
            closed.append("second")

    class Plain:
        pass

    resources = Resources()
    ready = threading.Barrier(8)
    found: list[First] = []

    def get() -> None:
        ready.wait()
        found.append(resources.get(First))

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["first"]
    assert len({id(one) for one in found}) == 1
    resources.get(Second)
    assert isinstance(resources.get(Plain), Plain)
    resources.close()
    resources.close()
    assert closed == ["second", "first"]
