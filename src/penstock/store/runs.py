"""Runs in the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from penstock.engine.model import Activity, Run, RunState, RunStatus
from penstock.errors import InternalFault
from penstock.store.database import Database
from penstock.store.secrets import Sealer
from penstock.store.tables import run_secrets, runs

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = [column for column in runs.columns if column.name != "last_seq"]


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

    def find(self, run_id: str) -> Run | None:
        with self._database.read() as sql:
            row = sql.execute(sa.select(*_SHOWN).where(runs.c.id == run_id)).first()
        return _run(row) if row else None

    def state(self, run_id: str) -> RunState | None:
        """A cheap look at the run."""
        wanted = sa.select(runs.c.status, runs.c.cancel_requested_at).where(runs.c.id == run_id)
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

    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        connection: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[Run]:
        """Newest first, narrowed as `RunRepository.list` says."""
        wanted = sa.select(*_SHOWN).order_by(runs.c.id.desc()).limit(limit)
        if flow is not None:
            wanted = wanted.where(runs.c.flow == flow)
        if status is not None:
            wanted = wanted.where(runs.c.status == status)
        if connection is not None:
            used = sa.cast(runs.c.connections, sa.Text)
            wanted = wanted.where(used.contains(json.dumps(connection), autoescape=True))
        if text:
            wanted = wanted.where(_mentions(text))
        if since is not None:
            wanted = wanted.where(runs.c.created_at >= since)
        if until is not None:
            wanted = wanted.where(runs.c.created_at < until)
        if before is not None:
            wanted = wanted.where(runs.c.id < before)
        with self._database.read() as sql:
            return [_run(row) for row in sql.execute(wanted)]

    def activity(self, *, since: datetime, until: datetime, step: timedelta) -> Sequence[Activity]:
        """Counted by the database, see `RunRepository.activity`."""
        moment = sa.type_coerce(runs.c.created_at, sa.BigInteger)
        number = ((moment - _microseconds(since)) // _microseconds(_EPOCH + step)).label("number")
        wanted = (
            sa.select(number, runs.c.status, sa.func.count())
            .where(runs.c.created_at >= since, runs.c.created_at < until)
            .group_by(number, runs.c.status)
            .order_by(number)
        )
        found: dict[int, dict[str, int]] = {}
        with self._database.read() as sql:
            for at, status, count in sql.execute(wanted):
                counts = found.setdefault(at, {})
                said = "unended" if status in ("queued", "running") else status
                counts[said] = counts.get(said, 0) + count
        return [
            Activity.model_validate({"start": since + at * step, **counts})
            for at, counts in found.items()
        ]

    @staticmethod
    def _unended_like(sql: sa.Connection, run: Run) -> Run | None:
        if run.deduplication_key is None:
            return None
        wanted = sa.select(*_SHOWN).where(
            runs.c.deduplication_key == run.deduplication_key, runs.c.ended_at.is_(None)
        )
        row = sql.execute(wanted).first()
        return _run(row) if row else None


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
    return changed.rowcount > 0


def _mentions(text: str) -> sa.ColumnElement[bool]:
    within_json = json.dumps(text, ensure_ascii=False)[1:-1]
    return sa.or_(
        runs.c.id.startswith(text.lower(), autoescape=True),
        runs.c.flow.icontains(text, autoescape=True),
        runs.c.document["title"].as_string().icontains(text, autoescape=True),
        sa.cast(runs.c.inputs, sa.Text).icontains(within_json, autoescape=True),
        sa.cast(runs.c.error, sa.Text).icontains(within_json, autoescape=True),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _row(run: Run) -> dict[str, Any]:
    return run.model_dump() | {"last_seq": 0}


def _run(row: sa.Row[Any]) -> Run:
    return Run.model_validate(dict(row._mapping))
