"""The durable engine by itself, as the port promises it."""

import json
import logging
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from penstock.engine.durable import DbosEngine
from penstock.engine.port import Suspended
from penstock.errors import Conflict, InternalFault
from penstock.store.database import engine_database

pytestmark = pytest.mark.usefixtures("no_threads_left")


@contextmanager
def engine(data: Path, workflow: Callable[[DbosEngine, str], None]) -> Iterator[DbosEngine]:
    made = DbosEngine(engine_database(data), executor_id="test", concurrency=2)
    made.start(lambda run_id: workflow(made, run_id))
    try:
        yield made
    finally:
        made.stop(grace=5)


class Seen:
    """What a workflow did, and its end."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.results: list[object] = []
        self.ended = threading.Event()

    def note(self, name: str) -> dict[str, object]:
        self.calls.append(name)
        return {"name": name, "snow": "\u2603", "list": [1, None, 2.5]}


def test_a_step_is_run_once_and_its_result_is_remembered(data: Path) -> None:
    seen, again = Seen(), Seen()
    waits = threading.Event()

    def first(engine: DbosEngine, run_id: str) -> None:
        def until_stopped() -> None:
            waits.set()
            while not engine.stopping:
                threading.Event().wait(0.01)
            raise Suspended

        seen.results.append(engine.step("one", lambda: seen.note("one")))
        engine.step("two", until_stopped)

    with engine(data, first) as made:
        made.submit("r")
        made.submit("r")
        assert waits.wait(10)
        assert made.unfinished() == ["r"]
        state = made.status("r")
        assert state is not None
        assert state["in_flight"]
        assert made.status("nothing") is None
    assert seen.calls == ["one"]

    def second(engine: DbosEngine, run_id: str) -> None:
        again.results.append(engine.step("one", lambda: again.note("one")))
        again.results.append(engine.step("two", lambda: again.note("two")))
        again.ended.set()

    with engine(data, second) as made:
        assert again.ended.wait(20)
    assert again.calls == ["two"]
    assert again.results[0] == seen.results[0]


def test_what_it_keeps_is_json_and_no_pickle(data: Path) -> None:
    seen = Seen()

    def workflow(engine: DbosEngine, run_id: str) -> None:
        engine.step("one", lambda: seen.note("one"))
        seen.ended.set()

    with engine(data, workflow) as made:
        made.submit("r")
        assert seen.ended.wait(10)
    with sqlite3.connect(data / "engine.db") as sql:
        [(output, kind)] = sql.execute("SELECT output, serialization FROM operation_outputs")
        dump = "\n".join(sql.iterdump())
    sql.close()
    # What a pickle begins with, as it is and in base64.
    assert "\x80\x04" not in dump
    assert "gASV" not in dump
    assert json.loads(output)["name"] == "one"
    assert kind == "penstock_json"
    assert (data / "engine.db").stat().st_mode & 0o777 == 0o600


def test_no_log_line_on_the_console(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with engine(data, lambda engine, run_id: None) as made:
        made.submit("r")
    assert capfd.readouterr() == ("", "")
    assert not any(
        isinstance(handler, logging.StreamHandler) for handler in logging.getLogger("dbos").handlers
    )


def test_it_talks_to_nobody(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        asked.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    seen = Seen()

    def workflow(engine: DbosEngine, run_id: str) -> None:
        engine.step("one", lambda: seen.note("one"))
        seen.ended.set()

    with engine(data, workflow) as made:
        made.submit("r")
        assert seen.ended.wait(10)
    assert asked == []


def test_it_waits_for_its_time(data: Path) -> None:
    seen = Seen()

    def workflow(engine: DbosEngine, run_id: str) -> None:
        engine.sleep(0.05)
        seen.ended.set()

    with engine(data, workflow) as made:
        made.submit("r")
        assert seen.ended.wait(10)


def test_stopped_or_not_started_it_takes_nothing(data: Path) -> None:
    with engine(data, lambda engine, run_id: None) as made:
        other = DbosEngine(engine_database(data), executor_id="other")
        with pytest.raises(InternalFault, match="Another engine"):
            other.start(lambda run_id: None)
        with pytest.raises(Conflict):
            other.submit("r")
        other.stop()
    with pytest.raises(Conflict):
        made.require_running()
    with pytest.raises(Suspended):
        made.step("one", lambda: 1)
    made.stop()
