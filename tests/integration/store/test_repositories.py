"""The repositories, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from penstock.connections.model import Connection, ProbeReport, ProbeStep
from penstock.engine.model import Activity, ListedRun, NewEvent, Run
from penstock.engine.runs import earliest_run_id, new_run_id
from penstock.engine.vitals import Queue
from penstock.errors import Conflict, InternalFault, NicknameTaken, NotFound
from penstock.flows.document import FlowDocument
from penstock.flows.repository import FlowChange, FlowVersion, KeptFlow
from penstock.store.answers import KEPT_FOR, Answers
from penstock.store.connections import Connections
from penstock.store.database import Database
from penstock.store.events import Events
from penstock.store.flows import Flows
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.tables import answers, external_ids

NOW = datetime(2026, 1, 31, 9, 0, 0, 123456, tzinfo=UTC)

T = TypeVar("T")


def at_once(work: Callable[[int], T], count: int = 8) -> list[T]:
    """What `work` gives in so many threads that begin together."""
    ready = threading.Barrier(count)

    def one(index: int) -> T:
        ready.wait()
        return work(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def connection(name: str, **changes: Any) -> Connection:
    made = {
        "id": f"id-{name}",
        "nickname": name,
        "external_id": f"external-{name}",
        "status": "draft",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Connection.model_validate(made | changes)


def version(text: str, flow: str = "f") -> FlowVersion:
    return FlowVersion(
        flow=flow,
        version=0,
        text=text,
        document=FlowDocument(flow=flow),
        connections=("one",),
        saved_at=NOW,
    )


def run(**changes: Any) -> Run:
    made = {
        "id": new_run_id(),
        "flow": "f",
        "version": 1,
        "status": "queued",
        "created_at": NOW,
        "inputs": {"a": 1},
        "document": {"flow": "f", "cards": []},
        "segments": (("a", "b"), ("c",)),
        "connections": {"one": "id-one"},
    }
    return Run.model_validate(made | changes)


def id_of(moment: datetime) -> str:
    """An id as a run that is made at this moment has."""
    return earliest_run_id(moment)[:-1] + "7"


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database, Sealer(bytes(32)))


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


class TestConnections:
    def test_kept_as_it_was(self, database: Database) -> None:
        kept = Connections(database)
        step = ProbeStep(name="identity", outcome="passed", message="fine", seconds=0.5)
        report = ProbeReport(at=NOW, status="verified", role_arn="arn", steps=(step,))
        made = connection("Archive", probe=report, verified_at=NOW, region="eu-west-1")
        kept.add(made)
        assert kept.find("archive") == kept.find("id-Archive") == made
        assert kept.all() == [made]
        assert kept.find("nothing") is None

    @pytest.mark.parametrize(
        ("first", "second"), [("Archive", "aRCHIVE"), ("Straße", "STRASSE"), ("É", "e\u0301")]
    )
    def test_nicknames_compare_without_case(
        self, database: Database, first: str, second: str
    ) -> None:
        kept = Connections(database)
        kept.add(connection(first))
        found = kept.find(second)
        assert found is not None
        assert found.nickname == first
        with pytest.raises(NicknameTaken):
            kept.add(connection(second))

    def test_one_of_many_at_once_gets_the_nickname(self, database: Database) -> None:
        kept = Connections(database)

        def add(index: int) -> bool:
            try:
                kept.add(connection("same", id=f"id{index}", external_id=f"x{index}"))
            except NicknameTaken:
                return False
            return True

        assert at_once(add).count(True) == 1

    def test_an_external_id_is_never_used_again(self, database: Database) -> None:
        kept = Connections(database)
        kept.add(connection("one"))
        kept.remove("id-one")
        assert kept.find("one") is None
        with pytest.raises(InternalFault):
            kept.add(connection("two", external_id="external-one"))
        with database.read() as sql:
            assert sql.execute(sa.select(external_ids.c.external_id)).scalars().all() == [
                "external-one"
            ]

    def test_replace(self, database: Database) -> None:
        kept = Connections(database)
        one, two = connection("one"), connection("two")
        kept.add(one)
        kept.add(two)
        changed = one.model_copy(update={"nickname": "ONE", "status": "verified"})
        kept.replace(changed)
        assert kept.find("one") == changed
        # The external ID is not to be changed, whatever is asked.
        kept.replace(changed.model_copy(update={"external_id": "other"}))
        assert kept.find("one") == changed
        with pytest.raises(NicknameTaken):
            kept.replace(one.model_copy(update={"nickname": "Two"}))
        with pytest.raises(NotFound):
            kept.replace(connection("three"))

    def test_touch_sets_nothing_else(self, database: Database) -> None:
        kept = Connections(database)
        kept.add(connection("one"))
        kept.touch("id-one", NOW + timedelta(hours=1))
        assert kept.find("one") == connection("one", last_used_at=NOW + timedelta(hours=1))


class TestFlows:
    def test_versions_count_from_one(self, database: Database) -> None:
        kept = Flows(database)
        assert kept.find("f") is None
        assert [kept.save(version(text)).version for text in ("a", "b", "c")] == [1, 2, 3]
        assert [one.text for one in kept.versions("f")] == ["c", "b", "a"]
        found = kept.find("f", 2)
        assert found == version("b").model_copy(update={"version": 2})
        current = kept.find("f")
        assert current is not None
        assert current.text == "c"

    def test_the_current_text_again_is_no_new_version(self, database: Database) -> None:
        kept = Flows(database)
        kept.save(version("a"))
        assert kept.save(version("a")).version == 1
        kept.save(version("b"))
        assert kept.save(version("a")).version == 3

    def test_saved_only_over_the_version_it_was_made_from(self, database: Database) -> None:
        kept = Flows(database)
        assert kept.save(version("a"), based_on=0).version == 1
        assert kept.save(version("b"), based_on=1).version == 2
        for stale in (0, 1, 3):
            with pytest.raises(Conflict) as raised:
                kept.save(version("c"), based_on=stale)
            assert raised.value.details["current_version"] == 2
        current = kept.find("f")
        assert current is not None
        assert current.text == "b"

    def test_one_of_many_at_once_saves_over_a_version(self, database: Database) -> None:
        kept = Flows(database)

        def save(index: int) -> bool:
            try:
                kept.save(version(f"text {index}"), based_on=0)
            except Conflict:
                return False
            return True

        assert sum(at_once(save)) == 1

    def test_saved_by_many_at_once(self, database: Database) -> None:
        kept = Flows(database)
        saved = at_once(lambda index: kept.save(version(f"text {index}")).version)
        assert sorted(saved) == list(range(1, 9))

    def test_a_version_number_is_never_used_again(self, database: Database) -> None:
        kept = Flows(database)
        kept.save(version("a"))
        kept.remove("f")
        assert kept.find("f") is None
        assert kept.find("f", 1) is None
        assert kept.all() == []
        assert kept.save(version("a")).version == 2

    def test_all_are_the_current_ones_by_name(self, database: Database) -> None:
        kept = Flows(database)
        for flow in ("b", "a"):
            kept.save(version("old", flow))
            kept.save(version("new", flow))
        assert [(one.flow, one.current.text) for one in kept.all()] == [("a", "new"), ("b", "new")]

    def test_a_new_flow_is_on_at_the_top_and_belongs_to_who_saved_it(
        self, database: Database
    ) -> None:
        kept = Flows(database)
        assert kept.kept("f") is None
        saved = kept.save(version("a").model_copy(update={"saved_by": "anna"}))
        assert kept.kept("f") == KeptFlow(flow="f", owner="anna", created_at=NOW, current=saved)
        later = {"saved_by": "bob", "saved_at": NOW + timedelta(days=1)}
        saved = kept.save(version("b").model_copy(update=later))
        assert kept.all() == [KeptFlow(flow="f", owner="anna", created_at=NOW, current=saved)]
        assert [one.saved_by for one in kept.versions("f")] == ["bob", "anna"]

    def test_a_flow_stands_where_it_was_put(self, database: Database) -> None:
        kept = Flows(database)
        for flow in ("a", "b", "c"):
            kept.save(version("x", flow))
        changed = kept.change(
            {
                "b": FlowChange(folder="Legal/Holds", enabled=False),
                "a": FlowChange(owner="bob"),
            }
        )
        told = [(one.flow, one.folder, one.enabled, one.owner) for one in changed]
        assert told == [("a", "", True, "bob"), ("b", "Legal/Holds", False, None)]
        kept.save(version("y", "b"))
        again = kept.kept("b")
        assert again is not None
        assert (again.folder, again.enabled, again.current.text) == ("Legal/Holds", False, "y")
        assert kept.change({"c": FlowChange()})[0].enabled

    def test_flows_change_together_or_not_at_all(self, database: Database) -> None:
        kept = Flows(database)
        for flow in ("a", "gone"):
            kept.save(version("x", flow))
        kept.remove("gone")
        for missing in ("gone", "never"):
            with pytest.raises(NotFound, match=missing):
                kept.change({"a": FlowChange(folder="x"), missing: FlowChange(folder="x")})
        assert [one.folder for one in kept.all()] == [""]

    def test_a_removed_flow_leaves_nothing_to_the_next_of_its_name(
        self, database: Database
    ) -> None:
        kept = Flows(database)
        kept.save(version("a").model_copy(update={"saved_by": "anna"}))
        kept.change({"f": FlowChange(folder="Legal", enabled=False)})
        kept.remove("f")
        assert kept.kept("f") is None
        saved = kept.save(version("a"))
        assert kept.kept("f") == KeptFlow(flow="f", created_at=NOW, current=saved)


class TestRuns:
    def test_kept_as_it_was(self, runs: Runs) -> None:
        made = run(error={"code": "x"}, deduplication_key="k")
        assert runs.add(made) == made
        assert runs.find(made.id) == made
        assert runs.find("nothing") is None

    def test_one_unended_run_per_key(self, runs: Runs, events: Events) -> None:
        first = runs.add(run(deduplication_key="k"))
        assert runs.add(run(deduplication_key="k")) == first
        events.append([NewEvent(first.id, NOW, "run.succeeded")])
        second = run(deduplication_key="k")
        assert runs.add(second) == second
        assert runs.add(run()) != runs.add(run())

    def test_it_is_known_whether_a_run_of_a_key_has_not_ended(
        self, runs: Runs, events: Events
    ) -> None:
        assert not runs.has_unended("k")
        made = runs.add(run(deduplication_key="k"))
        assert runs.has_unended("k")
        assert not runs.has_unended("other")
        events.append([NewEvent(made.id, NOW, "run.succeeded")])
        assert not runs.has_unended("k")

    def test_one_of_many_at_once_is_the_run(self, runs: Runs) -> None:
        added = at_once(lambda _: runs.add(run(deduplication_key="k")).id)
        assert len(set(added)) == 1
        assert len(runs.list()) == 1

    def test_secrets_live_as_long_as_the_run(self, runs: Runs, events: Events) -> None:
        made = runs.add(run(), secrets={"token": "t", "list": [1]})
        assert runs.secrets(made.id) == {"token": "t", "list": [1]}
        events.append([NewEvent(made.id, NOW, "run.failed")])
        assert runs.secrets(made.id) == {}

    def test_status_follows_the_events(self, runs: Runs, events: Events) -> None:
        made = runs.add(run())
        assert runs.unended() == [made.id]
        events.append([NewEvent(made.id, NOW, "run.started")])
        later = NOW + timedelta(minutes=1)
        events.append([NewEvent(made.id, later, "run.resumed")])
        found = runs.find(made.id)
        assert found is not None
        assert (found.status, found.started_at, found.ended_at) == ("running", NOW, None)
        error = {"code": "service_fault", "message": "no"}
        events.append([NewEvent(made.id, later, "run.failed", data={"error": error})])
        found = runs.find(made.id)
        assert found is not None
        assert (found.status, found.ended_at, found.error) == ("failed", later, error)
        assert runs.unended() == []

    def test_an_ended_run_stays_as_it_ended(self, runs: Runs, events: Events) -> None:
        made = runs.add(run())
        events.append([NewEvent(made.id, NOW, "run.cancelled")])
        events.append([NewEvent(made.id, NOW, "run.succeeded")])
        runs.set_status(made.id, "running", at=NOW)
        state = runs.state(made.id)
        assert state is not None
        assert state.status == "cancelled"
        assert [event.type for event in events.read(made.id)] == ["run.cancelled"]

    def test_a_cancel_is_remembered_once(self, runs: Runs) -> None:
        made = runs.add(run())
        runs.request_cancel(made.id, at=NOW)
        runs.request_cancel(made.id, at=NOW + timedelta(hours=1))
        found = runs.find(made.id)
        assert found is not None
        assert found.cancel_requested_at == NOW
        assert runs.state(made.id) == ("queued", True)

    def test_ids_sort_by_time(self, runs: Runs) -> None:
        made = [runs.add(run(id=f"0{number}")).id for number in (1, 2, 3)]
        assert [one.id for one in runs.list()] == made[::-1]
        assert [one.id for one in runs.list(limit=1, before="03")] == ["02"]
        assert runs.list(flow="other") == []
        assert len(runs.list(status="queued")) == 3

    def test_lists_are_narrowed(self, runs: Runs, events: Events) -> None:
        hour = timedelta(hours=1)
        one, two, three = (id_of(NOW + number * hour) for number in range(3))
        title = 'Zürich "quarterly" 100%'
        runs.add(run(id=one, document={"title": title}, connections={"Acme": "c-1"}))
        runs.add(run(id=two, inputs={"key": ["Ölbild\n"]}, created_at=NOW + hour))
        runs.add(run(id=three, flow="G", created_at=NOW + 2 * hour))
        error = {"code": "access_denied", "message": "Not authorized"}
        events.append([NewEvent(three, NOW, "run.failed", data={"error": error})])

        def ids(**wanted: Any) -> list[str]:
            return [each.id for each in runs.list(**wanted)]

        assert ids(connection="c-1") == ids(connection="Acme") == [one]
        assert ids(connection="c-") == ids(connection="Acm%") == []
        assert (
            ids(connection="one", status="failed") == ids(connection="id-one", flow="G") == [three]
        )
        assert ids(connection="Acme", text="zürich") == [one]
        assert ids(connection="Acme", text="ölbild") == []
        assert ids(text='"QUARTERLY" 100%') == ids(text="ZÜRICH") == ids(text="rich") == [one]
        assert ids(text="ÖLBILD\n") == [two]
        assert ids(text="not AUTHORIZED") == [three]
        assert ids(text="g\n") == [three]
        assert ids(text=two[:20]) == [two]
        assert ids(text=two[5:20]) == []
        assert ids(text="%") == [one]
        assert ids(since=NOW + hour) == [three, two]
        assert ids(since=NOW + hour, until=NOW + 2 * hour, text="l") == [two]
        assert ids(until=NOW + hour, flow="f") == [one]
        assert ids(status="queued", since=NOW + hour) == [two]
        assert ids(before=three, limit=1) == [two]

    def test_lists_leave_out_what_may_be_large(self, runs: Runs) -> None:
        made = run(document={"flow": "f", "title": "T", "cards": []}, inputs={"a": "x" * 10_000})
        runs.add(made)
        [found] = runs.list()
        assert (found.title, found.connections) == ("T", {"one": "id-one"})
        assert "document" not in ListedRun.model_fields

    def test_the_latest_of_each_flow_that_is_kept(self, runs: Runs, database: Database) -> None:
        flows = Flows(database)
        for name in ("f", "g", "idle", "gone"):
            flows.save(version("cards: []", name))
        flows.remove("gone")
        for number, name in enumerate(["f", "g", "f", "gone", "unkept", "g", "f"]):
            runs.add(run(id=f"0{number}", flow=name))
        assert [(each.flow, each.id) for each in runs.latest()] == [("f", "06"), ("g", "05")]

    def test_one_large_input_hides_no_other_from_a_search(self, runs: Runs) -> None:
        runs.add(run(inputs={"large": "x" * 100_000, "small": "needle"}))
        assert len(runs.list(text="NEEDLE")) == 1

    def test_what_has_not_ended_is_counted(self, runs: Runs, events: Events) -> None:
        assert runs.queue() == Queue(0, 0, None)
        first, second = (runs.add(run(id=id_of(NOW + timedelta(hours=n)))) for n in (0, 1))
        runs.add(run(id=id_of(NOW + timedelta(hours=2))))
        events.append([NewEvent(second.id, NOW, "run.started")])
        assert runs.queue() == Queue(2, 1, first.created_at)

    def test_activity_counts_in_steps_by_state(self, runs: Runs, events: Events) -> None:
        minute = timedelta(minutes=1)
        for number, after in enumerate([-1, 0, 59, 60, 61, 180, 240]):
            runs.add(run(id=f"0{number}", created_at=NOW + after * minute))
        events.append([NewEvent("01", NOW, "run.succeeded"), NewEvent("03", NOW, "run.failed")])
        events.append([NewEvent("04", NOW, "run.started"), NewEvent("05", NOW, "run.cancelled")])
        found = runs.activity(since=NOW, until=NOW + 240 * minute, step=timedelta(hours=1))
        assert list(found) == [
            Activity(start=NOW, succeeded=1, unended=1),
            Activity(start=NOW + 60 * minute, failed=1, unended=1),
            Activity(start=NOW + 180 * minute, cancelled=1),
        ]


class TestEvents:
    def test_numbered_per_run_without_gaps(self, runs: Runs, events: Events) -> None:
        one, two = runs.add(run()).id, runs.add(run()).id
        data = {"text": "snow \u2603 \x00 nul", "nan": float("nan"), "list": [1, None]}
        events.append(
            [
                NewEvent(one, NOW, "run.started"),
                NewEvent(two, NOW, "run.started"),
                NewEvent(one, NOW, "card.started", "a", 1, data),
            ]
        )
        events.append([NewEvent(one, NOW, "card.succeeded", "a", 1)])
        read = events.read(one)
        assert [event.seq for event in read] == [1, 2, 3]
        assert read[1].data == data | {"nan": None}
        assert (read[1].at, read[1].card, read[1].attempt) == (NOW, "a", 1)
        assert [event.seq for event in events.read(two)] == [1]
        assert events.last(one) == 3
        assert events.last("nothing") == 0
        assert [event.seq for event in events.read(one, after=1, limit=1)] == [2]

    def test_many_writers_leave_no_gap(self, runs: Runs, events: Events) -> None:
        made = [runs.add(run()).id for _ in range(3)]

        def write(index: int) -> None:
            for number in range(10):
                order = made if index % 2 else made[::-1]
                events.append(
                    NewEvent(run_id, NOW, "card.request", "a", 1, {"n": number}) for run_id in order
                )

        at_once(write)
        for run_id in made:
            assert [event.seq for event in events.read(run_id)] == list(range(1, 81))

    def test_all_of_a_batch_or_none(self, runs: Runs, events: Events) -> None:
        made = runs.add(run()).id
        bad = NewEvent(made, NOW, "card.request", "a", 1, {"n": object()})
        with pytest.raises(Exception, match="serialize"):
            events.append([NewEvent(made, NOW, "run.started"), bad])
        assert events.read(made) == []
        assert events.last(made) == 0

    def test_events_of_a_run_that_is_not_there_are_dropped(self, events: Events) -> None:
        events.append([NewEvent("nothing", NOW, "run.started")])
        assert events.read("nothing") == []


class TestAnswers:
    def test_kept_for_a_day(self, database: Database) -> None:
        kept = Answers(database, Sealer(bytes(32)))
        assert kept.find("k") is None
        kept.keep("k", "one")
        kept.keep("k", "two")
        assert kept.find("k") == "two"
        with database.write() as sql:
            sql.execute(answers.update().values(kept_at=datetime.now(UTC) - KEPT_FOR))
        assert kept.find("k") is None
        kept.keep("other", "x")
        with database.read() as sql:
            assert sql.execute(sa.select(answers.c.key)).scalars().all() == ["other"]


def test_a_connection_that_comes_back_after_the_end_is_closed(database: Database) -> None:
    """A thread may be at it while the database is closed; nothing is left to the collector."""
    held = database.engine.raw_connection()
    own = held.driver_connection
    assert own is not None
    database.close()
    held.close()
    with pytest.raises(Exception, match="closed"):
        own.cursor().execute("SELECT 1")
