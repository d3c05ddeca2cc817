"""A database that 0.1 left behind (revision 0003), with something in every table, is taken over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from penstock.engine.model import RunStatus
from penstock.engine.retention import Retention
from penstock.store.audit import Audit
from penstock.store.connections import Connections
from penstock.store.database import Database, connect, sqlite_engine, url_engine
from penstock.store.events import Events
from penstock.store.flows import Flows
from penstock.store.removals import Removals
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.tables import run_connections, run_secrets, run_texts
from penstock.store.users import Users
from tests.integration.postgres import Postgres

NOW = datetime.now(UTC)
RUNS = 1_203
"""More than are filled in at once."""


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def ago(days: float) -> int:
    return micros(NOW - timedelta(days=days))


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a database at revision 0003."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "penstock.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        engine = url_engine(server.database())
    config = Config()
    config.set_main_option("script_location", "penstock.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.execution_options(penstock_writes=True).begin() as sql:
        config.attributes["connection"] = sql
        command.upgrade(config, "0003")
        fill(sql)
    yield engine
    engine.dispose()


@pytest.fixture
def database(old: sa.Engine) -> Database:
    return connect(old)


def fill(sql: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(sql)

    def add(table: str, *rows: dict[str, Any]) -> None:
        sql.execute(tables.tables[table].insert(), rows)

    add("external_ids", {"external_id": "e", "connection_id": "c-1", "minted_at": ago(99)})
    add(
        "connections",
        {
            "id": "c-1", "nickname": "Acme", "nickname_key": "acme", "external_id": "e",
            "status": "draft", "created_at": ago(99), "updated_at": ago(99), "connector": "s3",
            "description": "", "narrowing": False,
        },
    )  # fmt: skip
    add(
        "users",
        {
            "id": "u-1", "username": "Anna", "username_key": "anna", "role": "admin",
            "created_at": ago(98),
        },
    )  # fmt: skip
    add("flows", {"name": "hold", "last_version": 2, "current": 2})
    for version, days in ((1, 90), (2, 80)):
        document = {"flow": "hold", "title": f"Hold {version}", "cards": []}
        add(
            "flow_versions",
            {
                "flow": "hold", "version": version, "text": "flow: hold\n", "document": document,
                "connections": ["Acme"], "saved_at": ago(days),
            },
        )  # fmt: skip
    add("runs", *(a_run(number) for number in range(RUNS)))
    for number in (0, 1):
        add(
            "events",
            *(
                {
                    "run_id": f"{number:04}", "seq": seq, "at": ago(50), "type": "card.progress",
                    "card": "a", "attempt": 1, "data": {"done": seq},
                }
                for seq in (1, 2, 3)
            ),
        )  # fmt: skip
    add("run_secrets", {"run_id": "0000", "sealed": b"sealed"})
    add("audit", *(an_entry(days) for days in (800, 401, 91, 89, 0)))


def a_run(number: int) -> dict[str, Any]:
    statuses: tuple[RunStatus, ...] = ("succeeded", "failed", "cancelled")
    document = {"flow": "hold", "cards": []} | ({"title": "Hold 1"} if number % 2 else {})
    return {
        "id": f"{number:04}",
        "flow": "hold",
        "version": 1,
        "status": statuses[number % 3],
        "created_at": ago(60),
        "started_at": ago(60),
        "ended_at": ago(50),
        "inputs": {"leaver": f"Ämilia {number}", "dry": True, "none": None, "list": [1.5, ["x"]]},
        "document": document,
        "segments": [],
        "connections": {"Acme": "c-1"},
        "error": {"message": f"Not Authorized {number}"} if number % 3 == 1 else None,
        "last_seq": 3,
    }


def an_entry(days: float) -> dict[str, Any]:
    return {
        "at": ago(days),
        "who": f"{days}",
        "via": "session",
        "verb": "flows.apply",
        "object": "hold",
        "outcome": "done",
        "status": 200,
        "address": "127.0.0.1",
        "detail": {},
    }


def test_what_there_was_is_there(database: Database) -> None:
    connection = Connections(database).find("acme")
    assert connection is not None
    assert (connection.external_id, connection.narrowing) == ("e", False)
    [flow] = Flows(database).all()
    assert (flow.folder, flow.enabled, flow.owner, flow.current.saved_by) == ("", True, None, None)
    assert flow.created_at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ago(90))
    assert flow.current.document.title == "Hold 2"
    assert [each.username for each in Users(database).all()] == ["Anna"]
    assert [each.seq for each in Events(database).read("0001")] == [1, 2, 3]
    assert [each.who for each in Audit(database).list()] == ["0", "89", "91", "401", "800"]
    assert Removals(database).retention() == Retention()


def test_runs_are_found_by_what_is_kept_apart_from_them_now(database: Database) -> None:
    kept = Runs(database, Sealer(bytes(32)))
    assert len(kept.list(limit=9_999)) == RUNS
    assert len(kept.list(connection="Acme", limit=9_999)) == RUNS
    assert len(kept.list(connection="c-1", limit=9_999)) == RUNS
    [found] = kept.list(text="ÄMILIA 1201")
    assert (found.id, found.title) == ("1201", "Hold 1")
    [untitled] = kept.list(text="ämilia 1200")
    assert untitled.title is None
    assert len(kept.list(text="not authorized", limit=9_999)) == RUNS // 3
    assert len(kept.list(text="hold 1", status="cancelled", limit=9_999)) == RUNS // 6


def test_runs_go_with_all_that_hangs_on_them(database: Database) -> None:
    removals = Removals(database)
    limits = Retention(runs_days=49, failed_days=None).limits(NOW)
    assert removals.count_due(limits).runs == RUNS - RUNS // 3
    assert removals.hide(["0000"], at=NOW) == ["0000"]
    assert removals.drop_events("0000", most=9) == 3
    removals.drop("0000")
    with database.read() as sql:
        for table in (run_texts, run_connections, run_secrets):
            mine = sa.select(sa.func.count()).where(table.c.run_id == "0000")
            assert sql.execute(mine).scalar() == 0, table.name
        assert sql.execute(sa.select(sa.func.count()).select_from(run_texts)).scalar() == RUNS - 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'x' WHERE who = '800'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE who = '89'",
        "TRUNCATE audit",
    ],
)
def test_of_the_audit_log_only_what_is_old_may_go(database: Database, statement: str) -> None:
    if database.engine.dialect.name == "sqlite":
        # The nearest that SQLite has.
        statement = statement.replace("TRUNCATE", "DELETE FROM")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), database.write() as sql:
        sql.execute(sa.text(statement))
    assert [each.who for each in Audit(database).list()] == ["0", "89", "91", "401", "800"]
    limit = Retention().limits(NOW).audit
    assert limit is not None
    assert Removals(database).drop_audit(limit, most=9) == 2
    assert [each.who for each in Audit(database).list()] == ["0", "89", "91"]


def test_a_second_start_changes_nothing(old: sa.Engine, database: Database) -> None:
    Removals(database).set_retention(Retention(runs_days=5), at=NOW)
    assert Removals(connect(old)).retention() == Retention(runs_days=5)
