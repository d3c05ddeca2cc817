"""Who can write the durable engine's database, or hands over a copy, runs no code by it."""

import base64
import pickle
import sqlite3
from pathlib import Path
from typing import Any

from tests.integration.engine.conftest import data, toggles
from tests.integration.engine.toys import Switches, close_gate, flow, open_bench, use

__all__ = ["data", "toggles"]


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def plant(sql: sqlite3.Connection, bomb: str) -> int:
    """Put the bomb wherever something serialized is kept; how many rows have it."""
    planted = 0
    for (table,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = {row[1] for row in sql.execute(f"PRAGMA table_info({table})")}
        if "serialization" in columns:
            sql.execute(f"UPDATE {table} SET serialization = 'py_pickle'")  # noqa: S608 - its own names
        for column in columns & {"inputs", "input", "output", "error"}:
            change = f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL"  # noqa: S608 - as above
            planted += sql.execute(change, (bomb,)).rowcount
    return planted


def test_pickles_are_never_opened(data: Path, tmp_path: Path, toggles: Switches) -> None:
    trace = tmp_path / "exploded"
    bomb = base64.b64encode(pickle.dumps(Bomb(trace))).decode()
    entered, _ = close_gate("g")
    document = flow(use("w", "write", text="a"), use("g", "gate", name="g"))
    with open_bench(data) as bench:
        run = bench.service.start(document, inputs={})
        assert entered.wait(10)
    with sqlite3.connect(data / "engine.db") as sql:
        assert plant(sql, bomb) >= 2
    sql.close()
    _, opened = close_gate("g")
    opened.set()
    with open_bench(data) as bench:
        bench.service.wait(run.id, 5)
        bench.durable.status(run.id)
    assert not trace.exists()
