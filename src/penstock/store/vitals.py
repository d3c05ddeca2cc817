"""What there is to know of the database as a whole."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from penstock.store.database import REVISION, Database


class DatabaseFacts(NamedTuple):
    """Bytes on disk, of which `reusable` are free for what comes next; the schema's revision."""

    kind: str
    size: int
    reusable: int
    revision: str
    newest_revision: str


def database_facts(database: Database, *, engine_file: Path) -> DatabaseFacts:
    """Measured now. With SQLite the durable engine's own file counts as well."""
    with database.read() as sql:
        revision = sql.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        if sql.dialect.name == "postgresql":
            version = sql.exec_driver_sql("SHOW server_version").scalar_one()
            whole = sa.func.pg_database_size(sa.func.current_database())
            kind = f"PostgreSQL {str(version).split()[0]}"
            size: int = sql.execute(sa.select(whole)).scalar_one()
            return DatabaseFacts(kind, size, 0, revision, REVISION)
        page = sql.exec_driver_sql("PRAGMA page_size").scalar_one()
        free = sql.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        path = Path(sql.engine.url.database or "")
    size = sum(_size(each) for file in (path, engine_file) for each in _files_of(file))
    kind = f"SQLite {sqlite3.sqlite_version}"
    return DatabaseFacts(kind, size, page * free, revision, REVISION)


def _files_of(file: Path) -> tuple[Path, Path]:
    """The database, and what has been written and not moved into it yet."""
    return file, file.with_name(f"{file.name}-wal")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
