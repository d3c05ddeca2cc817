"""Work that something comes between: another person, another tab, a lost line, a server that is
started anew, a session that ends. Nothing is lost, nothing done twice, nothing overwritten unasked.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Route, expect

from penstock.sandbox.info import SandboxInfo
from penstock.sandbox.process import SandboxProcess
from penstock.store.database import open_database
from penstock.store.tables import sessions
from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import PASSWORD, first_link
from tests.accounts import Customer, unique
from tests.browser.cutting import line_to
from tests.browser.designing import card, open_flow, save, text_input
from tests.browser.look import Look
from tests.browser.people import become_administrator, join, let_in
from tests.browser.practice import Practice, practice, stopped

TOLD = 40_000
"""Milliseconds in which a page hears of what happened elsewhere."""

FLOW = """\
flow: {name}
title: Read a report
description: Whose it is
cards:
  - id: find
    card: s3.search_objects
    connection: {connection}
    inputs: {{bucket: {bucket}, prefix: reports/}}
  - id: read
    card: s3.read_object
    connection: {connection}
    inputs: {{bucket: {bucket}, key: reports/2026.csv}}
"""


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    """Several people use it: anna, its administrator, and ben and cleo, who edit flows."""
    with penstock.server() as (process, url):
        become_administrator(url, first_link(process), "anna")
        for name in ("ben", "cleo"):
            join(penstock, name, "editor")
        yield url


@pytest.fixture(scope="module")
def acme(penstock: Penstock, server: str, sandbox: SandboxInfo) -> Practice:
    return practice(penstock, Customer(sandbox))


@pytest.fixture
def context(context: BrowserContext, server: str) -> BrowserContext:
    """Anna's browser."""
    let_in(context, server, "anna")
    return context


@pytest.fixture
def ben(browser: Browser, server: str) -> Iterator[Page]:
    """A page of another browser, ben's."""
    context = browser.new_context(
        base_url=server,
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(15_000)
    let_in(context, server, "ben")
    yield context.new_page()
    context.close()


@pytest.fixture
def flow(acme: Practice) -> str:
    """A kept flow: find reports, read one."""
    return keep(acme)


def keep(acme: Practice) -> str:
    name = unique("shared").replace("-", "_")
    text = FLOW.format(name=name, connection=acme.nickname, bucket=acme.bucket)
    return acme.apply(name, text)


def title(page: Page) -> Locator:
    return page.get_by_label("Title of the flow")


def headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def conflict(page: Page) -> Locator:
    """What the page says of what somebody else has done to its flow."""
    return page.get_by_role("alert").filter(has_text=re.compile("saved version|deleted this flow"))


def exported(penstock: Penstock, flow: str) -> str:
    return penstock.ok("flows", "export", flow).out


# Two people


def test_what_two_have_changed_is_merged(
    page: Page, ben: Page, penstock: Penstock, flow: str, look: Look
) -> None:
    for each in (page, ben):
        open_flow(each, flow)
    text_input(card(ben, "Read Object"), "Key").fill("reports/2027.csv")
    title(page).fill("Read anna's report")
    save(page, 2)

    # He is told without asking, and nothing of his is touched.
    told = conflict(ben)
    expect(told).to_contain_text("anna has saved version 2 meanwhile", timeout=TOLD)
    expect(text_input(card(ben, "Read Object"), "Key")).to_have_value("reports/2027.csv")
    headed(ben, "Read a report")
    told.get_by_role("button", name="See what they changed").click()
    changes = ben.get_by_role("region", name=re.compile("From version 2"))
    expect(changes).to_contain_text("Read anna's report")
    Look(ben, look.part).everywhere("told")
    told.get_by_role("button", name="Merge both").click()
    headed(ben, "Read anna's report")
    expect(text_input(card(ben, "Read Object"), "Key")).to_have_value("reports/2027.csv")
    expect(told).to_have_count(0)
    merged = ben.get_by_role("status").filter(has_text="merged")
    expect(merged).not_to_contain_text("both of you had changed")
    assert "2027" not in exported(penstock, flow)
    save(ben, 3)
    kept = exported(penstock, flow)
    assert "title: Read anna's report" in kept
    assert "key: reports/2027.csv" in kept
    # And now it is anna who is told. She has nothing of her own that is not saved.
    told = conflict(page)
    expect(told).to_contain_text("ben has saved version 3 meanwhile", timeout=TOLD)
    expect(told.get_by_role("button", name="Merge both")).to_have_count(0)
    told.get_by_role("button", name="Take theirs").click()
    expect(text_input(card(page, "Read Object"), "Key")).to_have_value("reports/2027.csv")
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)


def test_cards_that_two_have_added_are_both_there(
    page: Page, ben: Page, penstock: Penstock, flow: str
) -> None:
    for each in (page, ben):
        open_flow(each, flow)
    for each, wanted in ((page, "Read Object Tags"), (ben, "Download Object")):
        each.get_by_role("button", name="Add a card after Read Object read").click()
        palette = each.get_by_role("dialog", name="Add a card")
        palette.get_by_role("combobox").fill(wanted)
        palette.get_by_role("option", name=re.compile(f"^{wanted}")).first.click()
        added = card(each, wanted)
        text_input(added, "Bucket").fill("a-bucket")
        text_input(added, "Key").fill("k")
    save(page, 2)
    conflict(ben).get_by_role("button", name="Merge both").click(timeout=TOLD)
    expect(card(ben, "Read Object Tags")).to_be_visible()
    expect(card(ben, "Download Object")).to_be_visible()
    save(ben, 3)
    kept = exported(penstock, flow)
    assert "s3.read_object_tags" in kept
    assert "s3.download_object" in kept


def test_where_two_have_changed_the_same_mine_stands_and_theirs_is_shown(
    page: Page, ben: Page, penstock: Penstock, flow: str
) -> None:
    for each in (page, ben):
        open_flow(each, flow)
    title(ben).fill("Ben's title")
    title(page).fill("Anna's title")
    save(page, 2)
    conflict(ben).get_by_role("button", name="Merge both").click(timeout=TOLD)
    said = ben.get_by_role("status").filter(has_text="merged")
    expect(said).to_contain_text("In one place both of you had changed the same lines")
    headed(ben, "Ben's title")
    said.get_by_role("button", name="Compare with version 2").click()
    changes = ben.get_by_role("region", name=re.compile("From version 2"))
    expect(changes).to_contain_text("Anna's title")
    expect(changes).to_contain_text("Ben's title")
    assert "Anna's title" in exported(penstock, flow)
    save(ben, 3)
    assert "Ben's title" in exported(penstock, flow)


def test_theirs_is_taken_and_mine_is_an_undo_away(
    page: Page, ben: Page, penstock: Penstock, flow: str
) -> None:
    for each in (page, ben):
        open_flow(each, flow)
    title(page).fill("Anna's title")
    save(page, 2)
    # Before he has heard of it.
    title(ben).fill("Ben's title")
    ben.get_by_role("button", name="Save", exact=True).click()
    told = conflict(ben)
    expect(told).to_contain_text("has saved version 2 meanwhile")
    assert "Anna's title" in exported(penstock, flow)
    told.get_by_role("button", name="Take theirs").click()
    headed(ben, "Anna's title")
    expect(told).to_have_count(0)
    ben.get_by_role("button", name="Undo").click()
    headed(ben, "Ben's title")
    save(ben, 3)
    assert "Ben's title" in exported(penstock, flow)


def test_a_flow_that_somebody_deletes_can_be_saved_again(
    page: Page, penstock: Penstock, flow: str
) -> None:
    open_flow(page, flow)
    title(page).fill("Still wanted")
    penstock.ok("flows", "delete", flow)
    told = conflict(page)
    expect(told).to_contain_text("Somebody has deleted this flow meanwhile", timeout=TOLD)
    told.get_by_role("button", name="Save mine as the next version").click()
    expect(told).to_have_count(0)
    assert "Still wanted" in exported(penstock, flow)


# Two tabs of one person, one tab that is left


def test_what_two_tabs_hold_are_two_things(
    context: BrowserContext, page: Page, penstock: Penstock, flow: str
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    open_flow(page, flow)
    title(page).fill("The first tab's")
    wait_for_backup(page, flow, "The first tab's")
    second = context.new_page()
    second.on("dialog", lambda dialog: dialog.accept())
    second.goto(f"/flows/{flow}")
    headed(second, "The first tab's")
    title(second).fill("The second tab's")
    wait_for_backup(second, flow, "The second tab's")
    for each, mine in ((page, "The first tab's"), (second, "The second tab's")):
        each.reload()
        headed(each, mine)
    save(second, 2)
    expect(conflict(page)).to_contain_text("You have saved version 2 elsewhere", timeout=TOLD)
    headed(page, "The first tab's")
    assert "The second tab's" in exported(penstock, flow)


def wait_for_backup(page: Page, flow: str, text: str) -> None:
    page.wait_for_function(
        "([key, text]) => localStorage.getItem(key)?.includes(text)",
        arg=[f"penstock.unsaved.{flow}", text],
    )


def test_a_tab_that_is_closed_asks_and_what_it_held_is_there_again(
    context: BrowserContext, page: Page, flow: str
) -> None:
    open_flow(page, flow)
    title(page).fill("Half a thought")
    asked: list[Dialog] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.dismiss()

    page.once("dialog", stay)
    page.close(run_before_unload=True)
    expect(page.get_by_text("not saved", exact=True)).to_be_visible()
    page.wait_for_timeout(0)
    assert [dialog.type for dialog in asked] == ["beforeunload"]
    page.close()
    again = context.new_page()
    again.goto(f"/flows/{flow}")
    headed(again, "Half a thought")
    again.get_by_role("button", name="Discard them").click()
    headed(again, "Read a report")
    again.reload()
    headed(again, "Read a report")
    expect(again.get_by_text("Your changes that were not saved")).to_have_count(0)


def test_back_and_forward_take_what_is_not_saved_along(page: Page, flow: str) -> None:
    page.goto("/flows")
    page.get_by_role("link", name="Read a report").first.wait_for()
    open_flow(page, flow)
    # At once: nothing waits for a pause in typing.
    title(page).fill("On the way")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Flows").click()
    expect(page.get_by_role("heading", name="Flows", level=1)).to_be_visible()
    page.go_back()
    headed(page, "On the way")
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.go_back()
    headed(page, "On the way")
    page.go_forward()
    page.go_back()
    headed(page, "On the way")
    save(page, 2)
    page.reload()
    headed(page, "On the way")
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)


# Answers that never come, and gestures that come twice


def lose_the_first(page: Page, address: str) -> Callable[[], int]:
    """The server does what it is asked to, but its first answer never comes; how many came."""
    answered: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        response = route.fetch()
        answered.append(response.status)
        if len(answered) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=response)

    page.route(address, lose)
    return lambda: len(answered)


def test_a_save_whose_answer_was_lost_is_saved_once(
    page: Page, penstock: Penstock, flow: str
) -> None:
    open_flow(page, flow)
    count = lose_the_first(page, "**/api/v1/flows")
    title(page).fill("Said once")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert "Said once" in exported(penstock, flow)
    # It was saved and nobody knows: neither is it lost, nor somebody else's.
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert count() == 2
    assert penstock.ok("flows", "show", flow, "--json").json["version"] == 2


def runs_of(penstock: Penstock, flow: str) -> int:
    return len(penstock.ok("runs", "list", "--flow", flow, "--json").json)


def test_a_run_whose_answer_was_lost_is_started_once(
    page: Page, penstock: Penstock, flow: str
) -> None:
    open_flow(page, flow)
    count = lose_the_first(page, f"**/api/v1/flows/{flow}/runs")
    page.get_by_role("button", name="Run", exact=True).click()
    start = page.get_by_role("dialog").get_by_role("button", name="Run", exact=True)
    start.click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    start.click()
    page.wait_for_url("**/runs/**")
    assert count() == 2
    assert runs_of(penstock, flow) == 1


def test_a_double_click_does_it_once(page: Page, penstock: Penstock, flow: str) -> None:
    page.goto("/flows")
    page.get_by_role("button", name="New flow").click()
    dialog = page.get_by_role("dialog", name="New flow")
    name = unique("double").replace("-", "_")
    dialog.get_by_label("Title").fill(name)
    dialog.get_by_role("button", name="Create flow").dblclick()
    headed(page, name)
    assert penstock.ok("flows", "show", name, "--json").json["version"] == 1

    open_flow(page, flow)
    page.get_by_role("button", name="Run", exact=True).dblclick()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).dblclick()
    page.wait_for_url("**/runs/**")
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=TOLD)
    assert runs_of(penstock, flow) == 1
    first = page.url
    page.get_by_role("button", name="Run again").dblclick()
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=TOLD)
    assert runs_of(penstock, flow) == 2


# Lines that are cut


def strip_of(page: Page) -> str:
    """What the run's page says of every card, but for how long it took."""
    strip = page.get_by_role("list", name="What each card was given and gave")
    return re.sub(r"[\d.]+ (ms|s|min)\b", "", strip.inner_text())


def test_a_line_that_is_cut_in_mid_run_is_mended_and_the_page_with_it(
    page: Page, acme: Practice, flow: str, server: str, sandbox_process: SandboxProcess
) -> None:
    acme.run(flow)
    with line_to(server) as (line, near):
        let_in(page.context, near, "anna")
        uncut = page.context.new_page()
        with stopped(sandbox_process):
            open_flow(uncut, flow)
            uncut.get_by_role("button", name="Run", exact=True).click()
            uncut.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
            uncut.wait_for_url("**/runs/**")
            page.goto(uncut.url.replace(server, near))
            for each in (page, uncut):
                running = each.get_by_role("main").get_by_text("running", exact=True)
                expect(running.first).to_be_visible(timeout=TOLD)
            line.cut()
            lost = page.get_by_text("Connection lost. Coming back…")
            expect(lost).to_be_visible(timeout=TOLD)
            expect(uncut.get_by_text("Connection lost. Coming back…")).to_have_count(0)
        # It ends while the one page hears nothing of it, and says that it does not.
        done = uncut.get_by_role("listitem", name=re.compile(", read$"))
        expect(done.get_by_text("succeeded", exact=True)).to_be_visible(timeout=TOLD)
        expect(lost).to_be_visible()
        expect(page.get_by_text("succeeded", exact=True)).to_have_count(0)
        line.mend()
        expect(lost).to_have_count(0, timeout=TOLD)
        again = page.get_by_role("listitem", name=re.compile(", read$"))
        expect(again.get_by_text("succeeded", exact=True)).to_be_visible(timeout=TOLD)
        for each in (page, uncut):
            expect(each.get_by_role("button", name="Run again")).to_be_visible()
            # What its cards' values are called was lost with the line, too, and comes by itself.
            for ran in each.get_by_role("listitem", name=re.compile(", (find|read)$")).all():
                expect(ran).to_contain_text("Bucket")
        assert strip_of(page) == strip_of(uncut)
        # It must not go on asking over a line that is gone.
        page.goto("about:blank")


def test_a_server_started_anew_under_an_open_designer_loses_nothing(
    browser: Browser, tmp_path: Path, sandbox: SandboxInfo, customer: Customer
) -> None:
    penstock = Penstock(tmp_path / "data", sandbox.variables())
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    with penstock.server() as (process, url):
        flow = keep(practice(penstock, customer))
        page.goto(f"{url}/flows/{flow}")
        headed(page, "Read a report")
        title(page).fill("Before it went")
        process.kill()
        process.wait(30)
        text_input(card(page, "Read Object"), "Key").fill("while-it-was-away.csv")
        page.get_by_role("button", name="Save", exact=True).click()
        away = page.get_by_role("alert").filter(has_text="The server does not answer")
        expect(away).to_contain_text("kept in this browser", timeout=TOLD)
        headed(page, "Before it went")
    with penstock.server("--port", url.rpartition(":")[2]):
        # It notices by itself.
        expect(away).to_have_count(0, timeout=TOLD)
        expect(page.get_by_text("no problems")).to_be_visible(timeout=TOLD)
        save(page, 2)
        kept = exported(penstock, flow)
        assert "title: Before it went" in kept
        assert "key: while-it-was-away.csv" in kept
        context.close()


# Sessions that end


@contextmanager
def signing_in_again(page: Page, username: str, look: Look | None = None) -> Iterator[Locator]:
    """The sign-in over the page, filled in after the block; then it is gone."""
    again = page.get_by_role("dialog", name="Sign in again")
    expect(again).to_be_visible()
    if look:
        look.everywhere("again")
    yield again
    again.get_by_label("Username").fill(username)
    again.get_by_label("Password", exact=True).fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()


def test_a_session_that_ends_in_the_designer_is_gone_on_with(
    page: Page, penstock: Penstock, flow: str, look: Look
) -> None:
    open_flow(page, flow)
    title(page).fill("Typed before")
    expire(penstock.data)
    text_input(card(page, "Read Object"), "Key").fill("typed-after.csv")
    with signing_in_again(page, "anna", look):
        pass
    headed(page, "Typed before")
    expect(text_input(card(page, "Read Object"), "Key")).to_have_value("typed-after.csv")
    expect(page.get_by_text("no problems")).to_be_visible()
    # Not even the way back is lost: both changes can be undone.
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    headed(page, "Read a report")
    for _ in range(2):
        page.get_by_role("button", name="Redo").click()
    headed(page, "Typed before")

    # A save that is refused is made once one has signed in, without another click.
    expect(page.get_by_text("no problems")).to_be_visible()
    expire(penstock.data)
    page.get_by_role("button", name="Save", exact=True).click()
    with signing_in_again(page, "anna") as again:
        expect(again.get_by_label("Username")).to_have_value("anna")
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    kept = exported(penstock, flow)
    assert "title: Typed before" in kept
    assert "key: typed-after.csv" in kept


def expire(data: Path) -> None:
    """Every session there is has lasted its time."""
    database = open_database(data)
    try:
        with database.write() as sql:
            past = datetime.now(UTC) - timedelta(minutes=1)
            sql.execute(sessions.update().values(expires_at=past))
    finally:
        database.close()


def test_a_session_that_an_administrator_ends_is_gone_on_with(
    ben: Page, penstock: Penstock, flow: str
) -> None:
    open_flow(ben, flow)
    title(ben).fill("Ben's thought")
    penstock.ok("users", "disable", "ben")
    penstock.ok("users", "enable", "ben")
    ben.get_by_role("button", name="Save", exact=True).click()
    with signing_in_again(ben, "ben"):
        pass
    expect(ben.get_by_text("version 2", exact=True)).to_be_visible()
    assert "Ben's thought" in exported(penstock, flow)


def test_whoever_signs_in_instead_finds_nothing_of_it(
    page: Page, penstock: Penstock, flow: str
) -> None:
    open_flow(page, flow)
    title(page).fill("Anna's secret thought")
    expire(penstock.data)
    page.get_by_role("button", name="Save", exact=True).click()
    with signing_in_again(page, "cleo"):
        pass
    expect(page.get_by_role("button", name="Signed in as cleo")).to_be_visible()
    headed(page, "Read a report")
    expect(page.get_by_text("secret thought")).to_have_count(0)
    assert "secret thought" not in exported(penstock, flow)
    # Anna finds it again.
    page.get_by_role("button", name="Signed in as cleo").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Signed in as anna")).to_be_visible()
    page.goto(f"/flows/{flow}")
    headed(page, "Anna's secret thought")
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_run_is_followed_on_after_signing_in_again(
    page: Page, penstock: Penstock, flow: str, server: str, sandbox_process: SandboxProcess
) -> None:
    with line_to(server) as (line, near):
        let_in(page.context, near, "anna")
        page.goto(f"{near}/flows/{flow}")
        headed(page, "Read a report")
        with stopped(sandbox_process):
            page.get_by_role("button", name="Run", exact=True).click()
            page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
            page.wait_for_url("**/runs/**")
            running = page.get_by_role("main").get_by_text("running", exact=True)
            expect(running.first).to_be_visible(timeout=TOLD)
            expire(penstock.data)
            line.cut()
            line.mend()
            with signing_in_again(page, "anna"):
                expect(running.first).to_be_visible()
            expect(running.first).to_be_visible()
        expect(page.get_by_text("succeeded").first).to_be_visible(timeout=TOLD)
        # It must not go on asking over a line that is gone.
        page.goto("about:blank")
