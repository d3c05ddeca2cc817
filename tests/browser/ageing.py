"""Time that goes by: what happened now, made to have happened long ago."""

import uuid
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from penstock.store.database import open_database
from penstock.store.tables import events, metadata, runs

_TIMESTAMP = 80
"""Bits of a run's id after those that say when, in milliseconds."""


def aged(data: Path, run: str, by: timedelta) -> str:
    """Move an ended run into the past, with all that is told of it; its id then.

    A run's id says when it was started, so it has another one afterwards.
    """
    earlier = uuid.UUID(run).int - (int(by / timedelta(milliseconds=1)) << _TIMESTAMP)
    older = str(uuid.UUID(int=earlier))
    database = open_database(data)
    try:
        with database.write() as sql:
            row = sql.execute(runs.select().where(runs.c.id == run)).one()._mapping
            times = {name: row[name] - by for name in ("created_at", "started_at", "ended_at")}
            sql.execute(runs.insert().values({**row, **times, "id": older}))
            for table in metadata.tables.values():
                if "run_id" in table.c:
                    sql.execute(sa.update(table).where(table.c.run_id == run).values(run_id=older))
            for seq, at in sql.execute(
                sa.select(events.c.seq, events.c.at).where(events.c.run_id == older)
            ).all():
                sql.execute(
                    sa.update(events)
                    .where(events.c.run_id == older, events.c.seq == seq)
                    .values(at=at - by)
                )
            sql.execute(runs.delete().where(runs.c.id == run))
    finally:
        database.close()
    return older
