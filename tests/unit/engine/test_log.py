"""The event writer, on a log in memory."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import pytest

from penstock.engine.log import PENDING_LIMIT, EventWriter, running
from penstock.engine.model import Event, NewEvent
from penstock.errors import StorageFull

NOW = datetime(2026, 1, 31, tzinfo=UTC)


class Memory:
    """An event log that can be made to fail, or to wait."""

    def __init__(self) -> None:
        self.events: list[NewEvent] = []
        self.batches: list[int] = []
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def append(self, events: Iterable[NewEvent]) -> None:
        self.gate.wait()
        if self.broken:
            raise OSError("disk full")
        batch = list(events)
        self.batches.append(len(batch))
        self.events += batch

    def read(self, run_id: str, *, after: int = 0, limit: int = 1000) -> Sequence[Event]:
        mine = [event for event in self.events if event.run_id == run_id]
        numbered = [
            Event(run_id=run_id, seq=seq, at=event.at, type=event.type, data=event.data)
            for seq, event in enumerate(mine, start=1)
        ]
        return numbered[after : after + limit]

    def last(self, run_id: str) -> int:
        return len(self.read(run_id, limit=1_000_000))


def event(number: int, run_id: str = "r") -> NewEvent:
    return NewEvent(run_id, NOW, "card.request", "a", 1, {"n": number})


def until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_events_are_written_in_order_and_in_batches() -> None:
    log = Memory()
    with running(EventWriter(log)) as writer:
        for number in range(3000):
            writer.emit(event(number))
        writer.flush()
        assert [one.data["n"] for one in log.events] == list(range(3000))
        assert len(log.batches) < 100
        assert writer.unwritten("r", 10) == []


def test_an_event_is_written_without_being_asked_for() -> None:
    log = Memory()
    with running(EventWriter(log)) as writer:
        writer.emit(event(1))
        until(lambda: len(log.events) == 1)


def test_order_holds_per_thread() -> None:
    log = Memory()
    with running(EventWriter(log)) as writer:

        def emit(run_id: str) -> None:
            for number in range(500):
                writer.emit(event(number, run_id))

        threads = [threading.Thread(target=emit, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for name in "abc":
        assert [one.data["n"] for one in log.events if one.run_id == name] == list(range(500))


def test_unwritten_are_the_newest_that_are_not_in_the_log() -> None:
    log = Memory()
    log.gate.clear()
    with running(EventWriter(log)) as writer:
        for number in range(5):
            writer.emit(event(number))
            writer.emit(event(number, "other"))
        assert [one.data["n"] for one in writer.unwritten("r", 3)] == [2, 3, 4]
        until(lambda: not writer._pending)
        writer.emit(event(5))
        assert [one.data["n"] for one in writer.unwritten("r", 3)] == [3, 4, 5]
        assert len(writer.unwritten("r", 100)) == 6
        log.gate.set()
        writer.flush()
        assert writer.unwritten("r", 100) == []


def test_what_cannot_be_written_is_tried_again_and_not_lost() -> None:
    log = Memory()
    log.broken = True
    with running(EventWriter(log)) as writer:
        for number in range(3):
            writer.emit(event(number))
        with pytest.raises(StorageFull) as full:
            writer.flush(timeout=0.2)
        assert full.value.hint
        writer.emit(event(3))
        log.broken = False
        writer.flush()
        assert [one.data["n"] for one in log.events] == [0, 1, 2, 3]


def test_whoever_emits_too_fast_waits() -> None:
    log = Memory()
    log.gate.clear()
    with running(EventWriter(log)) as writer:
        emitted = []

        def emit() -> None:
            for number in range(PENDING_LIMIT * 3):
                writer.emit(event(number))
                emitted.append(number)

        thread = threading.Thread(target=emit)
        thread.start()
        until(lambda: len(emitted) >= PENDING_LIMIT)
        assert len(writer._pending) <= PENDING_LIMIT
        assert thread.is_alive()
        log.gate.set()
        thread.join(10)
        assert not thread.is_alive()
    assert len(log.events) == PENDING_LIMIT * 3


def test_closing_writes_what_is_there() -> None:
    log = Memory()
    writer = EventWriter(log)
    writer.start()
    writer.emit(event(1))
    writer.close()
    writer.close()
    assert len(log.events) == 1


def test_following_wakes_when_something_is_written() -> None:
    log = Memory()
    with running(EventWriter(log)) as writer:
        over = threading.Event()
        seen: list[int] = []

        def follow() -> None:
            for batch in writer.follow("r", after=1, ended=over.is_set, poll=60):
                seen.extend(one.seq for one in batch)

        thread = threading.Thread(target=follow)
        thread.start()
        for number in range(1, 5):
            writer.emit(event(number))
            writer.flush()
            until(lambda number=number: len(seen) == number - 1)  # type: ignore[misc]
        over.set()
        writer.emit(event(5))
        thread.join(10)
        assert not thread.is_alive()
        assert seen == [2, 3, 4, 5]


def test_waiting_for_an_end() -> None:
    log = Memory()
    with running(EventWriter(log)) as writer:
        assert writer.wait_for_end("r", 60, lambda: True)
        assert not writer.wait_for_end("r", 0.01, lambda: False)
        ended: list[bool] = []
        thread = threading.Thread(
            target=lambda: ended.append(writer.wait_for_end("r", 60, lambda: False))
        )
        thread.start()
        until(lambda: bool(writer._awaited))
        writer.emit(NewEvent("r", NOW, "run.succeeded"))
        thread.join(10)
        assert ended == [True]
        assert not writer._ended
