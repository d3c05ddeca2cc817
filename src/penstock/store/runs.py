"""Runs in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from penstock.engine.model import Activity, ListedRun, Run, RunState, RunStatus
from penstock.engine.vitals import Queue
from penstock.errors import InternalFault
from penstock.store.database import Database
from penstock.store.run_lists import counted, latest, listed
from penstock.store.run_texts import text_of
from penstock.store.secrets import Sealer
from penstock.store.tables import run_connections, run_secrets, run_texts, runs

_SHOWN = [runs.c[name] for name in Run.model_fields]


class Runs:
    """Implements `engine.repository.RunRepository`."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def add(self, run: Run, *, secrets: Mapping[str, Any] | None = None) -> Run:
        """Keep it, unless an unended run has its deduplication key: then that one is returned."""
        for _ in range(10):
            try:
                with self._database.write() as sql:
                    if (there := self._unended_like(sql, run)) is not None:
                        return there
                    sql.execute(runs.insert().values(_row(run)))
                    _found_by(sql, run)
                    if secrets:
                        sealed = self._sealer.seal(dict(secrets), run_id=run.id)
                        sql.execute(run_secrets.insert().values(run_id=run.id, sealed=sealed))
                    return run
            except sa.exc.IntegrityError:
                # Another process added one of this key meanwhile, and it may have ended since.
                if run.deduplication_key is None:
                    raise
        raise InternalFault(f"Runs of {run.deduplication_key} come and go too fast.")

    def has_unended(self, deduplication_key: str) -> bool:
        """Whether a run of this key has not ended."""
        wanted = sa.select(runs.c.id).where(
            runs.c.deduplication_key == deduplication_key, runs.c.ended_at.is_(None)
        )
        with self._database.read() as sql:
            return sql.execute(wanted).first() is not None

    def known(self, run_ids: Sequence[str]) -> set[str]:
        """Those of them that there is a row of, hidden ones too."""
        with self._database.read() as sql:
            return set(sql.execute(sa.select(runs.c.id).where(runs.c.id.in_(run_ids))).scalars())

    def find(self, run_id: str) -> Run | None:
        with self._database.read() as sql:
            row = sql.execute(sa.select(*_SHOWN).where(_is(run_id))).first()
        return _run(row) if row else None

    def state(self, run_id: str) -> RunState | None:
        """A cheap look at the run."""
        wanted = sa.select(runs.c.status, runs.c.cancel_requested_at).where(_is(run_id))
        with self._database.read() as sql:
            row = sql.execute(wanted).first()
        return RunState(row[0], row[1] is not None) if row else None

    def secrets(self, run_id: str) -> dict[str, Any]:
        """What `add` was given, until the run has ended."""
        wanted = sa.select(run_secrets.c.sealed).where(run_secrets.c.run_id == run_id)
        with self._database.read() as sql:
            sealed = sql.execute(wanted).scalar()
        if sealed is None:
            return {}
        opened: dict[str, Any] = self._sealer.open(sealed, run_id=run_id)
        return opened

    def set_status(
        self,
        run_id: str,
        status: RunStatus,
        *,
        at: datetime,
        error: dict[str, Any] | None = None,
    ) -> None:
        """Without an event; an ended run stays as it ended."""
        with self._database.write() as sql:
            follow(sql, run_id, status, at=at, error=error)

    def request_cancel(self, run_id: str, *, at: datetime) -> None:
        """Remember that the run is to stop, wherever it is executed."""
        with self._database.write() as sql:
            sql.execute(
                runs.update()
                .where(runs.c.id == run_id, runs.c.cancel_requested_at.is_(None))
                .values(cancel_requested_at=at)
            )

    def unended(self) -> Sequence[str]:
        """Ids of runs that have not ended, oldest first."""
        wanted = sa.select(runs.c.id).where(runs.c.status.in_(["queued", "running"]))
        with self._database.read() as sql:
            return list(sql.execute(wanted.order_by(runs.c.id)).scalars())

    def queue(self) -> Queue:
        """What has not ended, counted."""
        wanted = (
            sa.select(runs.c.status, sa.func.count(), sa.func.min(runs.c.id))
            .where(runs.c.status.in_(["queued", "running"]))
            .group_by(runs.c.status)
        )
        with self._database.read() as sql:
            found = {status: (count, first) for status, count, first in sql.execute(wanted)}
            queued, first = found.get("queued", (0, None))
            oldest = sa.select(runs.c.created_at).where(runs.c.id == first)
            return Queue(queued, found.get("running", (0, None))[0], sql.execute(oldest).scalar())

    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        connection: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tests: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[ListedRun]:
        """Newest first, narrowed as `RunRepository.list` says."""
        return listed(
            self._database,
            flow=flow,
            status=status,
            connection=connection,
            text=text,
            since=since,
            until=until,
            tests=tests,
            limit=limit,
            before=before,
        )

    def latest(self) -> Sequence[ListedRun]:
        """One of each flow that ever ran, see `RunRepository.latest`."""
        return latest(self._database)

    def activity(self, *, since: datetime, until: datetime, step: timedelta) -> Sequence[Activity]:
        """Counted by the database, see `RunRepository.activity`."""
        return counted(self._database, since=since, until=until, step=step)

    @staticmethod
    def _unended_like(sql: sa.Connection, run: Run) -> Run | None:
        if run.deduplication_key is None:
            return None
        wanted = sa.select(*_SHOWN).where(
            runs.c.deduplication_key == run.deduplication_key, runs.c.ended_at.is_(None)
        )
        row = sql.execute(wanted).first()
        return _run(row) if row else None


def _is(run_id: str) -> sa.ColumnElement[bool]:
    """The run with this id, unless it has been removed."""
    return (runs.c.id == run_id) & runs.c.removed_at.is_(None)


def follow(
    sql: sa.Connection,
    run_id: str,
    status: RunStatus,
    *,
    at: datetime,
    error: dict[str, Any] | None = None,
) -> bool:
    """Set the status of a run that has not ended; whether there was one."""
    values: dict[str, Any] = {"status": status}
    if status == "running":
        values["started_at"] = sa.func.coalesce(
            runs.c.started_at, sa.bindparam("at", at, runs.c.started_at.type)
        )
    elif status != "queued":
        values |= {"ended_at": at, "error": error}
    changed = sql.execute(
        runs.update().where(runs.c.id == run_id, runs.c.ended_at.is_(None)).values(values)
    )
    if changed.rowcount and "ended_at" in values:
        sql.execute(run_secrets.delete().where(run_secrets.c.run_id == run_id))
        if error is not None:
            _find_by_error(sql, run_id)
    return changed.rowcount > 0


def _row(run: Run) -> dict[str, Any]:
    return run.model_dump() | {"last_seq": 0, "title": run.document.get("title")}


def _found_by(sql: sa.Connection, run: Run) -> None:
    """Keep what lists find the run by."""
    text = text_of(
        flow=run.flow, title=run.document.get("title"), inputs=run.inputs, error=run.error
    )
    sql.execute(run_texts.insert().values(run_id=run.id, text=text))
    used = {*run.connections, *run.connections.values()}
    if used:
        rows = [{"connection": each, "run_id": run.id} for each in sorted(used)]
        sql.execute(run_connections.insert(), rows)


def _find_by_error(sql: sa.Connection, run_id: str) -> None:
    """Have lists find the run by its error as well."""
    wanted = sa.select(runs.c.flow, runs.c.title, runs.c.inputs, runs.c.error)
    row = sql.execute(wanted.where(runs.c.id == run_id)).one()
    text = text_of(flow=row.flow, title=row.title, inputs=row.inputs, error=row.error)
    sql.execute(run_texts.update().where(run_texts.c.run_id == run_id).values(text=text))


def _run(row: sa.Row[Any]) -> Run:
    return Run.model_validate(dict(row._mapping))
