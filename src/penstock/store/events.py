"""The event log in the database."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from penstock.engine.model import Event, EventType, NewEvent, RunStatus
from penstock.store.database import Database
from penstock.store.runs import follow
from penstock.store.tables import events, runs

_STATUS: Final[dict[EventType, RunStatus]] = {
    "run.started": "running",
    "run.resumed": "running",
    "run.succeeded": "succeeded",
    "run.failed": "failed",
    "run.cancelled": "cancelled",
}

_LARGEST_NUMBER: Final = 2**31 - 1
"""What the column holds at most."""


class Events:
    """Implements `engine.repository.EventLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, events: Iterable[NewEvent]) -> None:
        """Keep them in order, in one transaction; the run's row follows its `run.*` events."""
        by_run: dict[str, list[NewEvent]] = {}
        for event in events:
            by_run.setdefault(event.run_id, []).append(event)
        if not by_run:
            return
        with self._database.write() as sql:
            # In one order everywhere, so that two writers cannot wait for each other.
            for run_id in sorted(by_run):
                _append(sql, run_id, by_run[run_id])

    def read(self, run_id: str, *, after: int = 0, limit: int = 1000) -> Sequence[Event]:
        wanted = (
            sa.select(events)
            .where(events.c.run_id == run_id, events.c.seq > min(after, _LARGEST_NUMBER))
            .order_by(events.c.seq)
            .limit(limit)
        )
        with self._database.read() as sql:
            return [Event.model_validate(dict(row._mapping)) for row in sql.execute(wanted)]

    def last(self, run_id: str) -> int:
        """The newest event's number; 0 if there is none."""
        with self._database.read() as sql:
            return sql.execute(sa.select(runs.c.last_seq).where(runs.c.id == run_id)).scalar() or 0


def _append(sql: sa.Connection, run_id: str, new: list[NewEvent]) -> None:
    counted = (
        runs.update()
        .where(runs.c.id == run_id, runs.c.ended_at.is_(None))
        .values(last_seq=runs.c.last_seq + len(new))
        .returning(runs.c.last_seq)
    )
    last = sql.execute(counted).scalar()
    if last is None:
        return
    first = last - len(new) + 1
    sql.execute(events.insert(), [_row(event, first + index) for index, event in enumerate(new)])
    for event in new:
        if (status := _STATUS.get(event.type)) is not None:
            follow(sql, run_id, status, at=event.at, error=event.data.get("error"))


def _row(event: NewEvent, seq: int) -> dict[str, Any]:
    return {
        "run_id": event.run_id,
        "seq": seq,
        "at": event.at,
        "type": event.type,
        "card": event.card,
        "attempt": event.attempt,
        "data": event.data,
    }
