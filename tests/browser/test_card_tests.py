"""One card run by itself where it stands in the designer."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.command import Penstock
from tests.accounts import Customer
from tests.browser.designing import PROBED, card, keys, open_flow
from tests.browser.look import Look
from tests.browser.practice import Practice, practice


@pytest.fixture
def acme(penstock: Penstock, customer: Customer) -> Practice:
    return practice(penstock, customer)


def opened_test(page: Page, title: str, card_id: str) -> Locator:
    """What is under a card once its test is opened."""
    of = card(page, title)
    of.get_by_role("button", name=f"Test this card: {title} {card_id}").click()
    return of.get_by_role("region", name=f"Test of {title} {card_id}")


def test_a_card_is_tested_before_the_flow_ever_ran(page: Page, acme: Practice, look: Look) -> None:
    flow = acme.looking()
    open_flow(page, flow)
    # Not saved: what is in the strip is what is tested.
    card(page, "Search Objects").get_by_role("button", name="8 more inputs").or_(
        card(page, "Search Objects").get_by_role("button", name="9 more inputs")
    ).first.wait_for()
    find = opened_test(page, "Search Objects", "find")
    expect(find.get_by_label("Which folder")).to_have_value("reports")
    find.get_by_role("button", name="Run this card").click()
    result = find.get_by_role("region", name="Result of the test")
    expect(result.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    expect(result).to_contain_text("count")
    # What it gave is what the next card's test begins with.
    fetch = opened_test(page, "Download Object", "fetch")
    key = fetch.get_by_label("find.objects[0].key")
    expect(key).to_have_value("reports/2026.csv")
    fetch.get_by_role("button", name="Run this card").click()
    expect(fetch.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    expect(fetch).to_contain_text("2026.csv")
    look.everywhere("succeeded")
    # A list of runs says what they were, and takes them apart from the flow's own.
    page.goto("/runs?kind=tests")
    expect(page.get_by_text("test of fetch").first).to_be_visible()
    page.goto("/runs?kind=flows")
    expect(page.get_by_text(re.compile("Nothing has run yet|No run is like that"))).to_be_visible()


def test_an_error_is_explained_and_mended_in_place(page: Page, acme: Practice, look: Look) -> None:
    open_flow(page, acme.looking())
    fetch = opened_test(page, "Download Object", "fetch")
    fetch.get_by_role("button", name="Run this card").click()
    expect(fetch.get_by_text("is missing")).to_be_visible()
    fetch.get_by_label("find.objects[0].key").fill("payroll/secret.csv")
    fetch.get_by_role("button", name="Run this card").click()
    expect(fetch.get_by_text("failed", exact=True)).to_be_visible(timeout=PROBED)
    expect(fetch).to_contain_text("may not do s3:GetObject")
    expect(fetch.get_by_role("region", name="statement to add")).to_contain_text("s3:GetObject")
    look.everywhere("denied")
    fetch.get_by_label("find.objects[0].key").fill("reports/2026.csv")
    fetch.get_by_role("button", name="Run it again").click()
    expect(fetch.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    fetch.get_by_role("link", name="Open the run").click()
    expect(page.get_by_text("test of fetch")).to_be_visible()
    # Run again from its page, it is a test again.
    first = page.url
    page.get_by_role("button", name="Run again").click()
    page.wait_for_url(lambda url: "/runs/" in url and url != first)
    expect(page.get_by_text("test of fetch")).to_be_visible()
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=PROBED)


def test_what_is_not_saved_is_tested_with_the_keyboard_alone(
    page: Page, acme: Practice, penstock: Penstock
) -> None:
    flow = acme.looking()
    open_flow(page, flow)
    prefix = card(page, "Search Objects").get_by_role("textbox", name="Prefix", exact=True)
    prefix.fill("receipts/")
    reach = keys(page)
    reach("Test this card: Search Objects find")
    page.keyboard.press("Enter")
    find = card(page, "Search Objects").get_by_role("region", name="Test of Search Objects find")
    expect(find).to_contain_text("takes nothing from elsewhere")
    reach("Run this card")
    page.keyboard.press("Enter")
    expect(find.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    [run] = penstock.ok("runs", "list", "--flow", flow, "--json").json
    shown = penstock.ok("runs", "show", run["id"], "--json").json
    assert shown["cards"][0]["inputs"]["prefix"] == "receipts/"
    assert shown["version"] is None


def test_a_card_that_deletes_wants_the_flows_name_here_too(page: Page, acme: Practice) -> None:
    name = acme.apply(
        "clean_up",
        f"flow: clean_up\ncards:\n  - id: remove\n    card: s3.delete_object\n"
        f"    connection: {acme.nickname}\n    inputs: {{bucket: {acme.bucket}, key: reports/x}}\n",
    )
    open_flow(page, name)
    remove = opened_test(page, "Delete Object", "remove")
    expect(remove).to_contain_text("deletes for good: remove")
    expect(remove.get_by_role("button", name="Run this card")).to_be_disabled()
    remove.get_by_label("Type clean_up to confirm").fill("clean_up")
    expect(remove.get_by_role("button", name="Run this card")).to_be_enabled()


def test_a_card_that_takes_a_file_brings_who_makes_it(page: Page, acme: Practice) -> None:
    name = acme.apply(
        "bring",
        f"""\
flow: bring
cards:
  - id: fetch
    card: s3.download_object
    connection: {acme.nickname}
    inputs: {{bucket: {acme.bucket}, key: reports/2026.csv}}
  - id: put
    card: s3.upload_object
    connection: {acme.nickname}
    inputs: {{bucket: {acme.bucket}, key: receipts/copy.csv, file: "{{{{ fetch.file }}}}"}}
""",
    )
    open_flow(page, name)
    put = opened_test(page, "Upload Object", "put")
    expect(put).to_contain_text("It takes a file of fetch, so that runs first.")
    put.get_by_role("button", name="Run this card").click()
    expect(put.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    assert (
        acme.customer.s3.get_object(Bucket=acme.bucket, Key="receipts/copy.csv")["Body"]
        .read()
        .startswith(b"quarter")
    )


def test_what_is_wrong_with_the_card_is_said_and_the_form_follows(
    page: Page, acme: Practice
) -> None:
    flow = acme.looking()
    open_flow(page, flow)
    fetch = card(page, "Download Object")
    test = opened_test(page, "Download Object", "fetch")
    expect(test.get_by_label("find.objects[0].key")).to_be_visible()
    fetch.get_by_role("button", name="Type a value for Key instead").click()
    fetch.get_by_role("textbox", name="Key", exact=True).fill("")
    expect(test).to_contain_text("To be mended before it can be tested")
    expect(test).to_contain_text("key is missing")
    fetch.get_by_role("textbox", name="Key", exact=True).fill("reports/2026.csv")
    expect(test).to_contain_text("takes nothing from elsewhere")
    test.get_by_role("button", name="Run this card").click()
    expect(test.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
