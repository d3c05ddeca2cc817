"""The migrations make the tables that the code expects, on both databases."""

import stat
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from penstock.errors import Conflict, StorageFull
from penstock.store.connections import Connections
from penstock.store.database import (
    REVISION,
    Database,
    engine_database,
    open_database,
    sqlite_engine,
)
from penstock.store.tables import external_ids, flow_versions, flows, metadata
from tests.integration.store.conftest import Opener


def test_migrated_tables_are_those_of_the_code(database: Database) -> None:
    with database.read() as sql:
        context = MigrationContext.configure(sql, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_partial_index_is_the_one_of_the_code(database: Database) -> None:
    # Alembic does not compare what an index is limited to.
    with database.read() as sql:
        [index] = [
            index
            for index in sa.inspect(sql).get_indexes("runs")
            if index["name"] == "uq_runs_deduplication_key"
        ]
    limited = str(index["dialect_options"].get(f"{database.engine.dialect.name}_where"))
    assert "ended_at IS NULL" in limited
    assert index["unique"]


def test_the_revision_named_in_the_code_is_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", "penstock.store:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_connections_made_before_the_switch_are_narrowed(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "penstock.db")
    config = Config()
    config.set_main_option("script_location", "penstock.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.execution_options(penstock_writes=True).begin() as sql:
        config.attributes["connection"] = sql
        command.upgrade(config, "0001")
        sql.execute(sa.text("INSERT INTO external_ids VALUES ('e', 'c', 0)"))
        sql.execute(
            sa.text(
                "INSERT INTO connections (id, nickname, nickname_key, external_id, status, "
                "created_at, updated_at, connector, description) "
                "VALUES ('c', 'acme', 'acme', 'e', 'draft', 0, 0, 's3', '')"
            )
        )
    engine.dispose()
    database = open_database(tmp_path)
    try:
        found = Connections(database).find("acme")
        assert found is not None
        assert found.narrowing
    finally:
        database.close()


def test_flows_saved_before_there_were_folders_are_on_and_at_the_top(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "penstock.db")
    config = Config()
    config.set_main_option("script_location", "penstock.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.execution_options(penstock_writes=True).begin() as sql:
        config.attributes["connection"] = sql
        command.upgrade(config, "0003")
        sql.execute(sa.text("INSERT INTO flows VALUES ('kept', 2, 2), ('removed', 1, NULL)"))
        for version, saved_at in ((1, 1_000_000), (2, 5_000_000)):
            sql.execute(
                sa.text(
                    "INSERT INTO flow_versions VALUES "
                    "('kept', :version, 'flow: kept', '{\"flow\": \"kept\"}', '[]', :saved_at)"
                ),
                {"version": version, "saved_at": saved_at},
            )
    engine.dispose()
    database = open_database(tmp_path)
    try:
        with database.read() as sql:
            rows = sql.execute(sa.select(flows).order_by(flows.c.name)).all()
            saved = sql.execute(sa.select(flow_versions.c.saved_by)).scalars().all()
    finally:
        database.close()
    kept, removed = rows
    assert (kept.folder, kept.enabled, kept.owner) == ("", True, None)
    assert kept.created_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert removed.created_at is None
    assert saved == [None, None]


def test_opened_twice_at_once(opener: Opener) -> None:
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            opener()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_data_of_a_newer_version_is_refused(opener: Opener) -> None:
    with opener().write() as sql:
        sql.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="9999"):
        opener()


def test_data_directory_is_the_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    database = open_database(data)
    try:
        with database.write() as sql:
            sql.execute(sa.text("CREATE TABLE t (x INTEGER)"))
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {0o600}
        with database.read() as sql:
            assert sql.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert sql.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert sql.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert sql.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    finally:
        database.close()


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    try:
        with database.read() as sql:
            pages = sql.exec_driver_sql("PRAGMA page_count").scalar()
        with pytest.raises(StorageFull) as full:
            fill(database, f"PRAGMA max_page_count = {pages}")
        assert full.value.hint
        with database.read() as sql:
            assert sql.execute(sa.select(sa.func.count()).select_from(external_ids)).scalar() == 0
    finally:
        database.close()


def fill(database: Database, limit: str) -> None:
    """Write until there is no room; SQLite says the same as when the disk has none."""
    with database.write() as sql:
        sql.exec_driver_sql(limit)
        for number in range(10_000):
            sql.execute(
                external_ids.insert().values(
                    external_id=f"{number}" * 100, connection_id="c", minted_at=datetime.now(UTC)
                )
            )


def test_sqlite_tells_fractions_of_a_second_however_old_it_is(tmp_path: Path) -> None:
    with engine_database(tmp_path).engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT unixepoch('subsec') * 1000").scalar()
    assert told == pytest.approx(time.time() * 1000, abs=60_000)
