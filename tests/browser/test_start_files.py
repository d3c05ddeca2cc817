"""A file given to a flow: chosen, uploaded, and there in the bucket."""

import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.acceptance.command import Penstock
from tests.accounts import Customer, unique
from tests.browser.designing import PROBED, card, keys, open_flow
from tests.browser.look import Look
from tests.browser.practice import Practice, practice

MIB = 1 << 20


@pytest.fixture
def acme(penstock: Penstock, customer: Customer) -> Practice:
    return practice(penstock, customer)


def filing(acme: Practice) -> str:
    """A flow that puts the file it is given into the bucket."""
    name = unique("filing").replace("-", "_")
    return acme.apply(
        name,
        f"""\
flow: {name}
title: File a report
start:
  inputs:
    report: {{type: file, title: Report, help: As the auditors sent it.}}
    cover: {{type: file, title: Cover, required: false}}
cards:
  - id: put
    card: s3.upload_object
    connection: {acme.nickname}
    inputs:
      bucket: {acme.bucket}
      key: "receipts/{{{{ start.report.name }}}}"
      file: "{{{{ start.report }}}}"
""",
    )


def arrived(acme: Practice, name: str) -> bytes:
    found = acme.customer.s3.get_object(Bucket=acme.bucket, Key=f"receipts/{name}")
    content: bytes = found["Body"].read()
    return content


def asked(page: Page, flow: str) -> Locator:
    """What the flow asks for when it is run."""
    open_flow(page, flow)
    page.get_by_role("button", name="Run", exact=True).click()
    return page.get_by_role("dialog")


def chooser(of: Locator, title: str) -> Locator:
    """The input that takes a file: to browsers it is a button."""
    return of.get_by_role("button", name=title, exact=True)


def start(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Run", exact=True).click()


def succeeded(page: Page, acme: Practice) -> None:
    """The run whose page this is ends well."""
    run = page.url.rpartition("/")[2]
    acme.penstock.ok("runs", "events", run, "--follow")
    assert acme.penstock.ok("runs", "show", run, "--json").json["status"] == "succeeded"
    expect(page.get_by_text("succeeded").first).to_be_visible()


def test_a_file_is_given_and_arrives(
    page: Page, acme: Practice, look: Look, tmp_path: Path
) -> None:
    content = os.urandom(20 * MIB)
    (tmp_path / "q1 report.bin").write_bytes(content)
    dialog = asked(page, filing(acme))
    report = chooser(dialog, "Report")
    expect(report).to_have_accessible_description(
        "Choose a file, or drop it here As the auditors sent it."
    )
    look.everywhere("asked")
    report.set_input_files(tmp_path / "q1 report.bin")
    expect(report).to_have_accessible_description(re.compile(r"^q1 report\.bin 21\.0 MB"))
    look.everywhere("chosen")
    start(dialog)
    page.wait_for_url("**/runs/**")
    succeeded(page, acme)
    assert arrived(acme, "q1 report.bin") == content
    files = page.get_by_role("region", name="Files")
    expect(files).to_contain_text("given at the start")
    look.everywhere("run")
    with page.expect_download() as started:
        files.get_by_role("link", name="q1 report.bin").click()
    assert Path(started.value.path()).read_bytes() == content
    # Once more, though the bucket has it no more.
    acme.customer.s3.delete_object(Bucket=acme.bucket, Key="receipts/q1 report.bin")
    first = page.url
    page.get_by_role("button", name="Run again").click()
    page.wait_for_url(lambda url: "/runs/" in url and url != first)
    succeeded(page, acme)
    assert arrived(acme, "q1 report.bin") == content


def test_with_the_keyboard_alone(page: Page, acme: Practice, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    (tmp_path / "b.txt").write_bytes(b"")
    # From here on choosers are the test's, so that Enter is not quicker than its asking for one.
    page.on("filechooser", lambda _: None)
    dialog = asked(page, filing(acme))
    # The first field has the focus when the form opens.
    report = chooser(dialog, "Report")
    expect(report).to_be_focused()
    with page.expect_file_chooser() as opened:
        page.keyboard.press("Enter")
    opened.value.set_files(tmp_path / "a.txt")
    expect(report).to_have_accessible_description(re.compile("^a.txt 3 B"))
    keys(page)("Clear Report")
    page.keyboard.press("Enter")
    expect(report).to_be_focused()
    expect(report).to_have_accessible_description(re.compile("^Choose a file"))
    start(dialog)
    expect(report).to_have_accessible_description(re.compile("`?report`? is missing"))
    # The same file again, and an empty one.
    report.set_input_files(tmp_path / "a.txt")
    chooser(dialog, "Cover").set_input_files(tmp_path / "b.txt")
    start(dialog)
    page.wait_for_url("**/runs/**")
    succeeded(page, acme)
    assert arrived(acme, "a.txt") == b"one"


def test_how_far_it_is_and_what_stops_it(page: Page, acme: Practice, look: Look) -> None:
    flow = filing(acme)
    dialog = asked(page, flow)
    report = chooser(dialog, "Report")
    report.set_input_files({"name": "gnp.\u202ecod", "mimeType": "", "buffer": b"x" * 1000})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/uploads?*", hold)
    start(dialog)
    progress = dialog.get_by_role("progressbar", name="Uploading Report")
    expect(progress).to_be_visible()
    expect(report).to_be_disabled()
    look.everywhere("uploading")
    full = {
        "status": 507,
        "code": "storage_full",
        "title": "There is no room left.",
        "detail": "There is no room left for it.",
        "hint": "Make room in the data directory.",
    }
    held[0].fulfill(status=507, content_type="application/problem+json", body=json.dumps(full))
    expect(report).to_have_accessible_description(re.compile("There is no room left for it. Make"))
    expect(report).to_be_enabled()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    look.everywhere("refused")
    # The connection breaks.
    start(dialog)
    expect(progress).to_be_visible()
    held[1].abort()
    expect(report).to_have_accessible_description(re.compile("did not arrive"))
    # Whoever leaves stops it, and no run is started.
    start(dialog)
    expect(progress).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.unroute("**/api/v1/uploads?*", hold)
    assert acme.penstock.ok("runs", "list", "--flow", flow, "--json").json == []


def test_a_card_is_tested_with_a_file(
    page: Page, acme: Practice, look: Look, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    open_flow(page, filing(acme))
    of = card(page, "Upload Object")
    of.get_by_role("button", name="Test this card: Upload Object put").click()
    test = of.get_by_role("region", name="Test of Upload Object put")
    chooser(test, "Report").set_input_files(tmp_path / "a.txt")
    test.get_by_role("button", name="Run this card").click()
    expect(test.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    assert arrived(acme, "a.txt") == b"one"
    acme.customer.s3.delete_object(Bucket=acme.bucket, Key="receipts/a.txt")
    # Opened anew, the file of the test before is offered.
    page.reload()
    of.get_by_role("button", name="Test this card: Upload Object put").click()
    expect(chooser(test, "Report")).to_have_accessible_description(
        re.compile("^a.txt 3 B .*As in an earlier run")
    )
    look.everywhere("test")
    test.get_by_role("button", name="Run this card").click()
    expect(test.get_by_text("succeeded")).to_be_visible(timeout=PROBED)
    assert arrived(acme, "a.txt") == b"one"


def test_a_file_is_no_secret(page: Page, acme: Practice) -> None:
    flow = filing(acme)
    open_flow(page, flow)
    page.get_by_role("button", name=re.compile("^(Edit )?report", re.IGNORECASE)).first.click()
    edited = page.get_by_role("group", name=re.compile("report"))
    expect(edited.get_by_label("Secret")).to_have_count(0)
    edited.get_by_label("Type").select_option("text")
    edited.get_by_label(re.compile("Secret", re.IGNORECASE)).check()
    edited.get_by_label("Type").select_option("file")
    expect(edited.get_by_label(re.compile("Secret", re.IGNORECASE))).to_have_count(0)
