"""The list of flows: found, ordered, put in folders, switched off and on; by mouse and keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer, unique
from tests.browser.designing import PROBED, keys
from tests.browser.hostile import TEXTS, VISIBLE, nothing_runs, sound
from tests.browser.keeping import Keeper
from tests.browser.look import Look
from tests.browser.practice import Practice, practice


@pytest.fixture(scope="module")
def acme(penstock: Penstock, kept: Keeper, sandbox: SandboxInfo) -> Practice:
    return practice(penstock, Customer(sandbox), kept)


def table(page: Page) -> Locator:
    return page.get_by_role("table", name="Flows")


def row(page: Page, title: str) -> Locator:
    return table(page).get_by_role("row").filter(has=page.get_by_role("link", name=title))


def titles(page: Page, *expected: str) -> None:
    """The rows of the list are these, in this order."""
    rows = table(page).get_by_role("row").filter(has=page.get_by_role("checkbox"))
    expect(rows).to_have_count(len(expected) + 1)
    for number, title in enumerate(expected, start=1):
        expect(rows.nth(number)).to_contain_text(title)


def tree(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Folders")


def folder(page: Page, name: str) -> Locator:
    return tree(page).get_by_role("button", name=re.compile(rf"^{re.escape(name)}\s*\d+$"))


def said(page: Page, text: str) -> None:
    """What the page says to screen readers once the server has done it."""
    expect(page.get_by_role("status").filter(has_text=text)).to_be_attached()


def choose(page: Page, label: str, option: str) -> None:
    """An option of a choice among the filters."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def switch(within: Locator | Page, title: str) -> Locator:
    return within.get_by_role("switch", name=f"On or off: {title}", exact=True)


def test_flows_are_found_and_ordered_and_the_address_keeps_it(
    page: Page, kept: Keeper, acme: Practice
) -> None:
    mark = unique("find")
    kept.run(kept.keep(f"{mark} 9"))
    kept.keep(f"{mark} 10", enabled=False)
    missing = {"bucket": acme.bucket, "key": "reports/not-there"}
    reading = {"id": "read", "card": "s3.read_object", "connection": acme.nickname}
    kept.run(kept.keep(f"{mark} 11", [{**reading, "inputs": missing}]))
    page.goto("/flows")
    search = page.get_by_role("searchbox", name="Search flows in all folders")
    search.fill(mark)
    heading = table(page).get_by_role("columnheader", name="Flow")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    titles(page, f"{mark} 9", f"{mark} 10", f"{mark} 11")
    heading.get_by_role("button").press("Enter")
    titles(page, f"{mark} 11", f"{mark} 10", f"{mark} 9")
    expect(row(page, f"{mark} 9")).to_contain_text("succeeded")
    expect(row(page, f"{mark} 10")).to_contain_text("never ran")

    choose(page, "Last run", "never ran")
    choose(page, "On or off", "Off")
    titles(page, f"{mark} 10")
    page.reload()
    titles(page, f"{mark} 10")
    expect(search).to_have_value(mark)
    expect(page.get_by_role("combobox", name="Last run")).to_have_value("never ran")
    assert re.search(r"text=.*&on=off&last=never&sort=-title$", page.url)

    page.get_by_role("combobox", name="On or off", exact=True).click()
    page.get_by_role("option", name="On", exact=True).click()
    choose(page, "Last run", "succeeded")
    titles(page, f"{mark} 9")
    choose(page, "Last run", "failed")
    titles(page, f"{mark} 11")
    choose(page, "Connection", acme.nickname)
    choose(page, "Last run", "cancelled")
    expect(page.get_by_role("heading", name="No flow fits")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(search).to_have_value("")
    expect(row(page, f"{mark} 9")).to_be_visible()


def test_each_column_orders_the_list(page: Page, kept: Keeper) -> None:
    mark = unique("order")
    kept.keep(f"{mark} on")
    kept.keep(f"{mark} off", enabled=False)
    page.goto(f"/flows?text={mark}")
    titles(page, f"{mark} off", f"{mark} on")
    for column in ("Flow", "Connections", "Last run", "Saved", "On"):
        heading = table(page).get_by_role("columnheader", name=column, exact=True)
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    titles(page, f"{mark} on", f"{mark} off")


def test_a_folder_is_made_filled_by_dragging_renamed_and_removed(
    page: Page, kept: Keeper, look: Look
) -> None:
    top, title = unique("Legal"), unique("Hold the reports")
    flow = kept.keep(title)
    page.goto("/flows")
    page.get_by_role("button", name="New folder", exact=True).click()
    dialog = page.get_by_role("dialog", name="New folder")
    dialog.get_by_label("Folder").fill("a/b/c/d/e/f")
    dialog.get_by_role("button", name="Make folder").click()
    expect(dialog).to_contain_text("6 levels deep")
    dialog.get_by_label("Folder").fill(f" {top} / Holds ")
    dialog.get_by_role("button", name="Make folder").click()
    expect(page.get_by_role("heading", name="No flow is in this folder")).to_be_visible()
    expect(folder(page, "Holds")).to_have_attribute("aria-current", "true")
    look.everywhere("empty-folder")

    tree(page).get_by_role("button", name="All flows").click()
    row(page, title).drag_to(folder(page, "Holds"))
    expect(row(page, title)).to_contain_text(f"in {top} › Holds")
    said(page, f"The flow is in {top} › Holds now.")
    assert kept.look(flow)["folder"] == f"{top}/Holds"

    folder(page, "Holds").click()
    titles(page, title)
    folder(page, top).hover()
    tree(page).get_by_role("button", name=f"More for the folder {top}").click()
    page.get_by_role("menuitem", name="Rename or move…").click()
    dialog = page.get_by_role("dialog", name=f"Rename or move {top}")
    dialog.get_by_label("Folder").fill(f"{top} 2")
    dialog.get_by_role("button", name="Move").click()
    expect(folder(page, f"{top} 2")).to_be_visible()
    titles(page, title)
    assert kept.look(flow)["folder"] == f"{top} 2/Holds"

    page.reload()
    titles(page, title)
    folder(page, "Holds").hover()
    tree(page).get_by_role("button", name="More for the folder Holds").click()
    page.get_by_role("menuitem", name="Remove, and keep its flows…").click()
    dialog = page.get_by_role("dialog", name="Remove the folder Holds")
    expect(dialog).to_contain_text(f"in {top} 2")
    dialog.get_by_role("button", name="Remove folder").click()
    expect(folder(page, "Holds")).to_have_count(0)
    titles(page, title)
    assert kept.look(flow)["folder"] == f"{top} 2"


def test_an_empty_folder_goes_without_a_question(page: Page, kept: Keeper) -> None:
    kept.keep(unique("other"))
    name = unique("Empty")
    page.goto("/flows")
    page.get_by_role("button", name="New folder", exact=True).click()
    page.get_by_role("dialog").get_by_label("Folder").fill(name)
    page.keyboard.press("Enter")
    expect(folder(page, name)).to_be_visible()
    page.reload()
    folder(page, name).hover()
    tree(page).get_by_role("button", name=f"More for the folder {name}").click()
    page.get_by_role("menuitem", name="Remove", exact=True).click()
    expect(folder(page, name)).to_have_count(0)
    expect(tree(page).get_by_role("button", name="All flows")).to_have_attribute(
        "aria-current", "true"
    )


def test_a_flow_begun_in_a_folder_is_in_it(page: Page, kept: Keeper) -> None:
    name = unique("Begin")
    kept.keep(unique("first"), folder=name)
    page.goto(f"/flows?folder={name}")
    page.get_by_role("button", name="New flow").click()
    title = unique("Second")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create flow").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.get_by_role("navigation", name="Folders").get_by_role("link", name=name).click()
    expect(row(page, title)).to_be_visible()
    expect(folder(page, name)).to_have_attribute("aria-current", "true")


def test_many_flows_are_moved_and_turned_off_and_on_at_once(
    page: Page, kept: Keeper, look: Look
) -> None:
    mark, place = unique("many"), unique("Place")
    flows = [kept.keep(f"{mark} n{number}x") for number in range(4)]
    page.goto(f"/flows?text={mark}&sort=title")
    titles(page, *(f"{mark} n{number}x" for number in range(4)))
    for number in (0, 2):
        page.get_by_role("checkbox", name=f"Choose {mark} n{number}x").check()
    chosen = page.get_by_role("group", name="What to do with the chosen flows")
    expect(chosen).to_contain_text("2 chosen")
    look.everywhere("chosen")
    chosen.get_by_role("button", name="Turn off").click()
    said(page, "2 flows are off.")
    for number in range(4):
        expect(switch(page, f"{mark} n{number}x")).to_be_checked(checked=number % 2 == 1)
    assert [kept.look(flow)["enabled"] for flow in flows] == [False, True, False, True]

    page.get_by_role("checkbox", name="Choose all that are shown").check()
    expect(chosen).to_contain_text("4 chosen")
    chosen.get_by_role("button", name="Turn on").click()
    said(page, "4 flows are on.")
    expect(page.get_by_role("switch", checked=False)).to_have_count(0)
    chosen.get_by_role("button", name="Move to a folder…").click()
    dialog = page.get_by_role("dialog", name="Move 4 flows")
    dialog.get_by_label("Folder").fill(place)
    look.everywhere("move")
    dialog.get_by_role("button", name="Move", exact=True).click()
    said(page, f"4 flows are in {place} now.")
    expect(chosen).to_have_count(0)
    for flow in flows:
        assert (kept.look(flow)["folder"], kept.look(flow)["enabled"]) == (place, True)
    page.get_by_role("checkbox", name=f"Choose {mark} n1x").click()
    page.get_by_role("checkbox", name=f"Choose {mark} n3x").click(modifiers=["Shift"])
    expect(chosen).to_contain_text("3 chosen")
    # What a filter hides is not chosen any more.
    page.get_by_role("checkbox", name="Choose all that are shown").check()
    page.get_by_role("searchbox").fill(f"{mark} n3x")
    expect(chosen).to_contain_text("1 chosen")


def test_all_of_it_by_keyboard(page: Page, kept: Keeper) -> None:
    title, place = unique("By keys"), unique("Keys")
    flow = kept.keep(title)
    page.goto("/flows")
    page.get_by_role("searchbox").focus()
    page.keyboard.type(title)
    titles(page, title)
    tab_to = keys(page)
    tab_to(f"Choose {title}")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 chosen")).to_have_count(0)
    tab_to(f"On or off: {title}")
    page.keyboard.press("Space")
    expect(switch(page, title)).not_to_be_checked()
    expect(row(page, title)).to_contain_text("off")
    said(page, f"{title} is off.")
    tab_to(f"More for {title}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Move to a folder…")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Move {title}")
    expect(dialog.get_by_label("Folder")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name=f"More for {title}")).to_be_focused()
    page.keyboard.press("Enter")
    # An open menu begins at its first item: before that, a key would be pressed on another.
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.get_by_role("menuitem", name="Move to a folder…").press("Enter")
    expect(dialog.get_by_label("Folder")).to_be_focused()
    page.keyboard.type(place)
    page.keyboard.press("Enter")
    expect(row(page, title)).to_contain_text(f"in {place}")
    said(page, f"The flow is in {place} now.")
    assert (kept.look(flow)["folder"], kept.look(flow)["enabled"]) == (place, False)

    page.get_by_role("searchbox").fill("")
    folder(page, place).press("Enter")
    titles(page, title)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"More for the folder {place}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="New folder inside…")).to_be_focused()
    page.keyboard.press("Enter")
    made = page.get_by_role("dialog").get_by_label("Folder")
    expect(made).to_have_value(f"{place}/")
    made.press("End")
    page.keyboard.type("Inner")
    page.keyboard.press("Enter")
    expect(folder(page, "Inner")).to_have_attribute("aria-current", "true")


def test_a_deleted_flow_is_gone_and_the_focus_is_on_the_list(page: Page, kept: Keeper) -> None:
    title = unique("Delete me")
    flow = kept.keep(title)
    page.goto(f"/flows?text={title}")
    row(page, title).get_by_role("button", name=f"More for {title}").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("dialog", name=f"Delete {title}").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No flow fits")).to_be_visible()
    expect(page.get_by_role("region", name="Flows")).to_be_focused()
    assert kept.api.get(f"/flows/{flow}").status_code == 404


def test_a_flow_that_is_off_says_so_and_is_not_run_until_it_is_on(
    page: Page, kept: Keeper, acme: Practice, look: Look
) -> None:
    title = unique("Off and on")
    searching = {"id": "ask", "card": "s3.search_objects", "connection": acme.nickname}
    flow = kept.keep(title, [{**searching, "inputs": {"bucket": acme.bucket}}])
    page.goto(f"/flows?text={title}")
    switch(page, title).click()
    expect(row(page, title)).to_contain_text("off")
    said(page, f"{title} is off.")
    refused = kept.api.post(f"/flows/{flow}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "flow_off")

    row(page, title).get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(switch(page, title)).not_to_be_checked()
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog", name="This flow is off")
    expect(dialog).to_contain_text("No run of it can be started")
    look.everywhere("off")
    dialog.get_by_role("button", name="Leave it off").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Run", exact=True).click()
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/runs/**")
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=PROBED)
    assert kept.look(flow)["enabled"] is True


def test_a_refused_change_is_undone_and_said(page: Page, kept: Keeper) -> None:
    title = unique("Not changed")
    flow = kept.keep(title)
    page.goto(f"/flows?text={title}")
    expect(switch(page, title)).to_be_checked()
    assert kept.api.delete(f"/flows/{flow}").status_code == 204
    switch(page, title).click()
    expect(page.get_by_role("alert")).to_contain_text("There is no flow")
    expect(row(page, title)).to_have_count(0)


def test_folders_are_a_choice_where_the_window_is_narrow(
    page: Page, kept: Keeper, look: Look
) -> None:
    place = unique("Narrow")
    kept.keep(f"{place} outer", folder=place)
    kept.keep(f"{place} inner", folder=f"{place}/Inner")
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto("/flows")
    expect(tree(page)).to_have_count(0)
    choice = page.get_by_role("combobox", name="Folder", exact=True)
    choice.click()
    page.get_by_role("option", name=f"{place} › Inner (1)").click()
    titles(page, f"{place} inner")
    page.get_by_role("button", name="More for the folder Inner").click()
    page.get_by_role("menuitem", name="Rename or move…").click()
    page.get_by_role("dialog").get_by_label("Folder").fill(f"{place}/Other")
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(choice).to_have_value(f"{place} › Other (1)")
    look.everywhere("narrow")


def test_two_hundred_flows_in_forty_folders(page: Page, kept: Keeper, look: Look) -> None:
    mark = unique("bulk")
    for number in range(200):
        kept.keep(f"{mark} n{number}x", folder=f"{mark}/{number % 40}", enabled=number % 7 != 0)
    page.goto(f"/flows?folder={mark}&sort=title")
    expect(page.get_by_text(re.compile("^200 of "))).to_be_visible()
    page.get_by_role("checkbox", name="Choose all that are shown").check()
    expect(page.get_by_text("200 chosen")).to_be_visible()
    page.get_by_role("button", name="Choose none").click()
    look.everywhere("two-hundred")
    page.get_by_role("searchbox").fill(f"{mark} n19")
    expect(page.get_by_text(re.compile("^11 of "))).to_be_visible()
    # With so many, only the folders on the way to the open one are unfolded.
    page.get_by_role("searchbox").fill("")
    tree(page).get_by_role("button", name=re.compile("^All flows")).click()
    expect(folder(page, "39")).to_have_count(0)
    tree(page).get_by_role("button", name=f"Open {mark}").click()
    expect(folder(page, "39")).to_be_visible()


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_title_is_a_title(page: Page, kept: Keeper, kind: str, look: Look) -> None:
    place = unique("Bad")
    flow = kept.keep(TEXTS[kind], folder=place)
    with nothing_runs(page):
        page.goto(f"/flows?folder={place}")
        page.get_by_role("checkbox", name="Choose all that are shown").check()
        sound(page, TEXTS[kind])
        look.picture(f"title-{kind}")
        table(page).get_by_role("button", name="More for").click()
        page.get_by_role("menuitem", name="Move to a folder…").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        sound(page, TEXTS[kind])
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        table(page).get_by_role("switch").click()
        expect(table(page).get_by_role("switch")).not_to_be_checked()
        said(page, "is off.")
    assert kept.look(flow)["enabled"] is False


@pytest.mark.parametrize("kind", [each for each in VISIBLE if "/" not in VISIBLE[each]])
def test_a_hostile_folder_is_a_folder(page: Page, kept: Keeper, kind: str) -> None:
    name = VISIBLE[kind][:40] + unique("x")[:20]
    title = unique("In a bad folder")
    flow = kept.keep(title, folder=name)
    with nothing_runs(page):
        page.goto(f"/flows?text={title}")
        row(page, title).get_by_role("link").nth(1).click()
        titles(page, title)
        expect(folder(page, name)).to_have_attribute("aria-current", "true")
        sound(page, name)
        page.goto(f"/flows/{flow}")
        expect(page.get_by_role("navigation", name="Folders")).to_contain_text(name)
        sound(page, name)


def test_no_flows_yet_and_no_answer(page: Page, look: Look) -> None:
    empty: dict[str, Any] = {"items": [], "next_cursor": None}
    page.route("**/api/v1/flows?*", lambda route: route.fulfill(json=empty))
    page.goto("/flows")
    expect(page.get_by_role("heading", name="No flows yet")).to_be_visible()
    expect(page.get_by_role("button", name="New flow")).to_be_visible()
    look.everywhere("none")
    page.unroute("**/api/v1/flows?*")
    fault = {"title": "Fault", "status": 500, "detail": "It broke.", "code": "internal_fault"}
    page.route("**/api/v1/flows?*", lambda route: route.fulfill(status=500, json=fault))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("It broke.")
    page.unroute("**/api/v1/flows?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
