"""From an address that opens for the first time to a run that is found a week later.

By somebody who has never seen YAML, once with the mouse and once with the keyboard alone. What
the customer does in their own account is done in the practice AWS, with what was copied.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer, allow
from tests.browser.ageing import aged
from tests.browser.designing import PROBED, add_first, card, drag, keys, text_input
from tests.browser.look import Look

PROVED = (
    "A role of another account",
    "Assumed with the right external ID",
    "Refused without an external ID",
    "Refused with another external ID",
    "Account and bucket owner",
)
COPIED = ("Account ID", "External ID", "Trust policy")
FOUND = "leavers/ada/report.csv"
WEEK = timedelta(days=7, hours=2)


@pytest.fixture
def penstock(tmp_path: Path, sandbox: SandboxInfo) -> Penstock:
    """Where there is nothing yet."""
    return Penstock(tmp_path / "data", sandbox.variables())


@pytest.fixture
def server(penstock: Penstock) -> Iterator[str]:
    with penstock.server() as (_, url):
        yield url


@pytest.fixture
def bucket(customer: Customer) -> str:
    made = customer.make_bucket()
    customer.put_object(made, FOUND, b"a,b\n1,2\n")
    return made


def copied(page: Page, copy: Callable[[], None]) -> str:
    """What `copy` puts into the clipboard."""
    page.evaluate("navigator.clipboard.writeText('nothing yet')")
    copy()
    page.wait_for_function("navigator.clipboard.readText().then(text => text !== 'nothing yet')")
    return str(page.evaluate("navigator.clipboard.readText()"))


def active(page: Page) -> str | None:
    """The option that Enter would choose."""
    named = "document.activeElement.getAttribute('aria-activedescendant')"
    return cast("str | None", page.evaluate(f"document.getElementById({named})?.textContent"))


def role_of(customer: Customer, bucket: str, account_id: str, external_id: str, said: str) -> str:
    """The role that the customer makes of what was copied."""
    trusted = json.loads(said)
    (statement,) = trusted["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": external_id}}
    assert f":{account_id}:" in json.dumps(statement["Principal"])
    may = [
        allow("s3:ListBucket", on=f"arn:aws:s3:::{bucket}"),
        allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*"),
    ]
    return customer.make_role(trusted, may)


def see_it_proved(page: Page) -> None:
    """Each of the probe's steps, as it passes."""
    dialog = page.get_by_role("dialog", name="New Connection")
    steps = dialog.get_by_role("list", name="What was tried with the role").get_by_role("listitem")
    for number, proved in enumerate(PROVED):
        expect(steps.nth(number)).to_contain_text(proved, timeout=PROBED)
        expect(steps.nth(number).get_by_role("img", name="passed")).to_be_visible(timeout=PROBED)
    expect(dialog.get_by_text("verified", exact=True)).to_be_visible()


def see_every_value(page: Page, bucket: str) -> str:
    """The run's page, with what each card was given and gave; the run's id."""
    page.wait_for_url("**/runs/**")
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=PROBED)
    cards = page.get_by_role("list", name="What each card was given and gave")
    search = cards.get_by_role("listitem", name=re.compile(r", search$"))
    expect(search).to_contain_text(bucket)
    expect(search).to_contain_text(re.compile(r"last_key\s*" + re.escape(FOUND)))
    read = cards.get_by_role("listitem", name=re.compile(r", read$"))
    expect(read).to_contain_text(FOUND)
    expect(read).to_contain_text(re.compile(r"content_length\s*8"))
    for each in (search, read):
        expect(each.get_by_text("succeeded", exact=True)).to_be_visible()
        expect(each).to_contain_text(re.compile(r"\d m?s"))
        expect(each).to_contain_text(re.compile(r"\d requests?"))
    return page.url.rpartition("/")[2]


def test_from_an_empty_page_to_a_run_a_week_ago_with_the_mouse(
    page: Page, penstock: Penstock, customer: Customer, bucket: str, look: Look
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Flows", exact=True).click()
    page.get_by_role("button", name="New flow").click()
    dialog = page.get_by_role("dialog", name="New flow")
    dialog.get_by_label("Title").fill("Look at a leaver's report")
    dialog.get_by_role("button", name="Create flow").click()
    add_first(page, "search obj")

    # The card wants a connection, and there is none.
    search = card(page, "Search Objects")
    expect(search).to_contain_text("No connection yet")
    search.get_by_role("button", name="New Connection").click()
    dialog = page.get_by_role("dialog", name="New Connection")
    dialog.get_by_label("Connection nickname").fill("Acme archive")
    dialog.get_by_role("button", name="Continue").click()
    account_id, external_id, trusted = (
        copied(page, dialog.get_by_role("button", name=f"Copy {name}").click) for name in COPIED
    )
    role = role_of(customer, bucket, account_id, external_id, trusted)
    page.evaluate("text => navigator.clipboard.writeText(text)", role)
    dialog.get_by_label("Role ARN").click()
    page.keyboard.press("Control+v")
    dialog.get_by_role("button", name="Create").click()
    see_it_proved(page)
    look.everywhere("proved")
    dialog.get_by_role("button", name="Done").click()
    expect(search).to_contain_text("Acme archive")
    expect(search).to_contain_text("verified")
    text_input(search, "Bucket").fill(bucket)

    page.get_by_role("button", name="Add a card after Search Objects").click()
    palette = page.get_by_role("dialog", name="Add a card")
    palette.get_by_role("combobox").fill("read object")
    palette.get_by_role("option", name=re.compile("^Read Object ")).first.click()
    read = card(page, "Read Object")
    expect(read).to_contain_text("Acme archive")
    text_input(read, "Bucket").fill(bucket)
    search.get_by_role("button", name="objects: list of object").click()
    output = search.get_by_role("button", name="Use objects[0].key in…")
    # What was typed has been checked: nothing moves any more while one drags.
    expect(page.get_by_role("status").get_by_text("1 to fill in")).to_be_visible()
    drag(page, output.locator("xpath=.."), text_input(read, "Key"))
    expect(text_input(read, "Key")).to_have_value("{{ search.objects[0].key }}")
    expect(page.get_by_text("no problems")).to_be_visible()

    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Save and run").click()
    run = see_every_value(page, bucket)
    look.everywhere("run")

    older = aged(penstock.data, run, WEEK)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Runs").click()
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Last 7 days").click()
    expect(page.get_by_role("heading", name="No run is like that")).to_be_visible()
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Last 30 days").click()
    row = page.get_by_role("row", name=re.compile("Look at a leaver's report"))
    expect(row).to_contain_text("last wk")
    look.everywhere("found")
    row.get_by_role("link", name="Look at a leaver's report").click()
    assert see_every_value(page, bucket) == older


def test_from_an_empty_page_to_a_run_a_week_ago_with_the_keyboard_alone(
    page: Page, penstock: Penstock, customer: Customer, bucket: str
) -> None:
    tab_to = keys(page)
    press, write = page.keyboard.press, page.keyboard.insert_text
    page.goto("/")
    page.get_by_role("heading", level=1).wait_for()
    tab_to("Flows")
    press("Enter")
    page.get_by_role("button", name="New flow").wait_for()
    tab_to("New flow")
    press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    write("Look at a leaver's report")
    press("Enter")
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    write("search objects")
    page.get_by_role("option", name=re.compile("^Search Objects")).wait_for()
    press("Enter")
    search = card(page, "Search Objects")
    expect(search).to_be_focused()

    tab_to("New Connection")
    press("Enter")
    dialog = page.get_by_role("dialog", name="New Connection")
    expect(dialog.get_by_label("Connection nickname")).to_be_focused()
    write("Acme archive")
    press("Enter")
    expect(dialog.get_by_role("textbox", name="External ID")).not_to_have_value("")
    known = []
    for name in COPIED:
        tab_to(f"Copy {name}")
        known.append(copied(page, lambda: press("Enter")))
    account_id, external_id, trusted = known
    role = role_of(customer, bucket, account_id, external_id, trusted)
    page.evaluate("text => navigator.clipboard.writeText(text)", role)
    tab_to("Role ARN")
    press("Control+v")
    expect(dialog.get_by_label("Role ARN")).to_have_value(role)
    press("Enter")
    see_it_proved(page)
    expect(dialog.get_by_role("button", name="Done")).to_be_focused()
    press("Enter")
    expect(search).to_be_focused()
    expect(search).to_contain_text("verified")
    tab_to(r"Bucket \*")
    write(bucket)

    tab_to("Add a card after Search Objects.*")
    press("Enter")
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    write("read object")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Read Object")
    press("Enter")
    read = card(page, "Read Object")
    expect(read).to_be_focused()
    tab_to(r"Bucket \*")
    write(bucket)
    tab_to("Pick a value for Key")
    press("Enter")
    expect(page.get_by_role("combobox", name="Pick a value for Key")).to_be_focused()
    write("first item key")
    expect(page.get_by_role("option", selected=True)).to_contain_text("first item › key")
    press("Enter")
    expect(text_input(read, "Key")).to_have_value("{{ search.objects[0].key }}")
    expect(page.get_by_text("no problems")).to_be_visible()

    # Round the page to its head again.
    tab_to("Run")
    press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Save and run")).to_be_focused()
    press("Enter")
    run = see_every_value(page, bucket)

    older = aged(penstock.data, run, WEEK)
    page.goto("/")
    page.get_by_role("heading", level=1).wait_for()
    tab_to("Runs")
    press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("combobox", name="Time").wait_for()
    tab_to("Time")
    press("ArrowDown")
    options = page.get_by_role("listbox").get_by_role("option")
    options.first.wait_for()
    for _ in range(options.count()):
        if active(page) == "Last 30 days":
            break
        press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("combobox", name="Time")).to_have_value("Last 30 days")
    row = page.get_by_role("row", name=re.compile("Look at a leaver's report"))
    expect(row).to_contain_text("last wk")
    tab_to("Look at a leaver's report")
    press("Enter")
    assert see_every_value(page, bucket) == older
