"""The database: SQLite in the data directory, or PostgreSQL by URL; migrated when opened."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from pydantic_core import from_json, to_json

from penstock.errors import Conflict, StorageFull

BUSY_TIMEOUT_MS: Final = 30_000
REVISION: Final = "0006"
"""The newest migration, so that Alembic is only imported when there is something to migrate."""

_KNOWS_SUBSECONDS: Final = (3, 42)
"""From Python 3.12 on DBOS takes it for granted that SQLite knows `unixepoch('subsec')`, but a
Python may be linked with an older library (Debian 12 has 3.40), where that is NULL."""
_MIGRATION_LOCK: Final = 7_303_014_926_113_287_401


def _unixepoch(modifier: str) -> float | None:
    """What SQLite 3.42 answers: seconds since 1970, with or without their fraction."""
    now = {"subsec": time.time(), "subsecond": time.time(), "now": float(int(time.time()))}
    return now.get(modifier)


class Database:
    """Tables behind an engine. `read` and `write` give connections in a transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(penstock_writes=True)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that is the only writer on SQLite from its first statement on.

        Raises:
            StorageFull: there is no room left; nothing of the transaction is kept.
        """
        try:
            with self._writing.begin() as connection:
                yield connection
        except sa.exc.OperationalError as fault:
            if not _is_full(fault.orig):
                raise
            raise StorageFull(
                "There is no room left in the database.",
                hint="Make room on the disk that holds the data directory.",
            ) from fault

    def close(self) -> None:
        """Close every connection, those in use once their threads give them back.

        SQLAlchemy would keep these in the pool that it has given up: open, until the garbage
        collector finds them.
        """
        sa.event.listen(self.engine, "checkin", _close_returned)
        self.engine.dispose()


def _close_returned(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
    record.invalidate()


def open_database(data: Path) -> Database:
    """The database `penstock.db` of a data directory, created and migrated as needed.

    The directory is made for its owner alone (0700), the file too (0600).
    """
    prepare_directory(data)
    return connect(sqlite_engine(data / "penstock.db"))


def engine_database(data: Path) -> Database:
    """For the durable engine: `engine.db` of a data directory, whose tables are its own."""
    prepare_directory(data)
    return Database(sqlite_engine(data / "engine.db", explicit_begin=False))


def open_url(url: str) -> Database:
    """A database by SQLAlchemy URL (`postgresql+psycopg://...`), migrated as needed."""
    return connect(url_engine(url))


def connect(engine: sa.Engine) -> Database:
    """Migrate what `engine` reaches, and hand it over."""
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def prepare_directory(directory: Path) -> None:
    """Make it if need be, for its owner alone."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)


def sqlite_engine(path: Path, *, explicit_begin: bool = True) -> sa.Engine:
    """An engine on a SQLite file: WAL, synchronous FULL, foreign keys, a patient lock.

    Args:
        explicit_begin: whether transactions begin with the first statement, reads as well, and
            `penstock_writes` ones as IMMEDIATE. Without it the driver begins (IMMEDIATE) before
            the first change, which is what the durable engine expects of an engine it is given.
    """
    # SQLite gives its -wal and -shm files the mode of the database file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = sa.create_engine(
        f"sqlite:///{path}",
        json_serializer=_to_json,
        json_deserializer=from_json,
        pool_size=20,
        # What was written has no place in the text of an error, which goes to a log.
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        # The timeout first: switching to WAL takes a lock, and others may be switching too.
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        if sqlite3.sqlite_version_info < _KNOWS_SUBSECONDS:
            connection.create_function("unixepoch", 1, _unixepoch)
        if not explicit_begin:
            connection.isolation_level = "IMMEDIATE"

    if explicit_begin:

        @sa.event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            # A deferred transaction that turns to writing fails at once, without waiting, when
            # another has written meanwhile (SQLite, "Transactions", 2.2).
            writes = connection.get_execution_options().get("penstock_writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def url_engine(url: str) -> sa.Engine:
    """An engine for PostgreSQL, with keepalives so that a cut network is noticed."""
    return sa.create_engine(
        url,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=from_json,
        pool_size=20,
        pool_pre_ping=True,
        connect_args={"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5},
    )


def migrate(engine: sa.Engine) -> None:
    """Bring the tables to this version's state, in one transaction.

    Raises:
        Conflict: the database was migrated by a newer Penstock.
    """
    with engine.execution_options(penstock_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        current = _revision(connection)
        if current == REVISION:
            return
        if current is not None and current > REVISION:
            raise Conflict(
                f"The database is at revision {current}, which this Penstock does not know.",
                hint="A newer Penstock has used this data: run that version, or restore a backup.",
            )
        _upgrade(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a third of a second that most starts can save
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "penstock.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_full(fault: object) -> bool:
    """SQLite's SQLITE_FULL, PostgreSQL's disk_full (53100)."""
    return (
        getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(fault, "sqlstate", None) == "53100"
    )


def _to_json(value: Any) -> str:
    return to_json(value, inf_nan_mode="null").decode()
