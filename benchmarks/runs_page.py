"""The list of many runs: opening it, narrowing it, and scrolling down through all of it."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from sqlalchemy import Connection, Table

from benchmarks.browser import Measured, after, opened, took, worked
from penstock.store.database import open_database
from penstock.store.tables import run_connections, run_texts, runs

ONE_FAILED: Final = 20
"""One in so many runs has failed."""
SOUGHT: Final = "leaver-7321"
"""What exactly one run is found by."""


def multiply(data: Path, count: int) -> None:
    """Put copies of the newest run into the past."""
    database = open_database(data)
    try:
        with database.write() as sql:
            run = sql.execute(runs.select().order_by(runs.c.id.desc())).mappings().first()
            assert run is not None
            now = datetime.now(UTC)
            times = {number: now - timedelta(minutes=number) for number in range(1, count)}
            ids = {number: str(run_id(at, number)) for number, at in times.items()}
            failed = {"status": "failed", "error": {"code": "toy", "message": "It failed."}}
            changed = {
                number: {"id": ids[number], "created_at": at, "deduplication_key": None}
                | ({} if number % ONE_FAILED else failed)
                for number, at in times.items()
            }
            sql.execute(runs.insert(), [dict(run) | change for change in changed.values()])
            for table in (run_texts, run_connections):
                copy(sql, table, run["id"], ids)
    finally:
        database.close()


def run_id(at: datetime, number: int) -> uuid.UUID:
    """As Penstock makes them: in the order of time."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number)


def copy(sql: Connection, table: Table, run: str, ids: dict[int, str]) -> None:
    """What a table has of the run, for each of the copies; a text names its copy."""
    found = sql.execute(table.select().where(table.c.run_id == run)).mappings().all()
    copies = [
        dict(row)
        | {"run_id": copied}
        | ({"text": f"{row['text']}\nleaver-{number}"} if "text" in row else {})
        for row in found
        for number, copied in ids.items()
    ]
    sql.execute(table.insert(), copies)


def measure(browser: Browser, url: str) -> Measured:
    """Milliseconds, and frames a second."""
    found: Measured = {}
    with opened(browser, url) as page:
        so_far = worked(page)
        page.goto("/runs", wait_until="commit")
        found["runs: open"] = page.evaluate(
            "measure.until(() => document.querySelector('tbody tr a'))"
        )
        found["runs: open: main thread"] = so_far()
        page.get_by_role("combobox", name="State").click()
        option = page.get_by_role("option", name="failed", exact=True)
        option.wait_for()
        after(page, "click", "/^(?!.*succeeded).*failed/s.test(measure.rows())")
        option.click()
        found["runs: those that failed"] = took(page)
        page.get_by_role("button", name="Clear filters").click()
        page.wait_for_function("() => measure.rows().includes('succeeded')")
        page.get_by_role("searchbox", name="Search runs").fill(SOUGHT[:-1])
        after(page, "keydown", "document.querySelectorAll('tbody a').length === 1")
        page.keyboard.press(SOUGHT[-1])
        found["runs: one by a word of its input"] = took(page)
        page.get_by_role("button", name="Clear filters").click()
        page.wait_for_function("() => document.querySelectorAll('tbody a').length > 5")
        page.evaluate(
            """() => { measure.box = document.querySelector('tbody').closest('section,div');
                while (measure.box.scrollHeight <= measure.box.clientHeight + 50)
                    measure.box = measure.box.parentElement; }"""
        )
        fps, longest = page.evaluate("measure.frames(() => { measure.box.scrollTop += 120 }, 3)")
        found["runs: frames a second, scrolling"] = fps
        found["runs: longest frame, scrolling"] = longest
        page.wait_for_function(
            "() => { measure.box.scrollTop = measure.box.scrollHeight;"
            " return !document.body.innerText.includes('more below') }",
            timeout=120_000,
        )
        before = so_far()
        fps, longest = page.evaluate("measure.frames(() => { measure.box.scrollTop -= 400 }, 3)")
        found["runs: frames a second, all loaded"] = fps
        found["runs: longest frame, all loaded"] = longest
        found["runs: a frame, all loaded: main thread"] = (so_far() - before) / (fps * 3)
    return found
