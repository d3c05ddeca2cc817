"""Ended runs go with all that they left, and a crash on the way leaves nothing behind."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from penstock.engine.durable import DbosEngine
from penstock.engine.removal import CHORE, RemovalService
from penstock.engine.retention import Retention
from penstock.engine.sweeper import Sweeper
from penstock.errors import Conflict, NotFound
from penstock.store.chores import ChoreBook
from penstock.store.removals import Removals
from penstock.store.tables import chores, events, run_connections, run_texts, runs
from tests.integration.engine.toys import Bench, close_gate, flow, open_bench, use
from tests.integration.postgres import Postgres


@dataclass
class House:
    """A bench, and the removal of what it made."""

    bench: Bench
    removal: RemovalService
    data: Path

    def ended(self, *, days_ago: int = 0, fails: bool = False) -> str:
        """The id of a run with a file and a spilled value, which ended so long ago."""
        made = self.bench.run(
            flow(
                use("keep", "save", text="kept"),
                use("large", "read", size=400_000),
                use("write", "write", text="{{ large.text }}"),
                *([use("last", "broken", text="x")] if fails else []),
            )
        )
        assert made.status == ("failed" if fails else "succeeded"), made.error
        # The engine records the end a moment after history does.
        deadline = datetime.now(UTC) + timedelta(seconds=30)
        while made.id in self.bench.durable.unfinished():
            assert datetime.now(UTC) < deadline
            threading.Event().wait(0.01)
        self.age(made.id, days_ago)
        return str(made.id)

    def age(self, run_id: str, days: int) -> None:
        with self.bench.database.write() as sql:
            ended = datetime.now(UTC) - timedelta(days=days, minutes=1)
            sql.execute(runs.update().where(runs.c.id == run_id).values(ended_at=ended))

    def traces(self, run_id: str) -> dict[str, int]:
        """What there is of a run, wherever it may be; nothing is left out."""
        folder = self.data / "files" / run_id
        found = {"files": len(list(folder.iterdir())) if folder.exists() else 0}
        with self.bench.database.read() as sql:
            for table in (runs, events, run_texts, run_connections):
                column = table.c.id if table is runs else table.c.run_id
                count = sa.select(sa.func.count()).where(column == run_id)
                found[table.name] = sql.execute(count).scalar_one()
        found["engine"] = self.bench.durable.status(run_id) is not None
        return {name: count for name, count in found.items() if count}

    def list(self) -> list[str]:
        return [each.id for each in self.bench.service.list()]


@contextmanager
def open_house(data: Path, *, url: str | None = None) -> Iterator[House]:
    with open_bench(data, url=url) as bench:
        yield House(bench, removal_of(bench), data)


def removal_of(bench: Bench) -> RemovalService:
    return RemovalService(
        kept=Removals(bench.database),
        chores=ChoreBook(bench.database),
        runs=bench.runs,
        files=bench.files,
        uploads=bench.uploads,
        durable=bench.durable,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, data: Path) -> Iterator[House]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    with open_house(data, url=url) as house:
        yield house


def test_a_run_is_removed_with_all_it_left(house: House) -> None:
    run, other = house.ended(), house.ended()
    before = house.traces(other)
    assert {"files", "runs", "events", "run_texts", "engine"} <= house.traces(run).keys()
    house.removal.remove(run)
    assert house.traces(run) == {}
    assert house.list() == [other]
    assert house.traces(other) == before
    with pytest.raises(NotFound):
        house.bench.service.get(run)
    with pytest.raises(NotFound):
        house.removal.remove(run)


def test_a_run_that_has_not_ended_stays(house: House) -> None:
    entered, opened = close_gate("g")
    started = house.bench.service.start(flow(use("wait", "gate", name="g")), inputs={})
    assert entered.wait(20)
    with pytest.raises(Conflict, match="has not ended"):
        house.removal.remove(started.id)
    # Nor does a sweep take it, however long ago it began.
    with house.bench.database.write() as sql:
        long_ago = datetime.now(UTC) - timedelta(days=4_000)
        sql.execute(runs.update().values(created_at=long_ago, started_at=long_ago))
    house.removal.set_retention(Retention(runs_days=1, failed_days=1))
    assert house.removal.sweep().runs == 0
    opened.set()
    assert house.bench.service.wait(started.id, 30).status == "succeeded"


def test_a_sweep_takes_what_is_past_its_time_and_nothing_else(house: House) -> None:
    old, young = house.ended(days_ago=30), house.ended(days_ago=29)
    failed, old_failed = house.ended(days_ago=89, fails=True), house.ended(days_ago=90, fails=True)
    seen = house.removal.preview()
    assert (seen.runs, seen.failed_runs, seen.all_files_seen) == (1, 1, True)
    assert seen.oldest_run is not None
    assert seen.row_bytes > 1_000
    done = house.removal.sweep()
    assert (done.runs, done.complete, done.fault) == (2, True, None)
    assert done.file_bytes == seen.file_bytes > 400_000
    assert house.traces(old) == house.traces(old_failed) == {}
    assert sorted(house.list()) == sorted([young, failed])
    assert house.removal.last_sweep() == done
    assert house.removal.preview().runs == 0


def test_what_is_kept_for_ever_stays(house: House) -> None:
    run = house.ended(days_ago=3_700)
    house.removal.set_retention(Retention(runs_days=None, failed_days=None, audit_days=None))
    assert house.removal.sweep().runs == 0
    assert house.removal.preview(Retention(runs_days=3_650)).runs == 1
    assert house.list() == [run]


@pytest.mark.parametrize("breaks", ["remove_run", "forget", "drop_events", "drop"])
def test_a_crash_at_any_point_leaves_nothing_that_is_not_found_again(
    data: Path, breaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(data) as house:
        run = house.ended(days_ago=31)
        with monkeypatch.context() as broken:
            part = {"remove_run": house.bench.files, "forget": house.bench.durable}
            broken.setattr(part.get(breaks, house.removal._kept), breaks, crash)
            with pytest.raises(MemoryError):
                house.removal.sweep()
        # It is gone for every reader, however much of it is left.
        assert house.list() == []
        assert house.bench.service.activity(
            since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime.now(UTC), step=timedelta(days=99)
        ) in ([], ())
        with pytest.raises(NotFound):
            house.bench.service.events(run)
        assert "runs" in house.traces(run)
        report = house.removal.last_sweep()
        assert report is not None
        assert report.fault is not None
    # Another process, after the crash.
    with open_house(data) as house:
        assert house.removal.waiting() == 1
        assert house.removal.sweep().runs == 1
        assert house.traces(run) == {}
        assert house.removal.waiting() == 0


def crash(*_: object, **__: object) -> int:
    raise MemoryError("killed here")


def test_files_in_the_way_are_tried_again_and_hold_up_no_other_run(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(data) as house:
        stuck, other = house.ended(days_ago=31), house.ended(days_ago=31)
        remove = house.bench.files.remove_run

        def refuse(run_id: str) -> int:
            if run_id == stuck:
                raise PermissionError("not yours")
            return remove(run_id)

        with monkeypatch.context() as broken:
            broken.setattr(house.bench.files, "remove_run", refuse)
            assert house.removal.sweep().runs == 1
        assert house.traces(other) == {}
        assert {"files", "runs", "engine"} <= house.traces(stuck).keys()
        assert house.removal.sweep().runs == 1
        assert house.traces(stuck) == {}


def test_what_the_engine_has_in_flight_is_left_to_a_later_sweep(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(data) as house:
        run = house.ended()

        def none(self: DbosEngine, run_ids: Sequence[str]) -> Sequence[str]:
            return []

        with monkeypatch.context() as early:
            early.setattr(DbosEngine, "forget", none)
            house.removal.remove(run)
        assert house.list() == []
        assert house.removal.waiting() == 1
        house.removal.sweep()
        assert house.traces(run) == {}


def test_the_engine_forgets_no_run_in_flight(data: Path) -> None:
    with open_house(data) as house:
        entered, opened = close_gate("held")
        started = house.bench.service.start(flow(use("wait", "gate", name="held")), inputs={})
        ended = house.ended()
        assert entered.wait(20)
        assert house.bench.durable.forget([started.id, ended, "never-known"]) == [
            ended,
            "never-known",
        ]
        opened.set()
        assert house.bench.service.wait(started.id, 30).status == "succeeded"


def test_one_sweeps_at_a_time(house: House) -> None:
    book = ChoreBook(house.bench.database)
    assert book.claim(CHORE, "another", seconds=60)
    with pytest.raises(Conflict):
        house.removal.sweep()
    # What a dead one held is free when its time is over.
    with house.bench.database.write() as sql:
        sql.execute(chores.update().values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert house.removal.sweep().complete
    assert book.look(CHORE).holder is None


def test_many_who_ask_at_once_sweep_once(house: House) -> None:
    book = ChoreBook(house.bench.database)
    ready = threading.Barrier(6)
    taken: list[int] = []

    def ask(number: int) -> None:
        ready.wait()
        if book.claim("fresh", f"worker {number}", seconds=60):
            taken.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    # It may go on with what it has, and what it says is kept.
    assert book.claim("fresh", f"worker {taken[0]}", seconds=60)
    book.release("fresh", "somebody else", {"said": "no"})
    book.release("fresh", f"worker {taken[0]}", {"said": "done"})
    assert book.look("fresh") == (None, {"said": "done"})


def test_a_sweep_that_is_told_to_end_goes_on_the_next_time(data: Path) -> None:
    with open_house(data) as house:
        run = house.ended(days_ago=31)
        done = house.removal.sweep(go_on=lambda: False)
        assert (done.runs, done.complete) == (0, False)
        assert house.removal.sweep(seconds=60).runs == 1
        assert house.traces(run) == {}


def test_a_sweeper_sweeps_and_ends(data: Path, no_threads_left: None) -> None:
    with open_house(data) as house:
        run = house.ended(days_ago=31)
        sweeper = Sweeper(house.removal, first=0.0, every=0.01)
        sweeper.start()
        deadline = datetime.now(UTC) + timedelta(seconds=30)
        gone = threading.Event()
        while house.traces(run) and datetime.now(UTC) < deadline:
            gone.wait(0.02)
        sweeper.close()
        assert house.traces(run) == {}
