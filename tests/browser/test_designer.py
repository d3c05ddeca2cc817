"""Flows, as a person who has never seen YAML makes, changes and runs them in the browser."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, allow, unique
from tests.browser.designing import PROBED, add_first, card, drag, keys, open_flow, run
from tests.browser.keeping import Keeper
from tests.browser.look import Look

FLOW = """\
flow: {name}
title: Read a report
start:
  inputs:
    leaver: {{title: Who left, default: ada}}
cards:
  # The newest one.
  - id: find
    card: s3.search_objects
    connection: {connection}
    inputs: {{bucket: "{bucket}", prefix: "leavers/{{{{ start.leaver }}}}/"}}
  - id: read
    card: s3.read_object
    connection: {connection}
    inputs: {{bucket: "{bucket}", key: unknown}}
"""


@pytest.fixture(scope="module")
def bucket(sandbox: SandboxInfo) -> str:
    """A bucket of the customer's with one report in it."""
    customer = Customer(sandbox)
    made = customer.make_bucket()
    customer.put_object(made, "leavers/ada/report.csv", b"a,b\n1,2\n")
    return made


def reading(bucket: str) -> list[dict[str, Any]]:
    return [
        allow("s3:ListBucket", on=f"arn:aws:s3:::{bucket}"),
        allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*"),
    ]


@pytest.fixture(scope="module")
def connection(kept: Keeper, sandbox: SandboxInfo, bucket: str) -> str:
    """A verified connection that may read the bucket."""
    nickname = unique("acme")
    kept.connect(Customer(sandbox), nickname, reading(bucket))
    return nickname


@pytest.fixture
def flow(kept: Keeper, connection: str, bucket: str) -> str:
    """A kept flow: find a report, read it; which one is not mapped yet."""
    name = unique("report")
    kept.apply(FLOW.format(name=name, connection=connection, bucket=bucket))
    return name


def test_the_six_steps_of_authorization_from_an_action_card(
    page: Page, kept: Keeper, customer: Customer, bucket: str, look: Look
) -> None:
    page.goto("/flows")
    page.get_by_role("button", name="New flow").click()
    dialog = page.get_by_role("dialog", name="New flow")
    dialog.get_by_label("Title").fill("Read a leaver's report")
    expect(dialog.get_by_label("Name")).to_have_value("read_a_leavers_report")
    dialog.get_by_role("button", name="Create flow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read a leaver's report")
    look.everywhere("empty")
    add_first(page, "search obj")
    search = card(page, "Search Objects")
    expect(search).to_contain_text("No connection yet")

    # 1. New Connection
    search.get_by_role("button", name="New Connection").click()
    dialog = page.get_by_role("dialog", name="New Connection")
    expect(dialog).to_contain_text("Search Objects")
    # 2. Connection Nickname
    dialog.get_by_label("Connection nickname").fill("Acme archive")
    dialog.get_by_role("button", name="Continue").click()
    # 3. Account ID
    account_id = dialog.get_by_role("textbox", name="Account ID")
    expect(account_id).to_have_value(customer.sandbox.platform.account_id)
    # 4. External ID
    dialog.get_by_role("button", name="Copy External ID").click()
    external_id = page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Copy Trust policy").click()
    trusted = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert external_id in json.dumps(trusted)
    role = customer.make_role(trusted, reading(bucket))
    # 5. Role Amazon Resource Name (ARN)
    dialog.get_by_label("Role ARN").fill(role)
    # 6. Create
    dialog.get_by_role("button", name="Create").click()
    done = dialog.get_by_role("button", name="Done")
    expect(done).to_be_visible(timeout=PROBED)
    done.click()

    # Back at the card, which has it, as has the next one.
    expect(search).to_be_focused()
    expect(search).to_contain_text("Acme archive")
    expect(search).to_contain_text("verified")
    search.get_by_role("combobox", name="Bucket", exact=True).fill(bucket)
    page.get_by_role("button", name="Add a card after Search Objects").click()
    palette = page.get_by_role("dialog", name="Add a card")
    palette.get_by_role("combobox").fill("metadata")
    palette.get_by_role("option", name=re.compile("^Read Object")).click()
    read = card(page, "Read Object")
    expect(read).to_contain_text("Acme archive")
    read.get_by_role("combobox", name="Bucket", exact=True).fill(bucket)

    # Map with the mouse: an output of the first card onto an input of the second.
    search.get_by_role("button", name="objects: list of object").click()
    output = search.get_by_role("button", name="Use objects[0].key in…")
    key = read.get_by_role("textbox", name="Key", exact=True)
    # What was typed has been checked: nothing moves any more while one drags.
    expect(page.get_by_role("status").get_by_text("1 to fill in")).to_be_visible()
    drag(page, output.locator("xpath=.."), key)
    expect(key).to_have_value("{{ search.objects[0].key }}")
    expect(page.get_by_text("no problems")).to_be_visible()
    look.everywhere("mapped")

    run(page)
    expect(page.get_by_text("leavers/ada/report.csv").first).to_be_visible()
    text = kept.text("read_a_leavers_report")
    assert "connection: Acme archive" in text
    assert 'key: "{{ search.objects[0].key }}"' in text
    page.goto("/flows")
    line = page.get_by_role("row", name=re.compile("Read a leaver's report"))
    expect(line).to_contain_text("succeeded")
    look.everywhere("flows")


def test_a_flow_made_and_run_with_the_keyboard_alone(
    page: Page, kept: Keeper, connection: str, bucket: str
) -> None:
    tab_to = keys(page)
    press, write = page.keyboard.press, page.keyboard.insert_text
    page.goto("/flows")
    page.get_by_role("button", name="New flow").wait_for()
    tab_to("New flow")
    press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    name = unique("keys").replace("-", "_")
    write(name)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    write("search objects")
    page.get_by_role("option", name=re.compile("^Search Objects")).wait_for()
    press("Enter")
    search = card(page, "Search Objects")
    expect(search).to_be_focused()
    tab_to(".*Choose a connection|.*Connection of .*")
    press("Enter")
    expect(page.get_by_role("combobox", name="Find a connection")).to_be_focused()
    write(connection)
    expect(page.get_by_role("option", selected=True)).to_contain_text(connection)
    press("Enter")
    expect(search).to_contain_text(connection)
    tab_to(r"Bucket \*")
    write(bucket)
    tab_to("Add a card after Search Objects.*")
    press("Enter")
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    write("read object")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Read Object")
    press("ArrowDown")
    press("ArrowUp")
    press("Enter")
    read = card(page, "Read Object")
    expect(read).to_be_focused()
    expect(read).to_contain_text(connection)
    tab_to(r"Bucket \*")
    write(bucket)
    # The input's way: pick a value of an earlier card.
    tab_to("Pick a value for Key")
    press("Enter")
    expect(page.get_by_role("combobox", name="Pick a value for Key")).to_be_focused()
    write("first item key")
    expect(page.get_by_role("option", selected=True)).to_contain_text("first item › key")
    press("Enter")
    key = read.get_by_role("textbox", name="Key", exact=True)
    expect(key).to_have_value("{{ search.objects[0].key }}")
    press("Control+z")
    expect(key).to_have_value("")
    # The output's way: use it in an input of a later card.
    search.focus()
    tab_to("objects: list of object")
    press("Enter")
    tab_to(r"Use objects\[0\]\.key in…")
    press("Enter")
    expect(page.get_by_role("combobox", name="Use objects[0].key in…")).to_be_focused()
    write("read object key")
    press("Enter")
    expect(key).to_have_value("{{ search.objects[0].key }}")
    expect(page.get_by_text("no problems")).to_be_visible()
    press("Control+s")
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    page.get_by_role("heading", level=1).evaluate("document.activeElement.blur()")
    tab_to("Run")
    press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Run")).to_be_focused()
    press("Enter")
    page.wait_for_url("**/runs/**")
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=PROBED)
    assert "search.objects[0].key" in kept.text(name)


def test_what_does_not_fit_dims_and_is_refused(page: Page, flow: str) -> None:
    open_flow(page, flow)
    read = card(page, "Read Object")
    page.get_by_role("button", name="Pick a value for Key").click()
    option = page.get_by_role("option", name=re.compile("^objects"))
    expect(option.first).to_have_attribute("aria-disabled", "true")
    expect(option.first).to_contain_text("text is wanted")
    page.keyboard.press("Escape")
    search = card(page, "Search Objects")
    row = search.get_by_role("button", name="Use objects in…").locator("xpath=..")
    row.drag_to(read.get_by_role("textbox", name="Key", exact=True))
    expect(read.get_by_role("textbox", name="Key", exact=True)).to_have_value("unknown")


def test_what_was_typed_and_what_was_mapped_are_both_kept(page: Page, flow: str) -> None:
    open_flow(page, flow)
    key = card(page, "Read Object").get_by_role("textbox", name="Key", exact=True)
    page.get_by_role("button", name="Pick a value for Key").click()
    expect(page.get_by_role("combobox", name="Pick a value for Key")).to_be_focused()
    page.keyboard.insert_text("first item key")
    page.keyboard.press("Enter")
    # A drop into a text goes where the caret is; here nothing was written yet, so at its end.
    expect(key).to_have_value("unknown{{ find.objects[0].key }}")
    key.fill("{{ find.objects[0].key }}")
    page.get_by_role("button", name="Type a value for Key instead").click()
    expect(key).to_have_value("unknown")
    page.get_by_role("button", name=re.compile("^Use find › objects › #1 › key for Key")).click()
    expect(key).to_have_value("{{ find.objects[0].key }}")


def test_text_and_strip_are_one_document(page: Page, kept: Keeper, flow: str) -> None:
    open_flow(page, flow)
    page.get_by_role("button", name="YAML", exact=True).click()
    text = page.get_by_role("textbox", name="The flow as YAML")
    card(page, "Read Object").get_by_role("textbox", name="Key", exact=True).fill("k.csv")
    expect(text).to_have_value(re.compile("key: k.csv"))
    expect(text).to_have_value(re.compile("# The newest one."))
    text.fill(text.input_value().replace("k.csv", "other.csv"))
    expect(card(page, "Read Object").get_by_role("textbox", name="Key", exact=True)).to_have_value(
        "other.csv"
    )
    text.fill(text.input_value() + "\ncards: [\n")
    expect(page.get_by_role("alert")).to_contain_text("cannot be read")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    assert "key: other.csv" in kept.text(flow)


def test_problems_stand_at_their_fields_as_one_types(page: Page, flow: str, look: Look) -> None:
    open_flow(page, flow)
    read = card(page, "Read Object")
    key = read.get_by_role("textbox", name="Key", exact=True)
    key.fill("{{ find.objets[0].key }}")
    expect(read).to_contain_text("Did you mean")
    expect(key).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status").get_by_text("1 problem")).to_be_visible()
    look.everywhere("problem")
    key.fill("")
    expect(read).to_contain_text("Needed")
    expect(page.get_by_role("status").get_by_text("1 to fill in")).to_be_visible()


def test_the_second_of_two_is_told(
    context: BrowserContext, page: Page, kept: Keeper, flow: str, look: Look
) -> None:
    open_flow(page, flow)
    other = context.new_page()
    open_flow(other, flow)
    for each, title in ((other, "Theirs"), (page, "Mine")):
        each.get_by_label("Title of the flow").fill(title)
        each.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("version 2", exact=True)).to_be_visible()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Somebody else has saved version 2")
    assert "title: Theirs" in kept.text(flow)
    told.get_by_role("button", name="See what they changed").click()
    expect(page.get_by_role("region", name=re.compile("From version 2"))).to_contain_text("Theirs")
    look.everywhere("conflict")
    told.get_by_role("button", name="Save mine as the next version").click()
    expect(page.get_by_text("version 3", exact=True)).to_be_visible()
    assert "title: Mine" in kept.text(flow)
    # And back to theirs, as a change of one's own.
    page.get_by_role("button", name="Put version 2 back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")


def test_what_was_not_saved_is_back_after_a_reload(page: Page, flow: str) -> None:
    open_flow(page, flow)
    page.get_by_label("Title of the flow").fill("Half a thought")
    expect(page.get_by_text("not saved", exact=True)).to_be_visible()
    page.wait_for_function(
        "key => localStorage.getItem(key)?.includes('Half a thought')",
        arg=f"penstock.unsaved.{flow}",
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Half a thought")
    page.get_by_role("button", name="Discard them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read a report")


def test_cards_are_duplicated_moved_copied_and_deleted(page: Page, flow: str) -> None:
    open_flow(page, flow)
    strip = page.get_by_role("list", name="Cards of the flow")

    def titles() -> list[str]:
        return strip.get_by_role("heading", level=3).all_inner_texts()

    def act(of: str, action: str) -> None:
        page.get_by_role("button", name=f"More for {of}", exact=True).click()
        page.get_by_role("menuitem", name=action).click()

    act("Search Objects find", "Duplicate")
    assert titles() == ["Start", "Search Objects", "Search Objects", "Read Object"]
    act("Read Object read", "Move to the left")
    assert titles() == ["Start", "Search Objects", "Read Object", "Search Objects"]
    act("Read Object read", "Copy as YAML")
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('id: read'))")
    act("Search Objects find_2", "Paste after this card")
    expect(strip.get_by_role("heading", level=3)).to_have_count(5)
    act("Search Objects find_2", "Delete")
    expect(strip.get_by_role("heading", level=3)).to_have_count(4)
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    assert titles() == ["Start", "Search Objects", "Read Object"]


def test_an_input_that_is_emptied_stays_to_be_written_anew(
    page: Page, kept: Keeper, flow: str
) -> None:
    open_flow(page, flow)
    prefix = card(page, "Search Objects").get_by_role("textbox", name="Prefix")
    prefix.fill("")
    expect(prefix).to_be_focused()
    page.keyboard.insert_text("joiners/")
    expect(prefix).to_have_value("joiners/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    assert "joiners/" in kept.text(flow)


def test_the_flows_needs_are_beside_it(page: Page, flow: str, bucket: str, look: Look) -> None:
    open_flow(page, flow)
    needs = page.get_by_role("complementary", name="Needs")
    expect(needs.get_by_role("region", name="Search Objects find")).to_contain_text("s3:ListBucket")
    expect(needs.get_by_role("region", name="Read Object read")).to_contain_text(
        f"{bucket}/unknown"
    )
    needs.get_by_role("button", name="Ask AWS now").click()
    expect(needs.get_by_role("region", name="Search Objects find")).to_contain_text("allowed")
    look.everywhere("needs")


def test_a_card_that_deletes_wants_the_flows_name(
    page: Page, kept: Keeper, connection: str, bucket: str, look: Look
) -> None:
    name = unique("clean")
    kept.apply(
        f"flow: {name}\ncards:\n  - id: remove\n    card: s3.delete_object\n"
        f"    connection: {connection}\n    inputs: {{bucket: {bucket}, key: k}}\n"
    )
    open_flow(page, name)
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("deletes for good")
    expect(dialog.get_by_role("button", name="Run")).to_be_disabled()
    look.everywhere("destroys")
    dialog.get_by_label(f"Type {name} to confirm").fill(name)
    expect(dialog.get_by_role("button", name="Run")).to_be_enabled()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eevil", "x" * 10_000])
def test_hostile_names_are_only_text(page: Page, flow: str, text: str, look: Look) -> None:
    open_flow(page, flow)
    page.get_by_label("Title of the flow").fill(text)
    card(page, "Read Object").get_by_role("textbox", name="Key", exact=True).fill(text)
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    expect(page.get_by_text("not saved", exact=True)).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    look.picture(f"hostile-{len(text)}")


def test_a_flow_that_asks_remembers_and_forgives(
    page: Page, kept: Keeper, flow: str, look: Look
) -> None:
    """Typed inputs of the start card, a note, and what happens when a card fails."""
    open_flow(page, flow)
    start = card(page, "Start")
    start.get_by_role("button", name="Add an input").click()
    start.get_by_label("Name", exact=True).fill("days")
    start.get_by_role("combobox", name="Type").select_option("number")
    start.get_by_label("Label", exact=True).fill("How many days")
    start.get_by_label("Default", exact=True).fill("30")
    start.get_by_role("button", name="Done").click()
    read = card(page, "Read Object")
    read.get_by_role("button", name="More for Read Object read").click()
    page.get_by_role("menuitem", name="Add a note").click()
    read.get_by_label("Note on read").fill("Only the newest.")
    read.get_by_role("button", name="More for Read Object read").click()
    page.get_by_role("menuitem", name="If it fails").click()
    failing = read.get_by_role("region", name="If it fails: Read Object")
    failing.get_by_role("combobox", name="Try again").select_option("own")
    failing.get_by_label("Further tries").fill("5")
    failing.get_by_role("combobox", name="Then").select_option("continue")
    read.get_by_role("button", name="13 more inputs").click()
    read.get_by_role("searchbox", name="Find an input").fill("version")
    read.get_by_role("textbox", name="Version ID").fill("v1")
    look.everywhere("details")
    read.get_by_role("textbox", name="Id", exact=True).fill("peek")
    read.get_by_role("textbox", name="Id", exact=True).press("Enter")
    expect(read.get_by_role("textbox", name="Id", exact=True)).to_have_value("peek")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("version 2", exact=True)).to_be_visible()
    document = kept.look(flow)["document"]
    assert document["start"]["inputs"]["days"] == {
        "type": "number",
        "title": "How many days",
        "default": 30,
    }
    peek = document["cards"][1]
    assert peek["id"] == "peek"
    assert peek["note"] == "Only the newest."
    assert peek["on_error"]["retry"] == {"attempts": 5}
    assert peek["on_error"]["then"] == "continue"
    assert peek["inputs"]["version_id"] == "v1"
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("How many days")).to_have_value("30")
    expect(dialog.get_by_label("Who left")).to_have_value("ada")
    look.everywhere("run")


def test_what_opens_is_sound_too(page: Page, flow: str, look: Look) -> None:
    """The palette, the ways to map and the YAML, looked at as the pages are."""
    open_flow(page, flow)
    page.get_by_role("button", name="Pick a value for Key").click()
    expect(page.get_by_role("combobox", name="Pick a value for Key")).to_be_focused()
    look.everywhere("pick")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Connection of Search Objects find:").click()
    expect(page.get_by_role("combobox", name="Find a connection")).to_be_focused()
    look.everywhere("connection")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a card after Search Objects find").click()
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    look.everywhere("palette")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="YAML", exact=True).click()
    look.everywhere("yaml")


def test_what_is_open_keeps_the_focus_when_its_button_goes_out_of_sight(
    page: Page, flow: str
) -> None:
    open_flow(page, flow)
    pick = page.get_by_role("button", name="Pick a value for Key")
    pick.click()
    opened = page.get_by_role("combobox", name="Pick a value for Key")
    expect(opened).to_be_focused()
    page.set_viewport_size({"width": 420, "height": 900})
    expect(pick).not_to_be_in_viewport()
    expect(opened).to_be_focused()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(pick).to_be_focused()
