"""A long history: many runs in a database, as if they had been started one after the other."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from penstock.store.database import Database
from penstock.store.run_texts import text_of
from penstock.store.tables import run_connections, run_texts, runs

EVERY: Final = timedelta(minutes=1)
ONE_FAILED: Final = 20
"""One in so many runs failed."""
_AT_ONCE: Final = 2_000


def many_runs(
    database: Database,
    count: int,
    *,
    flows: Sequence[str] = ("archive", "tidy"),
    connections: Mapping[str, str] = {"acme": "id-of-acme", "globex": "id-of-globex"},
    now: datetime | None = None,
) -> list[str]:
    """Keep so many ended runs, one a minute, of each flow in turn; their ids.

    The newest comes first, a minute before `now`; it is number 1. Number 20, 40, ... failed. Each
    is found by its number: `leaver-00020`.

    Args:
        connections: ids by nickname; two runs after each other are of the same.
    """
    now = now or datetime.now(UTC)
    used = [*connections.items()]
    made: list[str] = []
    for batch in _batches(count):
        rows = [
            _row(number, now, flows[number % len(flows)], used[number // 2 % len(used)])
            for number in batch
        ]
        made += [row["id"] for row in rows]
        with database.write() as sql:
            sql.execute(runs.insert(), rows)
            sql.execute(
                run_texts.insert(),
                [
                    {
                        "run_id": row["id"],
                        "text": text_of(
                            flow=row["flow"],
                            title=row["title"],
                            inputs=row["inputs"],
                            error=row["error"],
                        ),
                    }
                    for row in rows
                ],
            )
            sql.execute(
                run_connections.insert(),
                [
                    {"connection": each, "run_id": row["id"]}
                    for row in rows
                    for pair in row["connections"].items()
                    for each in pair
                ],
            )
    return made


def _batches(count: int) -> Iterator[range]:
    for first in range(1, count + 1, _AT_ONCE):
        yield range(first, min(first + _AT_ONCE, count + 1))


def _row(number: int, now: datetime, flow: str, connection: tuple[str, str]) -> dict[str, Any]:
    at = now - number * EVERY
    title = f"The {flow} of every minute"
    failed = number % ONE_FAILED == 0
    error = {
        "code": "no_such_bucket",
        "message": "There is no bucket records.",
        "where": {"flow": flow, "card": "find"},
        "retryable": False,
    }
    return {
        "id": _run_id(at, number),
        "flow": flow,
        "version": 1,
        "status": "failed" if failed else "succeeded",
        "created_at": at,
        "started_at": at,
        "ended_at": at + timedelta(seconds=number % 50),
        "inputs": {"leaver": f"leaver-{number:05}"},
        "document": {"flow": flow, "title": title, "cards": []},
        "segments": [],
        "connections": dict([connection]),
        "error": error if failed else None,
        "last_seq": 0,
        "title": title,
    }


def _run_id(at: datetime, number: int) -> str:
    """A UUID of version 7, as `engine.runs.new_run_id` makes them."""
    milliseconds = int(at.timestamp() * 1000)
    return str(uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | number))
