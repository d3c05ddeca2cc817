"""What is kept, hidden and dropped, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from penstock.engine.model import NewEvent, RunStatus
from penstock.engine.retention import Retention
from penstock.store.audit import Audit
from penstock.store.database import Database
from penstock.store.events import Events
from penstock.store.removals import Removals
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.vitals import database_facts
from tests.integration.store.test_access import deed
from tests.integration.store.test_repositories import run

NOW = datetime.now(UTC)


@pytest.fixture
def kept(database: Database) -> Removals:
    return Removals(database)


def ended(database: Database, *, days_ago: float, status: RunStatus = "succeeded") -> str:
    runs, events = Runs(database, Sealer(bytes(32))), Events(database)
    made = runs.add(run())
    at = NOW - timedelta(days=days_ago)
    log = [NewEvent(made.id, at, "card.progress", "a", 1, {"n": n}) for n in range(10)]
    last = {"succeeded": "run.succeeded", "failed": "run.failed", "cancelled": "run.cancelled"}
    events.append([*log, NewEvent(made.id, at, last[status])])  # type: ignore[arg-type]  # one of them
    return made.id


def test_retention_is_the_default_until_it_is_set(kept: Removals) -> None:
    assert kept.retention() == Retention()
    for days in (None, 12):
        kept.set_retention(Retention(runs_days=days), at=NOW)
        assert kept.retention() == Retention(runs_days=days)


def test_due_is_what_ended_long_ago_by_its_state(database: Database, kept: Removals) -> None:
    limits = Retention(runs_days=10, failed_days=20).limits(NOW)
    first, second = ended(database, days_ago=12), ended(database, days_ago=11, status="cancelled")
    ended(database, days_ago=9)
    ended(database, days_ago=19, status="failed")
    failed = ended(database, days_ago=21, status="failed")
    Runs(database, Sealer(bytes(32))).add(run(created_at=NOW - timedelta(days=99)))
    assert set(kept.due(limits, most=10)) == {first, second, failed}
    assert len(kept.due(limits, most=2)) == 2
    due = kept.count_due(limits)
    assert (due.runs, due.failed_runs) == (2, 1)
    assert due.oldest == NOW - timedelta(days=21)
    assert due.row_bytes > 0
    none = Retention(runs_days=None, failed_days=None).limits(NOW)
    assert kept.due(none, most=10) == []
    assert kept.count_due(none) == (0, 0, None, 0)


def test_only_what_has_ended_is_hidden_and_only_once(database: Database, kept: Removals) -> None:
    runs = Runs(database, Sealer(bytes(32)))
    over, open_ = ended(database, days_ago=1), runs.add(run()).id
    assert kept.hide([over, open_, "nothing"], at=NOW) == [over]
    assert kept.hide([over], at=NOW) == []
    assert kept.hidden(most=10) == [over]
    assert kept.hidden(most=10, after=over) == []
    assert kept.due(Retention(runs_days=1).limits(NOW + timedelta(days=9)), most=10) == []
    assert runs.find(over) is None
    assert runs.state(over) is None
    assert [each.id for each in runs.list()] == [each.id for each in runs.list(text="f")] == [open_]
    assert [each.id for each in runs.list(connection="one")] == [open_]
    [counted] = runs.activity(
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2027, 1, 1, tzinfo=UTC),
        step=timedelta(days=366),
    )
    assert (counted.unended, counted.succeeded) == (1, 0)
    # Dropping takes what is hidden and nothing else.
    kept.drop(open_)
    kept.drop(over)
    assert [each.id for each in runs.list()] == [open_]
    assert kept.hidden(most=10) == []


def test_events_go_in_batches_the_oldest_first(database: Database, kept: Removals) -> None:
    over, other = ended(database, days_ago=1), ended(database, days_ago=1)
    events = Events(database)
    assert kept.drop_events(over, most=4) == 4
    assert [each.seq for each in events.read(over)] == [5, 6, 7, 8, 9, 10, 11]
    assert [kept.drop_events(over, most=4) for _ in range(3)] == [4, 3, 0]
    assert len(events.read(other)) == 11


def test_old_audit_entries_go_and_young_ones_cannot(database: Database, kept: Removals) -> None:
    audit = Audit(database)
    for days in (500, 401, 399, 91, 89, 0):
        at = NOW - timedelta(days=days)
        audit.append(deed("flows.apply", f"{days}").model_copy(update={"at": at}))
    limit = Retention().limits(NOW).audit
    assert limit is not None
    assert kept.count_audit(limit) == 2
    assert kept.drop_audit(limit, most=1) == 1
    assert [each.who for each in audit.list()] == ["0", "89", "91", "399", "401"]
    assert kept.drop_audit(limit, most=9) == 1
    assert kept.drop_audit(limit, most=9) == 0
    # Whatever is asked, and of whatever program: the database keeps 90 days.
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"):
        kept.drop_audit(NOW - timedelta(days=80), most=9)
    assert len(audit.list()) == 4


def test_the_database_tells_of_itself(database: Database, tmp_path: Path) -> None:
    facts = database_facts(database, engine_file=tmp_path / "none")
    assert facts.kind.startswith(("SQLite 3.", "PostgreSQL "))
    assert facts.size > 50_000
    assert facts.revision == facts.newest_revision
