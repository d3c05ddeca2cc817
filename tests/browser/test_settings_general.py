"""Settings, General: how long things are kept, sweeping, and how the server is; deleting a run."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from penstock.engine.removal import CHORE
from penstock.engine.retention import Sweep
from penstock.store.chores import ChoreBook
from penstock.store.database import Database, open_database
from penstock.store.tables import runs as runs_table
from tests.acceptance.command import Penstock
from tests.acceptance.test_retention import age, ran
from tests.acceptance.test_sharing import first_link
from tests.browser.look import Look
from tests.browser.people import become_administrator, join, let_in

GONE_WELL = "Runs that succeeded or were cancelled"


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    """The address of a server with an administrator, an editor, a runner and a viewer."""
    with penstock.server() as (process, url):
        become_administrator(url, first_link(process), "root")
        for username, role in (("ed", "editor"), ("ru", "runner"), ("vi", "viewer")):
            join(penstock, username, role)
        yield url


@pytest.fixture
def database(penstock: Penstock, server: str) -> Iterator[Database]:
    database = open_database(penstock.data)
    yield database
    database.close()


@pytest.fixture
def usual(penstock: Penstock, server: str) -> None:
    """Times as they are before anybody sets them."""
    penstock.ok("retention", "set", "--runs", "30", "--failed", "90", "--audit", "400")


@pytest.fixture
def settings(context: BrowserContext, page: Page, server: str, usual: None) -> Page:
    """The page, signed in as the administrator, at Settings."""
    let_in(context, server, "root")
    page.goto("/settings")
    expect(kept(page)).to_be_visible()
    return page


@pytest.fixture
def editor(context: BrowserContext, page: Page, server: str) -> Page:
    """The page, signed in as one who may change flows but not settings."""
    let_in(context, server, "ed")
    return page


@contextmanager
def sweeping(database: Database) -> Iterator[None]:
    """Another worker removes what is past its time, and is not through."""
    book = ChoreBook(database)
    assert book.claim(CHORE, "another worker", seconds=600)
    try:
        yield
    finally:
        book.release(CHORE, "another worker", book.look(CHORE).report)


def kept(page: Page) -> Locator:
    return page.get_by_role("region", name="How long things are kept")


def days(page: Page, label: str) -> Locator:
    return kept(page).get_by_role("textbox", name=label)


def going(page: Page) -> Locator:
    return kept(page).get_by_role("region", name=re.compile("with the next sweep|Would go"))


def finding(page: Page, title: str) -> Locator:
    return (
        page.get_by_role("list", name="What was looked at")
        .get_by_role("listitem")
        .filter(has_text=title)
    )


def exists(database: Database, run_id: str) -> bool:
    with database.read() as sql:
        return sql.execute(runs_table.select().where(runs_table.c.id == run_id)).first() is not None


def test_a_time_is_shortened_after_seeing_what_goes_and_what_is_past_it_swept(
    settings: Page, penstock: Penstock, database: Database, tmp_path: Path, look: Look
) -> None:
    young, old = ran(penstock, tmp_path), ran(penstock, tmp_path)
    age(penstock, old, 12)
    settings.reload()
    expect(going(settings)).to_contain_text("Nothing there is now.")
    expect(kept(settings).get_by_role("button", name="Save")).to_be_disabled()

    days(settings, GONE_WELL).fill("7")
    expect(going(settings)).to_contain_text("1 run; the oldest ended")
    look.everywhere("would-go")
    with sweeping(database):
        kept(settings).get_by_role("button", name="Save").click()
        question = settings.get_by_role("dialog", name="Keep them for less long?")
        expect(question).to_contain_text("1 run")
        look.everywhere("shorter")
        question.get_by_role("button", name="Cancel").click()
        assert penstock.ok("retention", "show", "--json").json["runs_days"] == 30
        # By Enter in a field, as by the button.
        days(settings, GONE_WELL).press("Enter")
        question.get_by_role("button", name="Save").click()
        expect(kept(settings)).to_contain_text("Saved.")
        expect(days(settings, GONE_WELL)).to_be_focused()
        assert penstock.ok("retention", "show", "--json").json["runs_days"] == 7

        kept(settings).get_by_role("button", name="Sweep now").click()
        sweep = settings.get_by_role("dialog", name="Sweep now?")
        expect(sweep).to_contain_text("1 run")
        sweep.get_by_role("button", name="Remove now").click()
        expect(sweep.get_by_role("alert")).to_contain_text("being removed just now")
        look.everywhere("sweep-busy")
        assert exists(database, old)
    sweep.get_by_role("button", name="Remove now").click()
    swept = settings.get_by_role("dialog", name="Swept")
    expect(swept).to_contain_text("1 run")
    look.everywhere("swept")
    expect(swept.get_by_role("button", name="Done")).to_be_focused()
    settings.keyboard.press("Enter")
    expect(kept(settings).get_by_role("button", name="Sweep now")).to_be_focused()
    last = kept(settings).get_by_role("region", name="Last sweep")
    expect(last).to_contain_text("1 run removed")
    expect(going(settings)).to_contain_text("Nothing there is now.")
    assert not exists(database, old)
    assert exists(database, young)
    # What was done is written down, with who did it.
    audit = penstock.ok("audit", "--verb", "settings", "--json").json
    assert {(each["who"], each["verb"]) for each in audit} >= {
        ("root", "settings.change_retention"),
        ("root", "settings.sweep"),
    }


def test_for_ever_and_back_by_keyboard_alone(settings: Page, penstock: Penstock) -> None:
    field = days(settings, "Failed runs")
    field.press("Control+a")
    settings.keyboard.type("120")
    settings.keyboard.press("Tab")
    forever = kept(settings).get_by_role("checkbox", name="Failed runs: keep for ever")
    expect(forever).to_be_focused()
    settings.keyboard.press("Space")
    expect(field).to_be_disabled()
    settings.keyboard.press("Space")
    expect(field).to_have_value("120 days")
    settings.keyboard.press("Space")
    save = kept(settings).get_by_role("button", name="Save")
    for _ in range(6):
        settings.keyboard.press("Tab")
        if save.evaluate("button => button === document.activeElement"):
            break
    settings.keyboard.press("Enter")
    # Longer than before: nothing goes, so nothing is asked.
    expect(kept(settings)).to_contain_text("Saved.")
    expect(settings.get_by_role("dialog")).to_have_count(0)
    assert penstock.ok("retention", "show", "--json").json["failed_days"] is None
    settings.reload()
    expect(forever).to_be_checked()


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        (GONE_WELL, "0", "At least 1 day."),
        (GONE_WELL, "", "A whole number of days, or for ever."),
        ("Failed runs", "3651", "At most 3,650 days."),
        ("Failed runs", "9" * 60, "At most 3,650 days."),
        ("Audit log", "89", "At least 90 days."),
    ],
)
def test_what_is_no_time_is_said_at_its_field_and_not_saved(
    settings: Page, label: str, typed: str, said: str
) -> None:
    field = days(settings, label)
    before = field.input_value()
    field.fill(typed)
    expect(field).to_have_accessible_description(re.compile(re.escape(said)))
    expect(kept(settings).get_by_role("button", name="Save")).to_be_disabled()
    field.press("Enter")
    kept(settings).get_by_role("button", name="Discard changes").click()
    expect(field).to_have_value(before)
    expect(kept(settings).get_by_text(said)).to_have_count(0)


def test_what_is_wrong_with_a_field_is_seen(settings: Page, look: Look) -> None:
    days(settings, "Audit log").fill("30")
    expect(kept(settings)).to_contain_text("At least 90 days.")
    look.everywhere("wrong")


def test_a_sweep_that_failed_is_told_of_and_looking_again_shows_what_changed(
    settings: Page, database: Database, look: Look
) -> None:
    health = settings.get_by_role("region", name="Health")
    expect(finding(settings, "Database")).to_contain_text("fine")
    expect(finding(settings, "Clock")).to_contain_text("agrees with AWS")
    expect(health).to_contain_text("Looked at just now")
    look.everywhere("well")

    book, now = ChoreBook(database), datetime.now(UTC)
    before = book.look(CHORE).report
    fault = "OSError: [Errno 28] No space left on device: '" + "x" * 300 + "'"
    failed = Sweep(begun_at=now, ended_at=now, runs=3, complete=False, fault=fault)
    assert book.claim(CHORE, "a test", seconds=60)
    book.release(CHORE, "a test", failed.model_dump(mode="json"))
    try:
        health.get_by_role("button", name="Look again").click()
        expect(finding(settings, "Sweep")).to_contain_text("wrong")
        expect(finding(settings, "Sweep")).to_contain_text("No space left on device")
        expect(health).to_contain_text("1 thing is wrong")
        expect(health.get_by_role("button", name="Look again")).to_be_focused()
        settings.reload()
        last = kept(settings).get_by_role("region", name="Last sweep")
        expect(last).to_contain_text("It failed: OSError")
        finding(settings, "Sweep").scroll_into_view_if_needed()
        look.everywhere("unwell")
    finally:
        assert book.claim(CHORE, "a test", seconds=60)
        book.release(CHORE, "a test", before)


def test_what_cannot_be_asked_is_said_and_asked_again(settings: Page, look: Look) -> None:
    asked = re.compile(r"/api/v1/(health/details|settings/retention)")
    settings.route(asked, lambda route: route.abort())
    settings.reload()
    health = settings.get_by_role("region", name="Health")
    for part in (health, kept(settings)):
        expect(part.get_by_role("alert")).to_contain_text(
            "The server does not answer", timeout=30_000
        )
    look.everywhere("unreachable")
    settings.unroute(asked)
    health.get_by_role("button", name="Try again").click()
    expect(finding(settings, "Database")).to_be_visible()
    expect(days(settings, GONE_WELL)).to_have_value("30 days", timeout=30_000)


def test_a_server_without_aws_says_what_to_do(
    tmp_path: Path, context: BrowserContext, page: Page, look: Look
) -> None:
    alone = Penstock(tmp_path / "data", {})
    with alone.server() as (_, url):
        page.goto(f"{url}/settings")
        principal = finding(page, "Platform principal")
        expect(principal).to_contain_text("wrong")
        expect(principal).to_contain_text("AWS_ACCESS_KEY_ID")
        # What is wrong stands before what is fine.
        listed = page.get_by_role("list", name="What was looked at").get_by_role("listitem")
        expect(listed.first).to_contain_text("Platform principal")
        principal.scroll_into_view_if_needed()
        look.everywhere("without-aws")


def test_who_is_no_administrator_sees_how_the_server_is_and_sets_nothing(
    context: BrowserContext, page: Page, server: str, look: Look
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    let_in(context, server, "vi")
    page.goto("/settings")
    expect(finding(page, "Database")).to_be_visible()
    expect(kept(page)).to_have_count(0)
    look.everywhere("as-viewer")
    assert not [url for url in asked if "/settings/retention" in url]


def test_a_run_is_deleted_by_keyboard_and_gone_from_the_list(
    editor: Page, penstock: Penstock, database: Database, tmp_path: Path, look: Look
) -> None:
    stays, goes = ran(penstock, tmp_path), ran(penstock, tmp_path)
    editor.goto("/runs")
    link = editor.locator(f"a[href='/runs/{goes}']")
    link.press("Enter")
    delete = editor.get_by_role("button", name="Delete", exact=True)
    delete.press("Enter")
    dialog = editor.get_by_role("dialog", name="Delete this run?")
    expect(dialog).to_contain_text("for good")
    look.everywhere("delete-run")
    editor.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(delete).to_be_focused()
    assert exists(database, goes)

    failures: list[str] = []
    editor.on("response", lambda got: failures.append(got.url) if got.status >= 400 else None)
    delete.press("Enter")
    dialog.get_by_role("button", name="Delete the run").press("Enter")
    expect(editor).to_have_url(re.compile("/runs$"))
    expect(editor.get_by_role("main")).to_be_focused()
    expect(editor.locator(f"a[href='/runs/{stays}']")).to_be_visible()
    expect(link).to_have_count(0)
    # Nobody asked once more for what was gone.
    assert failures == []
    assert not exists(database, goes)
    editor.goto(f"/runs/{goes}")
    expect(editor.get_by_role("alert")).to_contain_text("There is no run")


def test_a_run_that_somebody_else_deleted_meanwhile(
    editor: Page, penstock: Penstock, tmp_path: Path
) -> None:
    run = ran(penstock, tmp_path)
    editor.goto(f"/runs/{run}")
    editor.get_by_role("button", name="Delete", exact=True).click()
    penstock.ok("runs", "delete", run)
    dialog = editor.get_by_role("dialog", name="Delete this run?")
    dialog.get_by_role("button", name="Delete the run").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no run")


def test_only_who_may_change_things_deletes_runs(
    context: BrowserContext, page: Page, server: str, penstock: Penstock, tmp_path: Path
) -> None:
    run = ran(penstock, tmp_path)
    let_in(context, server, "ru")
    page.goto(f"/runs/{run}")
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
