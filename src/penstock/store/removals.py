"""How long things are kept, and removing them, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from penstock.engine.retention import Due, Limits, Retention
from penstock.store.database import Database
from penstock.store.tables import audit, events, runs, settings

_NAME: Final = "retention"
_SAMPLE: Final = 50
_SAMPLED_EVENTS: Final = 5_000


class Removals:
    """Implements `engine.retention.Removals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def retention(self) -> Retention:
        """What was set, or the defaults."""
        wanted = sa.select(settings.c.value).where(settings.c.name == _NAME)
        with self._database.read() as sql:
            value = sql.execute(wanted).scalar()
        return Retention() if value is None else Retention.model_validate(value)

    def set_retention(self, retention: Retention, *, at: datetime) -> None:
        values = {"value": retention.model_dump(), "changed_at": at}
        with self._database.write() as sql:
            changed = sql.execute(settings.update().where(settings.c.name == _NAME).values(values))
            if not changed.rowcount:
                sql.execute(settings.insert().values(name=_NAME, **values))

    def count_due(self, limits: Limits) -> Due:
        counts: dict[str, int] = {}
        oldest: list[datetime] = []
        with self._database.read() as sql:
            for status, limit in limits.runs.items():
                counted = sa.select(sa.func.count(), sa.func.min(runs.c.ended_at))
                count, first = sql.execute(counted.where(_is_due(status, limit))).one()
                counts[status] = count
                oldest += [] if first is None else [first]
            due = sum(counts.values())
            size = _row_bytes(sql, limits) * due if due else 0
        failed = counts.get("failed", 0)
        return Due(due - failed, failed, min(oldest, default=None), round(size))

    def due(self, limits: Limits, *, most: int) -> Sequence[str]:
        """Ids of ended runs whose time is over: so many at most, of each state the oldest first."""
        found: list[str] = []
        with self._database.read() as sql:
            for status, limit in limits.runs.items():
                found += sql.execute(_due(status, limit, most - len(found))).scalars().all()
        return found

    def hide(self, run_ids: Sequence[str], *, at: datetime) -> Sequence[str]:
        """Those of them that had ended, and were not hidden before."""
        hidden = (
            runs.update()
            .where(
                runs.c.id.in_(run_ids), runs.c.ended_at.is_not(None), runs.c.removed_at.is_(None)
            )
            .values(removed_at=at)
            .returning(runs.c.id)
        )
        with self._database.write() as sql:
            return sorted(sql.execute(hidden).scalars())

    def hidden(self, *, most: int, after: str = "") -> Sequence[str]:
        """Ids of hidden runs that are not dropped yet, by id from the one after `after`."""
        wanted = (
            sa.select(runs.c.id)
            .where(runs.c.removed_at.is_not(None), runs.c.id > after)
            .order_by(runs.c.id)
            .limit(most)
        )
        with self._database.read() as sql:
            return list(sql.execute(wanted).scalars())

    def drop_events(self, run_id: str, *, most: int) -> int:
        """Remove so many of a hidden run's events; how many there were to remove."""
        last = (
            sa.select(events.c.seq)
            .where(events.c.run_id == run_id)
            .order_by(events.c.seq)
            .limit(1)
            .offset(most - 1)
            .scalar_subquery()
        )
        upto = sa.func.coalesce(last, 2**31 - 1)
        with self._database.write() as sql:
            dropped = sql.execute(
                events.delete().where(events.c.run_id == run_id, events.c.seq <= upto)
            )
            return dropped.rowcount

    def drop(self, run_id: str) -> None:
        """Remove a hidden run's row, and with it all that hangs on it."""
        with self._database.write() as sql:
            sql.execute(runs.delete().where(runs.c.id == run_id, runs.c.removed_at.is_not(None)))

    def count_audit(self, before: datetime) -> int:
        wanted = sa.select(sa.func.count()).select_from(audit).where(audit.c.at < before)
        with self._database.read() as sql:
            return sql.execute(wanted).scalar_one()

    def drop_audit(self, before: datetime, *, most: int) -> int:
        """Remove so many of the oldest entries; how many there were to remove."""
        oldest = sa.select(audit.c.seq).where(audit.c.at < before).order_by(audit.c.at).limit(most)
        with self._database.write() as sql:
            return sql.execute(audit.delete().where(audit.c.seq.in_(oldest))).rowcount


def _is_due(status: str, limit: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(runs.c.status == status, runs.c.ended_at < limit, runs.c.removed_at.is_(None))


def _due(status: str, limit: datetime, most: int) -> sa.Select[Any]:
    wanted = sa.select(runs.c.id).where(_is_due(status, limit))
    return wanted.order_by(runs.c.ended_at).limit(most)


def _row_bytes(sql: sa.Connection, limits: Limits) -> float:
    """About what the rows of one such run take, by the texts of some of them."""
    sample: list[str] = []
    for status, limit in limits.runs.items():
        sample += sql.execute(_due(status, limit, _SAMPLE)).scalars().all()

    def size(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        lengths = [sa.func.length(sa.func.coalesce(sa.cast(each, sa.Text), "")) for each in columns]
        return sum(lengths[1:], lengths[0])

    of_run = size(runs.c.document, runs.c.inputs, runs.c.error)
    own = sql.execute(sa.select(sa.func.sum(of_run)).where(runs.c.id.in_(sample))).scalar()
    sizes = (
        sa.select(size(events.c.data).label("size"))
        .where(events.c.run_id.in_(sample))
        .limit(_SAMPLED_EVENTS)
        .subquery()
    )
    mean = sql.execute(sa.select(sa.func.avg(sizes.c.size))).scalar() or 0
    counted = sa.select(sa.func.sum(runs.c.last_seq)).where(runs.c.id.in_(sample))
    many = sql.execute(counted).scalar() or 0
    return (float(own or 0) + float(mean) * float(many)) / len(sample)
