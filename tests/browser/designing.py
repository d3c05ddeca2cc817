"""What a person does in the designer, by mouse and by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

PROBED = 30_000
"""Milliseconds: a role is proved step by step."""


def open_flow(page: Page, name: str) -> None:
    """The flow in the designer, checked once."""
    page.goto(f"/flows/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("status").get_by_text(re.compile("no problems|remark"))).to_be_visible()


def card(page: Page, name: str) -> Locator:
    """The card of the strip with this title."""
    return page.get_by_role("article", name=name, exact=True)


def text_input(of: Locator, name: str) -> Locator:
    """An input of a card in which text is written, also where names are offered for it."""
    plain = of.get_by_role("textbox", name=name, exact=True)
    return plain.or_(of.get_by_role("combobox", name=name, exact=True))


def add_first(page: Page, typed: str) -> None:
    """The first card, out of the palette that an empty strip shows."""
    palette = page.get_by_role("combobox", name="Search cards")
    palette.fill(typed)
    # The catalog may come later than what is typed.
    found = page.get_by_role("listbox", name="Search cards").get_by_role("option", selected=True)
    expect(found).to_contain_text(typed, ignore_case=True)
    palette.press("Enter")


def drag(page: Page, output: Locator, onto: Locator) -> None:
    """An output onto an input, as a hand does it: down, over, and up when it is seen to be taken.
    All at once, the browser lets go before the page has said that it takes it."""
    onto.scroll_into_view_if_needed()
    output.scroll_into_view_if_needed()
    begin = output.bounding_box()
    assert begin
    page.mouse.move(begin["x"] + 30, begin["y"] + 12)
    page.mouse.down()
    page.mouse.move(begin["x"] + 40, begin["y"] + 16)
    field = onto.locator("xpath=ancestor::*[@data-fit][1]")
    expect(field).not_to_have_attribute("data-fit", "no")
    over = onto.bounding_box()
    assert over
    # To enter is one thing for the browser, and to be over it the next.
    for _ in range(2):
        page.mouse.move(over["x"] + over["width"] / 2, over["y"] + over["height"] / 2)
    expect(field).to_have_attribute("data-over", "true")
    page.mouse.up()


def save(page: Page, version: int) -> None:
    """Save the open flow, as this version."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"version {version}", exact=True)).to_be_visible()


def run(page: Page) -> None:
    """Run the open flow with what it asks for as it is, and see it succeed."""
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^(Run|Save and run)$")).click()
    page.wait_for_url("**/runs/**")
    expect(page.get_by_text("succeeded").first).to_be_visible(timeout=PROBED)


def keys(page: Page) -> Callable[[str], None]:
    """How to come to something by Tab alone: what its name matches."""

    def focused() -> str:
        return str(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.labels?.[0]?.innerText"
                " ?? document.activeElement.innerText"
            )
        ).replace("\n", " ")

    def tab_to(name: str) -> None:
        seen = []
        for _ in range(80):
            page.keyboard.press("Tab")
            seen.append(focused())
            if re.fullmatch(name, seen[-1].strip()):
                return
        pytest.fail(f"Tab never comes to {name}; it came to {seen}")

    return tab_to
