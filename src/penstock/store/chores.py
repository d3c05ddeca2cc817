"""Chores in the database: what one of several workers does for all of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from penstock.engine.retention import Chore
from penstock.store.database import Database
from penstock.store.tables import chores


class ChoreBook:
    """Implements `engine.retention.Chores`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, name: str, holder: str, *, seconds: float) -> bool:
        """Whether it is this holder's for so long from now; again, to keep it for longer."""
        try:
            with self._database.write() as sql:
                now = _now(sql)
                free = sa.or_(
                    chores.c.until.is_(None), chores.c.until <= now, chores.c.holder == holder
                )
                held = {"holder": holder, "until": now + timedelta(seconds=seconds)}
                taken = sql.execute(chores.update().where(chores.c.name == name, free).values(held))
                if taken.rowcount:
                    return True
                if sql.execute(sa.select(chores.c.name).where(chores.c.name == name)).first():
                    return False
                sql.execute(chores.insert().values(name=name, **held))
                return True
        except sa.exc.IntegrityError:
            # Another was the first ever to claim it.
            return False

    def release(self, name: str, holder: str, report: dict[str, Any] | None) -> None:
        """Let others have it, and say what was done; what another holds by now stays."""
        with self._database.write() as sql:
            sql.execute(
                chores.update()
                .where(chores.c.name == name, chores.c.holder == holder)
                .values(holder=None, until=None, report=report)
            )

    def look(self, name: str) -> Chore:
        with self._database.read() as sql:
            row = sql.execute(sa.select(chores).where(chores.c.name == name)).first()
            if row is None:
                return Chore(None, None)
            is_held = row.until is not None and row.until > _now(sql)
        return Chore(row.holder if is_held else None, row.report)


def _now(sql: sa.Connection) -> datetime:
    """By one clock for all workers: with several machines, the database's."""
    if sql.dialect.name == "postgresql":
        moment: datetime = sql.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)
