"""Lists of runs: the newest first, a page at a time, whatever narrows them.

A page costs what it shows and not what there is. Every filter leads into an index in the order of
the ids, which is that of time (`engine.runs.new_run_id`); a span of time is a span of ids first.
Only a text is searched for in all runs there are, newest first: in a table with nothing else in
it, which takes 25 ms for 100,000 runs and needs no index that SQLite and PostgreSQL build each in
its own way. `benchmarks/runs_list.py` measures it.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from penstock.engine.model import Activity, ListedRun, RunStatus
from penstock.engine.runs import earliest_run_id
from penstock.store.database import Database
from penstock.store.run_texts import folded
from penstock.store.tables import Instant, flows, run_connections, run_texts, runs

_SHOWN: Final = [runs.c[name] for name in ListedRun.model_fields]
_SKEW: Final = timedelta(minutes=1)
"""How far a run's id and its `created_at` may be apart."""
_AN_ID: Final = re.compile(r"[0-9a-f-]{1,36}")


def listed(
    database: Database,
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
    """See `RunRepository.list`."""
    wanted, ids = _source(connection, text)
    wanted = wanted.where(runs.c.removed_at.is_(None)).order_by(ids.desc()).limit(limit)
    if flow is not None:
        wanted = wanted.where(runs.c.flow == flow)
    if status is not None:
        wanted = wanted.where(runs.c.status == status)
    if since is not None:
        wanted = wanted.where(ids >= earliest_run_id(since - _SKEW), runs.c.created_at >= since)
    if until is not None:
        wanted = wanted.where(ids < earliest_run_id(until + _SKEW), runs.c.created_at < until)
    if tests is not None:
        wanted = wanted.where(runs.c.tested.is_not(None) if tests else runs.c.tested.is_(None))
    if before is not None:
        wanted = wanted.where(ids < before)
    with database.read() as sql:
        return [ListedRun.model_validate(dict(row._mapping)) for row in sql.execute(wanted)]


def latest(database: Database) -> Sequence[ListedRun]:
    """See `RunRepository.latest`: one look into the index for each flow, however often it ran."""
    newest = (
        sa.select(runs.c.id)
        .where(runs.c.flow == flows.c.name, runs.c.removed_at.is_(None), runs.c.tested.is_(None))
        .order_by(runs.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        sa.select(*_SHOWN)
        .where(runs.c.id.in_(sa.select(newest).where(flows.c.current.is_not(None))))
        .order_by(runs.c.flow)
    )
    with database.read() as sql:
        return [ListedRun.model_validate(dict(row._mapping)) for row in sql.execute(wanted)]


def _source(
    connection: str | None, text: str | None
) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """Where the rows come from, and the column whose order is that of the list."""
    wanted = sa.select(*_SHOWN)
    if text:
        wanted = wanted.join(run_texts, run_texts.c.run_id == runs.c.id).where(_mentions(text))
        if connection is not None:
            uses = sa.select(run_connections.c.run_id).where(
                run_connections.c.connection == connection,
                run_connections.c.run_id == run_texts.c.run_id,
            )
            wanted = wanted.where(uses.exists())
        return wanted, run_texts.c.run_id
    if connection is not None:
        joined = wanted.join(run_connections, run_connections.c.run_id == runs.c.id)
        return joined.where(run_connections.c.connection == connection), run_connections.c.run_id
    return wanted, runs.c.id


def _mentions(text: str) -> sa.ColumnElement[bool]:
    sought = folded(text)
    found = run_texts.c.text.contains(sought, autoescape=True)
    if not _AN_ID.fullmatch(sought):
        return found
    return sa.or_(found, run_texts.c.run_id.startswith(sought, autoescape=True))


def counted(
    database: Database, *, since: datetime, until: datetime, step: timedelta
) -> Sequence[Activity]:
    """See `RunRepository.activity`: out of an index alone."""
    begin, length = _microseconds(since), step // timedelta(microseconds=1)
    moment = sa.type_coerce(runs.c.created_at, sa.BigInteger)
    number = ((moment - begin) // length).label("number")
    wanted = (
        sa.select(number, runs.c.status, sa.func.count())
        .where(runs.c.removed_at.is_(None), runs.c.tested.is_(None))
        .where(runs.c.created_at >= since, runs.c.created_at < until)
        .group_by(number, runs.c.status)
        .order_by(number)
    )
    found: dict[int, dict[str, int]] = {}
    with database.read() as sql:
        for at, status, count in sql.execute(wanted):
            counts = found.setdefault(at, {})
            said = "unended" if status in ("queued", "running") else status
            counts[said] = counts.get(said, 0) + count
    return [
        Activity.model_validate({"start": since + at * step, **counts})
        for at, counts in found.items()
    ]


def _microseconds(moment: datetime) -> int:
    kept = Instant().process_bind_param(moment, sa.Dialect())
    assert kept is not None
    return kept
