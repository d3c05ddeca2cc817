"""Mapping one card's outputs onto another's inputs: each way by mouse and by keyboard.

The cards are those of `tests/holding.py`: they need no AWS, and one gives a list.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import unique
from tests.browser.designing import drag
from tests.browser.installed import with_holding_cards
from tests.browser.keeping import Keeper
from tests.browser.look import Look

FLOW = """\
flow: {name}
title: Say it twice
start:
  inputs:
    who: {{type: text, required: false}}
cards:
  - id: first
    card: holding.say
    # What is said first.
    inputs: {{text: one two}}
  - id: second
    card: holding.say
    inputs:
      text: said {text}   # by whom
"""


@pytest.fixture(scope="module")
def penstock(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxInfo) -> Penstock:
    return with_holding_cards(tmp_path_factory.mktemp("mapping"), sandbox)


def open_flow(page: Page, kept: Keeper, text: str = "and done") -> None:
    """The flow of two cards; `text` is how the second one's text ends."""
    name = unique("mapping").replace("-", "_")
    kept.apply(FLOW.format(name=name, text=text))
    page.goto(f"/flows/{name}")
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("status").get_by_text(re.compile("no problems|remark"))).to_be_visible()


def card(page: Page, card_id: str) -> Locator:
    return page.get_by_role("article").filter(
        has=page.get_by_role("button", name=f"Collapse {card_id}", exact=True)
    )


def text_of(page: Page) -> Locator:
    """The second card's text."""
    return card(page, "second").get_by_role("textbox", name="Text", exact=True)


def row(page: Page, output: str) -> Locator:
    """An output of the first card, as it is dragged."""
    use = card(page, "first").get_by_role("button", name=f"Use {output} in…", exact=True)
    return use.locator("xpath=..")


def place_caret(field: Locator, at: int) -> None:
    field.click()
    field.press("Home")
    for _ in range(at):
        field.press("ArrowRight")


def pick(page: Page, label: str, typed: str) -> None:
    """Pick a value for an input of the second card, by keyboard alone."""
    card(page, "second").get_by_role("button", name=f"Pick a value for {label}").press("Enter")
    expect(page.get_by_role("combobox", name=f"Pick a value for {label}")).to_be_focused()
    page.keyboard.insert_text(typed)
    expect(page.get_by_role("option", selected=True)).to_contain_text(typed)
    page.keyboard.press("Enter")


def yaml(page: Page) -> str:
    """The text that the server has written for what the strip says."""
    page.get_by_role("button", name="YAML", exact=True).click()
    area = page.get_by_role("textbox", name="The flow as YAML")
    expect(area).to_be_editable()
    return area.input_value()


def test_an_output_dropped_on_a_text_goes_where_the_caret_was(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    place_caret(text_of(page), len("said "))
    drag(page, row(page, "said"), text_of(page))
    expect(text_of(page)).to_have_value("said {{ first.said }}and done")
    # The comments of the card that was changed are still there.
    text = yaml(page)
    assert "text: said {{ first.said }}and done   # by whom" in text
    assert "# What is said first." in text


def test_an_output_picked_by_keyboard_goes_where_the_caret_was(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    place_caret(text_of(page), len("said "))
    pick(page, "Text", "said")
    expect(text_of(page)).to_have_value("said {{ first.said }}and done")
    page.keyboard.press("Control+z")
    expect(text_of(page)).to_have_value("said and done")


def test_a_drop_replaces_where_there_is_nothing_or_one_mapping(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    text_of(page).fill("")
    drag(page, row(page, "said"), text_of(page))
    expect(text_of(page)).to_have_value("{{ first.said }}")
    drag(page, row(page, "count"), text_of(page))
    expect(text_of(page)).to_have_value("{{ first.count }}")


def test_what_does_not_fit_is_dimmed_while_one_drags(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    card(page, "second").get_by_role("button", name="1 more input").click()
    page.get_by_role("button", name="Close the panel").click()
    box = row(page, "quiet").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 16)
    fit = "element => element.closest('[data-fit]')?.dataset.fit"
    times = card(page, "second").get_by_role("textbox", name="Times")
    own = card(page, "first").get_by_role("textbox", name="Text", exact=True)
    expect(page.locator("[data-fit=fits]").first).to_be_attached()
    assert text_of(page).evaluate(fit) == "fits"
    # True or false is no number, and a card's own output is not there yet for itself.
    assert times.evaluate(fit) == "no"
    assert own.evaluate(fit) == "no"
    assert float(times.evaluate("e => getComputedStyle(e.closest('[data-fit]')).opacity")) < 0.5
    page.mouse.up()
    expect(page.locator("[data-fit]")).to_have_count(0)


@pytest.mark.parametrize("way", ["drop", "pick", "use"])
def test_a_list_where_one_value_goes_offers_what_can_be_done(
    page: Page, kept: Keeper, look: Look, way: str
) -> None:
    open_flow(page, kept)
    if way == "drop":
        drag(page, row(page, "words"), text_of(page))
    elif way == "pick":
        pick(page, "Text", "words")
    else:
        row(page, "words").get_by_role("button", name="Use words in…").press("Enter")
        expect(page.get_by_role("combobox", name="Use words in…")).to_be_focused()
        page.keyboard.insert_text("text")
        page.keyboard.press("Enter")
    offer = page.get_by_role("group", name="Text takes one value")
    expect(offer).to_contain_text("first › words is a list, and Text takes one value.")
    first = offer.get_by_role("button", name="Use its first item")
    expect(first).to_be_focused()
    if way == "drop":
        look.everywhere("list")
        page.keyboard.press("Escape")
        expect(offer).to_have_count(0)
        expect(text_of(page)).to_have_value("said and done")
    elif way == "pick":
        page.keyboard.press("Enter")
        expect(text_of(page)).to_have_value("said and done{{ first.words[0] }}")
    else:
        offer.get_by_role("button", name="Do this for each item, in For Each").press("Enter")
        block = page.get_by_role("region", name="For each item of each", exact=True)
        expect(block.get_by_role("article")).to_have_count(1)
        expect(card(page, "second")).to_be_focused()
        expect(text_of(page)).to_have_value("{{ each.item }}")
        expect(page.get_by_role("status").get_by_text("1 remark")).to_be_visible()
        page.keyboard.press("Control+z")
        expect(block).to_have_count(0)
        expect(text_of(page)).to_have_value("said and done")


@pytest.mark.parametrize("written", ["{{ first.said }}", "by {{ first.said }}, {{ first.count }}"])
def test_what_was_typed_and_what_was_mapped_are_both_kept(
    page: Page, kept: Keeper, written: str
) -> None:
    open_flow(page, kept)
    text_of(page).fill("")
    drag(page, row(page, "said"), text_of(page))
    text_of(page).fill(written)
    instead = card(page, "second").get_by_role("button", name="Type a value for Text instead")
    instead.click()
    expect(text_of(page)).to_be_focused()
    text_of(page).fill("by hand")
    again = card(page, "second").get_by_role("button", name=re.compile("^Use .* for Text again"))
    again.press("Enter")
    expect(text_of(page)).to_have_value(written)
    instead.press("Enter")
    expect(text_of(page)).to_have_value("by hand")


def test_what_stands_in_for_what_is_missing_is_said_in_the_chip(
    page: Page, kept: Keeper, look: Look
) -> None:
    open_flow(page, kept, text="{{ start.who }}")
    second = card(page, "second")
    expect(second).to_contain_text("may be missing")
    second.get_by_role("button", name="Say what to use then").press("Enter")
    way = page.get_by_role("combobox", name="If start › who is missing, use…")
    expect(way).to_be_focused()
    expect(way).to_have_value("none")
    look.everywhere("fallback")
    way.select_option("text")
    said = page.get_by_role("textbox", name="What to use for start › who")
    said.fill('some "body" }}')
    page.get_by_role("button", name="Done").press("Enter")
    expect(text_of(page)).to_have_value('said {{ start.who ?? "some \\"body\\" }}" }}')
    expect(second).to_contain_text('start › who, or some "body" }}')
    expect(second).not_to_contain_text("may be missing")
    look.everywhere("stands-in")
    text = yaml(page)
    assert "# by whom" in text
    # The same from the text's side, and from there into the form.
    area = page.get_by_role("textbox", name="The flow as YAML")
    lines = [
        re.sub("text: .*#", 'text: "said {{ start.who ?? 12.5 }}"   #', one)
        if "start" in one
        else one
        for one in text.splitlines()
    ]
    area.fill("\n".join(lines) + "\n")
    expect(second).to_contain_text("start › who, or 12.5")
    page.get_by_role("button", name="Close the panel").click()
    button = second.get_by_role("button", name="If what Text is mapped to is missing")
    button.press("Enter")
    expect(way).to_have_value("number")
    expect(page.get_by_role("textbox", name="What to use for start › who")).to_have_value("12.5")
    way.select_option("none")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(text_of(page)).to_have_value("said {{ start.who }}")


def test_a_chip_opens_what_stands_in_for_it(page: Page, kept: Keeper) -> None:
    open_flow(page, kept, text="{{ start.who ?? null }} {{ first.count }}")
    second = card(page, "second")
    second.get_by_text("start › who, or nothing", exact=True).click()
    expect(page.get_by_role("combobox", name="If first › count is missing, use…")).to_be_visible()
    null = page.get_by_role("combobox", name="If start › who is missing, use…")
    expect(null).to_be_focused()
    # It was written by hand and is no text; it is shown all the same.
    expect(null).to_have_value("null")
    null.select_option("text")
    page.keyboard.press("Escape")
    expect(second.get_by_text("start › who, or an empty text", exact=True)).to_be_visible()


def test_a_number_takes_what_can_be_one(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    second = card(page, "second")
    second.get_by_role("button", name="1 more input").click()
    pick(page, "Times", "count")
    expect(second).to_contain_text("first › count")
    second.get_by_role("button", name="If what Times is mapped to is missing").press("Enter")
    way = page.get_by_role("combobox", name="If first › count is missing, use…")
    expect(way.get_by_role("option")).to_have_text(["nothing else: it must be there", "a number"])
    way.select_option("number")
    page.get_by_role("textbox", name="What to use for first › count").fill("3")
    page.keyboard.press("Escape")
    mapped = second.get_by_role("button", name=re.compile("^Times: first › count, or 3"))
    expect(mapped).to_be_visible()
    assert 'times: "{{ first.count ?? 3 }}"' in yaml(page)


def test_forms_that_are_no_mapping_stay_text(page: Page, kept: Keeper) -> None:
    open_flow(page, kept)
    for written in ("{{ first.said | upper }}", "{{ first", "{{ first.said ?? second.said }}"):
        text_of(page).fill(written)
        expect(card(page, "second")).to_contain_text("A mapping is wrong")
        button = card(page, "second").get_by_role(
            "button", name="If what Text is mapped to is missing"
        )
        expect(button).to_have_count(0)
        expect(text_of(page)).to_have_value(written)
    text_of(page).fill('{{ "{{" }} first.said }}')
    text_of(page).blur()
    expect(card(page, "second").get_by_text("{{ first.said }}", exact=True)).to_be_visible()
