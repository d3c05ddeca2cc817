"""Runs, as a person finds, watches, understands and repeats them in the browser."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from penstock.sandbox.info import SandboxInfo
from penstock.sandbox.process import SandboxProcess
from tests.acceptance.command import Penstock
from tests.accounts import Customer, unique
from tests.browser.keeping import Keeper
from tests.browser.look import Look
from tests.browser.practice import Practice, practice, stopped

LIVE = 20_000
"""Milliseconds in which a page that is followed has to show what happened."""


@pytest.fixture(scope="module")
def acme(penstock: Penstock, kept: Keeper, sandbox: SandboxInfo) -> Practice:
    return practice(penstock, Customer(sandbox), kept)


def card(page: Page, name: str) -> Locator:
    """The card with this id on a run's strip."""
    strip = page.get_by_role("list", name="What each card was given and gave")
    return strip.get_by_role("listitem", name=re.compile(rf", {name}$"))


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


def test_a_run_shows_every_cards_values(page: Page, acme: Practice, look: Look) -> None:
    run = acme.run(acme.looking("Look around"))
    page.goto(f"/runs/{run}")
    expect(page.get_by_role("heading", name="Look around", level=1)).to_be_visible()
    for name in ("find", "fetch", "receipt"):
        expect(card(page, name).get_by_text("succeeded", exact=True)).to_be_visible()
    find = card(page, "find")
    expect(find).to_contain_text("What is in the folder")
    expect(find).to_contain_text("reports/")
    expect(find.get_by_role("link", name=acme.nickname)).to_be_visible()
    expect(page.get_by_text("Which folder")).to_be_visible()
    look.everywhere("succeeded")

    # What has parts opens where it is.
    find.get_by_text("objects", exact=True).click()
    find.get_by_text("reports/2026.csv").first.click()
    expect(find.get_by_text("STANDARD")).to_be_visible()
    find.get_by_text("2 requests").click()
    requests = find.get_by_role("list", name="AWS requests of Search Objects")
    expect(requests.get_by_role("listitem")).to_have_count(2)
    requests.get_by_role("button", name=re.compile("Copy request ID")).last.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"[0-9A-F]{16}", copied)
    expect(requests).to_contain_text(copied)
    look.everywhere("opened")

    expect(page.get_by_role("region", name="Sessions")).to_contain_text("narrowed")
    page.get_by_role("button", name="Show the log").click()
    expect(page.get_by_role("region", name="Log").get_by_role("table")).to_contain_text(
        "session.narrowed"
    )


def test_a_file_of_a_run_is_downloaded(page: Page, acme: Practice) -> None:
    run = acme.run(acme.looking())
    page.goto(f"/runs/{run}")
    files = page.get_by_role("region", name="Files")
    expect(files).to_contain_text("Download Object")
    with page.expect_download() as started:
        files.get_by_role("link", name="2026.csv").click()
    assert Path(started.value.path()).read_bytes() == b"quarter,revenue\nQ1,101\n"


def test_a_denial_says_what_to_add_and_adding_it_helps(
    page: Page, acme: Practice, customer: Customer, look: Look
) -> None:
    run = acme.run(acme.denied(), fails=True)
    page.goto(f"/runs/{run}")
    expect(page.get_by_text("failed at Upload Object")).to_be_visible()
    overwrite = card(page, "overwrite")
    expect(overwrite).to_be_in_viewport()
    expect(overwrite).to_contain_text("no identity-based policy allows it")
    expect(overwrite).to_contain_text("1 attempt")
    expect(card(page, "tag")).to_contain_text("Its turn never came")
    look.everywhere("denied")

    overwrite.get_by_role("button", name="Copy statement to add").click()
    statement = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert statement["Action"] == "s3:PutObject"
    customer.iam.put_role_policy(
        RoleName=acme.role.rpartition("/")[2],
        PolicyName="added",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    page.get_by_role("button", name="Run again").click()
    page.wait_for_url(lambda url: run not in url)
    expect(overwrite.get_by_text("succeeded", exact=True)).to_be_visible(timeout=LIVE)
    expect(page.get_by_text("failed at Tag Object")).to_be_visible(timeout=LIVE)


def test_a_run_under_way_is_the_same_after_a_reload_and_ends_by_itself(
    page: Page, acme: Practice, sandbox_process: SandboxProcess, look: Look
) -> None:
    run = acme.run(acme.looking("Watch me"))
    page.goto(f"/runs/{run}")
    with stopped(sandbox_process):
        page.get_by_role("button", name="Run again").click()
        page.wait_for_url(lambda url: run not in url)
        find = card(page, "find")
        expect(find.get_by_text("running", exact=True)).to_be_visible(timeout=LIVE)
        expect(card(page, "fetch")).to_contain_text("Its turn has not come")
        look.everywhere("under-way")
        page.reload()
        expect(find.get_by_text("running", exact=True)).to_be_visible(timeout=LIVE)
        expect(find).to_contain_text("reports/")
        expect(page.get_by_role("button", name="Cancel")).to_be_enabled()
    expect(card(page, "receipt").get_by_text("succeeded", exact=True)).to_be_visible(timeout=LIVE)
    expect(page.get_by_role("button", name="Run again")).to_be_visible()


def test_a_run_is_cancelled(page: Page, acme: Practice, sandbox_process: SandboxProcess) -> None:
    run = acme.run(acme.looking())
    page.goto(f"/runs/{run}")
    with stopped(sandbox_process):
        page.get_by_role("button", name="Run again").click()
        page.wait_for_url(lambda url: run not in url)
        expect(card(page, "find").get_by_text("running", exact=True)).to_be_visible(timeout=LIVE)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Cancelling…")).to_be_disabled()
    expect(page.get_by_text("cancelled", exact=True).first).to_be_visible(timeout=LIVE)
    expect(card(page, "receipt").get_by_text("skipped", exact=True)).to_be_visible()


def test_a_server_killed_in_mid_run_comes_back_and_the_page_with_it(
    context: BrowserContext,
    tmp_path: Path,
    sandbox: SandboxInfo,
    sandbox_process: SandboxProcess,
    customer: Customer,
) -> None:
    penstock = Penstock(tmp_path / "data", sandbox.variables())
    page = context.new_page()
    with penstock.server() as (process, url):
        acme = practice(penstock, customer)
        run = acme.run(acme.looking("Survivor"))
        page.goto(f"{url}/runs/{run}")
        with stopped(sandbox_process):
            page.get_by_role("button", name="Run again").click()
            page.wait_for_url(lambda address: run not in address)
            find = card(page, "find")
            expect(find.get_by_text("running", exact=True)).to_be_visible(timeout=LIVE)
            process.kill()
            process.wait(30)
            expect(page.get_by_text("Connection lost. Coming back…")).to_be_visible(timeout=LIVE)
            expect(find).to_contain_text("reports/")
    port = url.rpartition(":")[2]
    with penstock.server("--port", port):
        expect(page.get_by_text("Connection lost. Coming back…")).to_have_count(0, timeout=LIVE)
        last = card(page, "receipt").get_by_text("succeeded", exact=True)
        expect(last).to_be_visible(timeout=LIVE)
        expect(card(page, "find")).to_contain_text("2 attempts")


def test_the_list_is_live_and_narrowed_by_filters_in_the_address(
    page: Page, acme: Practice, look: Look
) -> None:
    good, bad = acme.looking("Good one"), acme.denied()
    acme.run(good)
    page.goto("/runs")
    expect(row(page, "Good one")).to_contain_text("succeeded")
    acme.run(bad, fails=True)
    # It comes without a reload.
    expect(row(page, "Overwrite the payroll").first).to_contain_text("failed at", timeout=LIVE)
    look.everywhere("list")

    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="failed").click()
    expect(row(page, "Good one")).to_have_count(0)
    expect(row(page, "Overwrite the payroll").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="State")).to_have_value("failed")
    expect(row(page, "Good one")).to_have_count(0)
    page.get_by_role("button", name="Clear filters").click()
    expect(row(page, "Good one").first).to_be_visible()

    search = page.get_by_role("searchbox", name="Search runs")
    search.fill("GOOD one")
    expect(row(page, "Overwrite the payroll")).to_have_count(0)
    expect(row(page, "Good one").first).to_be_visible()
    search.fill("nothing is called that")
    expect(page.get_by_role("heading", name="No run is like that")).to_be_visible()
    look.everywhere("list-none")
    search.fill("")

    page.get_by_role("combobox", name="Connection").fill(acme.nickname)
    page.get_by_role("option", name=acme.nickname).click()
    expect(row(page, "Good one").first).to_be_visible()
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Between dates").click()
    page.get_by_label("To (included)").fill("2020-01-01")
    expect(page.get_by_role("heading", name="No run is like that")).to_be_visible()
    assert "to=2020-01-01" in page.url


def test_a_run_is_found_with_the_keyboard_alone(page: Page, acme: Practice) -> None:
    title = unique("Findable")
    acme.run(acme.looking(title))
    page.goto("/runs")
    expect(row(page, title)).to_be_visible()
    page.get_by_role("searchbox", name="Search runs").focus()
    page.keyboard.type(title)
    expect(page.get_by_role("row")).to_have_count(2)
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == title:
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    # From the overview to a card, and on from there.
    page.get_by_role("navigation", name="Cards of this run").get_by_role("button").last.press(
        "Enter"
    )
    expect(card(page, "receipt")).to_be_focused()


def test_hostile_names_and_values_stay_text_and_in_their_place(
    page: Page, acme: Practice, look: Look
) -> None:
    titles = [
        "<script>alert(1)</script>",
        "\u202eحذف الملفات القديمة",
        "W" * 10_000,
    ]
    flows = {title: acme.looking(title) for title in titles}
    for flow in flows.values():
        for folder in ("<img src=x onerror=alert(1)>", "x" * 900, "\u202eאבג"):
            said = acme.penstock("flows", "run", flow, "--input", f"folder={folder}")
            # Nothing is in such a folder, so the next card has nothing to fetch.
            assert said.code != 0
    page.goto("/runs")
    expect(row(page, titles[0]).first).to_be_visible()
    look.everywhere("list-hostile")
    for flow in flows.values():
        listed = acme.penstock.ok("runs", "list", "--flow", flow, "--json").json
        for each in listed:
            page.goto(f"/runs/{each['id']}")
            expect(card(page, "find").get_by_text("succeeded", exact=True)).to_be_visible()
    look.everywhere("hostile")


def test_what_is_not_there_is_said(page: Page, server: str, look: Look) -> None:
    page.goto("/runs/no-such-run")
    expect(page.get_by_role("alert")).to_contain_text("There is no run no-such-run")
    look.everywhere("missing")
