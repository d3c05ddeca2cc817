"""Ten thousand runs in the list: all reached, narrowed by every filter, and still live."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from penstock.store.database import open_database
from tests.acceptance.command import Penstock
from tests.browser.look import Look
from tests.many import ONE_FAILED, many_runs

COUNT = 10_000
LIVE = 30_000
"""Milliseconds in which the list has to show what was started."""


@pytest.fixture(scope="module")
def history(penstock: Penstock) -> list[str]:
    """The ids of ten thousand runs, the newest first, of two flows by two connections."""
    connections = {
        nickname: str(penstock.ok("connections", "new", nickname, "--json").json["id"])
        for nickname in ("acme", "globex")
    }
    for flow in ("archive", "tidy", "fresh"):
        keep(penstock, flow)
    database = open_database(penstock.data)
    try:
        return many_runs(database, COUNT, connections=connections)
    finally:
        database.close()


@pytest.fixture(scope="module")
def server(penstock: Penstock, history: list[str]) -> Iterator[str]:
    with penstock.server() as (_, url):
        yield url


def keep(penstock: Penstock, flow: str) -> None:
    file = penstock.data / f"{flow}.yaml"
    file.write_text(f"flow: {flow}\ntitle: A {flow} one\ncards: []\n", encoding="utf-8")
    penstock.ok("flows", "apply", str(file))


def box(page: Page) -> Locator:
    return page.get_by_role("region", name="Runs")


def rows(page: Page) -> Locator:
    """The rows that are in the page, without the one of headings."""
    return box(page).get_by_role("row").filter(has=page.get_by_role("cell"))


def to(page: Page, run: str) -> Locator:
    return box(page).locator(f"a[href='/runs/{run}']")


def count(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("status").filter(has_text=re.compile(r"^[\d,]+ "))


def choose(page: Page, filter_: str, option: str) -> None:
    page.get_by_role("combobox", name=filter_).click()
    page.get_by_role("option", name=option, exact=True).click()


def to_the_end(page: Page) -> None:
    """Down and down, until there is no more to load."""
    while "more below" in (loaded := count(page).inner_text()):
        box(page).evaluate("box => { box.scrollTop = box.scrollHeight }")
        expect(count(page)).not_to_have_text(loaded)


def test_every_run_is_reached_and_few_are_in_the_page(
    page: Page, history: list[str], look: Look
) -> None:
    page.goto("/runs")
    expect(to(page, history[0])).to_be_visible()
    expect(count(page)).to_contain_text("more below")
    to_the_end(page)
    expect(count(page)).to_have_text(re.compile(r"^10,00\d runs$"))
    box(page).evaluate("box => { box.scrollTop = box.scrollHeight }")
    oldest = to(page, history[-1])
    expect(oldest).to_be_visible()
    expect(rows(page).last).to_have_attribute("aria-rowindex", re.compile(r"^1000\d$"))
    assert rows(page).count() < 60
    look.everywhere("end")
    # In the middle as at the ends: what stands there is what has its turn.
    box(page).evaluate("box => { box.scrollTop = box.scrollHeight / 2 }")
    expect(to(page, history[-1])).to_have_count(0)
    expect(to(page, history[COUNT // 2])).to_have_count(1)
    box(page).evaluate("box => { box.scrollTop = 0 }")
    expect(to(page, history[0])).to_be_visible()


def test_every_filter_narrows_and_is_in_the_address(
    page: Page, context: BrowserContext, history: list[str], look: Look
) -> None:
    page.goto("/runs")
    choose(page, "State", "failed")
    expect(page).to_have_url(re.compile("status=failed"))
    expect(to(page, history[ONE_FAILED - 1])).to_be_visible()
    expect(to(page, history[0])).to_have_count(0)
    to_the_end(page)
    expect(count(page)).to_have_text(f"{COUNT // ONE_FAILED} runs")

    # Every twentieth failed, which are all of one flow and one connection.
    choose(page, "Flow", "A archive one")
    expect(page).to_have_url(re.compile("flow=archive"))
    choose(page, "Connection", "globex")
    expect(page).to_have_url(re.compile("connection=globex"))
    expect(page.get_by_text("No run is like that")).to_be_visible()
    choose(page, "Connection", "acme")
    expect(to(page, history[ONE_FAILED - 1])).to_be_visible()
    choose(page, "Time", "Last 24 hours")
    expect(page).to_have_url(re.compile("within=day"))
    expect(count(page)).to_have_text(re.compile(r"^7[12] runs$"))
    look.everywhere("narrowed")

    # The address has it all: the same after a reload, in another window, and on the way back.
    address = page.url
    page.reload()
    expect(count(page)).to_have_text(re.compile(r"^7[12] runs$"))
    expect(page.get_by_role("combobox", name="State")).to_have_value("failed")
    to(page, history[ONE_FAILED - 1]).click()
    expect(page.get_by_role("heading", name="The archive of every minute")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(address)
    expect(to(page, history[ONE_FAILED - 1])).to_be_visible()
    elsewhere = context.new_page()
    elsewhere.goto(address)
    expect(count(elsewhere)).to_have_text(re.compile(r"^7[12] runs$"))
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(re.compile("/runs$"))
    expect(to(page, history[0])).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("LEAVER-09999", 9_998), ("leaver-00001", 0), ("no bucket records", ONE_FAILED - 1)],
)
def test_a_run_is_found_by_what_it_was_given_or_went_wrong(
    page: Page, history: list[str], typed: str, found: int
) -> None:
    page.goto("/runs")
    page.get_by_role("searchbox", name="Search runs").fill(typed)
    expect(to(page, history[found])).to_be_visible()
    if "LEAVER" in typed.upper():
        expect(count(page)).to_have_text("1 run")
    else:
        expect(rows(page).first).to_contain_text("failed")


def test_a_run_is_found_by_the_beginning_of_its_id(page: Page, history: list[str]) -> None:
    page.goto("/runs")
    wanted = history[7_776]
    page.get_by_role("searchbox", name="Search runs").fill(wanted[:13])
    expect(to(page, wanted)).to_be_visible()
    expect(count(page)).to_have_text(re.compile(r"^[1-3] runs?$"))


def test_a_run_that_is_started_appears_where_it_belongs(
    page: Page, penstock: Penstock, history: list[str]
) -> None:
    page.goto("/runs")
    expect(to(page, history[0])).to_be_visible()
    fresh = started(penstock)
    expect(to(page, fresh)).to_be_visible(timeout=LIVE)
    expect(rows(page).first).to_contain_text("A fresh one")
    expect(rows(page).first).to_contain_text("succeeded", timeout=LIVE)

    # Where one has scrolled to, nothing moves under one's eyes.
    box(page).evaluate("box => { box.scrollTop = 3000 }")
    seen = to(page, history[60])
    expect(seen).to_be_visible()
    before = seen.bounding_box()
    total = count(page).inner_text()
    started(penstock)
    expect(count(page)).not_to_have_text(total, timeout=LIVE)
    assert seen.bounding_box() == before

    # What is narrowed shows only what belongs there.
    page.goto("/runs?flow=fresh")
    expect(rows(page).first).to_be_visible()
    before_it = int(count(page).inner_text().split()[0])
    penstock.ok("flows", "run", "tidy")
    started(penstock)
    expect(count(page)).to_have_text(f"{before_it + 1} runs", timeout=LIVE)
    expect(box(page)).not_to_contain_text("tidy")


def started(penstock: Penstock) -> str:
    """The id of a run of the flow that has none in the history, ended."""
    penstock.ok("flows", "run", "fresh")
    listed = penstock.ok("runs", "list", "--flow", "fresh", "--json").json
    return str(listed[0]["id"])


def test_the_lists_end_is_reached_by_keyboard(page: Page, history: list[str]) -> None:
    page.goto("/runs?status=failed&within=day")
    first = to(page, history[ONE_FAILED - 1])
    first.focus()
    page.keyboard.press("End")
    expect(rows(page).last).to_be_in_viewport()
    # The row that had the focus is out of the page by now; the list has it.
    expect(box(page)).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
