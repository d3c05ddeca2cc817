"""Lists of runs in the database: a page of each kind, among 10,000 and among 100,000 runs.

`python -m benchmarks.runs_list`; medians of a page of 200, as the browser asks for it, on SQLite.
A page is to cost what it shows and not what there is: the ratio says how far that holds.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.many import many_runs

from penstock.store.database import open_database
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer

ROUNDS: Final = int(os.environ.get("BENCHMARK_ROUNDS", "15"))
SIZES: Final = (10_000, 100_000)
PAGE: Final = 200

Kinds = Mapping[str, Callable[[Runs], object]]


def kinds(ids: list[str], now: datetime) -> Kinds:
    """What is asked for, by what it is called."""

    def page(**narrowed: Any) -> Callable[[Runs], object]:
        return lambda runs: runs.list(limit=PAGE, **narrowed)

    middle = ids[len(ids) // 2]
    day = timedelta(days=1)
    return {
        "the newest": page(),
        "from the middle on": page(before=middle),
        "that failed": page(status="failed"),
        "of a flow": page(flow="tidy"),
        "of a flow that failed": page(flow="archive", status="failed"),
        "of a connection": page(connection="acme"),
        "of one day": page(since=now - 3 * day, until=now - 2 * day),
        "one by a word, the oldest": page(text=f"leaver-{len(ids):05}"),
        "none by a word": page(text="is in none of them"),
        "one by its id": page(text=middle),
        "counted by the day, for Home": lambda runs: runs.activity(
            since=now - 14 * day, until=now, step=day
        ),
    }


def measured(count: int, folder: Path) -> dict[str, float]:
    """Milliseconds of each kind, among so many runs."""
    database = open_database(folder)
    try:
        now = datetime.now(UTC)
        asked = kinds(many_runs(database, count, now=now), now)
        runs = Runs(database, Sealer(bytes(32)))
        took: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, ask in asked.items():
                begin = time.perf_counter()
                ask(runs)
                took[name].append((time.perf_counter() - begin) * 1_000)
        return {name: median(times) for name, times in took.items()}
    finally:
        database.close()


def main() -> None:
    """Print a table."""
    found = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measured(size, Path(folder)))
    few, many = found
    print(f"{'a page of ' + str(PAGE) + ' runs':34}{SIZES[0]:>10,}{SIZES[1]:>13,}     ratio")
    for name, value in few.items():
        print(f"{name:34}{value:8.1f} ms{many[name]:10.1f} ms{many[name] / value:10.2f}")


if __name__ == "__main__":
    main()
