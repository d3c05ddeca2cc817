"""Cards inside cards: made, mapped, moved and folded by mouse and by keyboard, and seen in a run.

The real catalog has no card yet that holds others, so the server has one connector more: a package
beside it, found by its entry point as any connector is.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from penstock.engine.model import EventType, NewEvent, Run
from penstock.sandbox.info import SandboxInfo
from penstock.store.database import open_database
from penstock.store.events import Events
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from tests.acceptance.command import Penstock
from tests.accounts import unique
from tests.browser.designing import add_first
from tests.browser.installed import with_holding_cards
from tests.browser.keeping import Keeper
from tests.browser.look import Look

FLOW = """\
flow: {name}
title: Go through the reports
start:
  inputs:
    loud: {{type: boolean, default: true}}
cards:
  - id: first
    card: holding.say
    inputs: {{text: "one two three"}}
  # Everything below is said of each word.
  - id: loop
    card: holding.each
    inputs:
      items: "{{{{ first.words }}}}"   # all of them
    blocks:
      do:
        - id: shout
          card: holding.say
          inputs:
            text: "{{{{ loop.item }}}}!"
        - id: fork
          card: holding.either
          inputs:
            condition: "{{{{ start.loud }}}}"
          blocks:
            then:
              - id: loud
                card: holding.say
                inputs: {{text: "{{{{ shout.said }}}}", times: 2}}
            else:
              - id: soft
                card: holding.say
                inputs: {{text: "{{{{ shout.said }}}}"}}
  - id: last
    card: holding.say
    inputs: {{text: "{{{{ loop.count }}}} words"}}
"""


@pytest.fixture(scope="module")
def penstock(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxInfo) -> Penstock:
    """The command, beside which the cards that hold others are installed."""
    return with_holding_cards(tmp_path_factory.mktemp("nested"), sandbox)


@pytest.fixture
def flow(kept: Keeper) -> str:
    """A kept flow: three cards, one of which holds two, one of those two more."""
    name = unique("nested").replace("-", "_")
    kept.apply(FLOW.format(name=name))
    return name


def open_flow(page: Page, name: str, cards: int = 8) -> None:
    page.goto(f"/flows/{name}")
    expect(page.get_by_role("article")).to_have_count(cards)
    expect(sound(page)).to_be_visible()


def sound(page: Page) -> Locator:
    return page.get_by_role("status").get_by_text("no problems")


def block(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def card(page: Page, card_id: str) -> Locator:
    return page.get_by_role("article").filter(
        has=page.get_by_role("button", name=f"Collapse {card_id}", exact=True)
    )


def place(page: Page) -> list[str]:
    """Where each card stands: the blocks around it, outermost first, and its id."""
    found: list[str] = page.get_by_role("article").evaluate_all(
        """cards => cards.map(card => {
            const around = [];
            for (let at = card.closest("section"); at; at = at.parentElement.closest("section"))
                around.unshift(at.getAttribute("aria-label"));
            return [...around, card.id.replace("card-", "")].join(" > ");
        })"""
    )
    return found


EACH, THEN, ELSE = "For each item of loop", "Then of fork", "Else of fork"
AS_IT_WAS = [
    "start",
    "first",
    "loop",
    f"{EACH} > shout",
    f"{EACH} > fork",
    f"{EACH} > {THEN} > loud",
    f"{EACH} > {ELSE} > soft",
    "last",
]


def text_of(page: Page) -> str:
    """The open flow's YAML once it says what the strip does."""
    page.get_by_role("button", name="YAML", exact=True).click()
    area = page.get_by_role("textbox", name="The flow as YAML")
    expect(area).to_be_editable()
    found = area.input_value()
    page.get_by_role("button", name="Close the panel").click()
    return found


def handle_of(page: Page, card_id: str) -> Locator:
    """The head of a card, by which it is dragged."""
    return card(page, card_id).get_by_title("Drag to move the card")


def drag(page: Page, source: Locator, target: Locator) -> None:
    """As a hand does it: down, over, up. What takes it is known only after the drag has begun."""
    source.scroll_into_view_if_needed()
    begin = source.bounding_box()
    assert begin
    page.mouse.move(begin["x"] + 40, begin["y"] + 12)
    page.mouse.down()
    page.mouse.move(begin["x"] + 48, begin["y"] + 20)
    expect(target).to_have_attribute("data-fit", "fits")
    over = target.bounding_box()
    assert over
    # To enter is one thing for the browser, and to be over it the next.
    for _ in range(2):
        page.mouse.move(over["x"] + over["width"] / 2, over["y"] + over["height"] / 2)
    expect(target).to_have_attribute("data-over", "true")
    page.mouse.up()


def test_cards_inside_cards_are_drawn_inside_them(page: Page, flow: str, look: Look) -> None:
    open_flow(page, flow)
    assert place(page) == AS_IT_WAS
    expect(block(page, EACH)).to_contain_text("4 cards")
    page.get_by_role("button", name="Close the panel").click()
    overview = page.get_by_role("navigation", name="Overview of the cards")
    inner = overview.get_by_role("list", name="For each item")
    expect(inner.get_by_role("button")).to_have_text(["Say", "If", "Say", "Say"])
    inner.get_by_role("button", name="If").click()
    expect(card(page, "fork")).to_be_focused()
    look.everywhere("strip")
    card(page, "loop").focus()
    card(page, "loop").scroll_into_view_if_needed()
    look.everywhere("container")


def test_cards_are_dragged_in_and_out(page: Page, flow: str) -> None:
    open_flow(page, flow)
    page.get_by_role("button", name="Close the panel").click()
    overview = page.get_by_role("navigation", name="Overview of the cards")
    overview.get_by_role("button", name="If").click()
    drag(
        page,
        handle_of(page, "soft"),
        block(page, THEN).get_by_role("button", name="Add a card after Say loud"),
    )
    moved = [*AS_IT_WAS[:6], f"{EACH} > {THEN} > soft", "last"]
    expect(block(page, ELSE)).to_contain_text("no cards")
    assert place(page) == moved
    expect(card(page, "soft")).to_be_focused()
    expect(block(page, ELSE).get_by_role("article")).to_have_count(0)
    # Out of both, to the end of the flow; what it refers to is inside of what it has left.
    page.keyboard.press("Control+z")
    expect(block(page, ELSE)).to_contain_text("1 card")
    assert place(page) == AS_IT_WAS
    drag(page, handle_of(page, "soft"), page.get_by_role("button", name="Add a card after If fork"))
    expect(block(page, EACH).get_by_role("article")).to_have_count(4)
    assert place(page)[6:] == [f"{EACH} > soft", "last"]
    expect(sound(page)).to_be_visible()
    assert "else:" not in text_of(page)


def test_a_card_is_not_dropped_into_itself(page: Page, flow: str) -> None:
    open_flow(page, flow)
    page.get_by_role("button", name="Close the panel").click()
    handle = handle_of(page, "loop")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 48, box["y"] + 20)
    inside = block(page, EACH).get_by_role("button", name="Add a card at the beginning of")
    beside = page.get_by_role("button", name="Add a card after Say first")
    before = page.get_by_role("button", name="Add a card after Start")
    expect(before).to_have_attribute("data-fit", "fits")
    expect(inside.first).to_have_attribute("data-fit", "no")
    expect(beside).to_have_attribute("data-fit", "no")
    page.mouse.up()
    expect(before).not_to_have_attribute("data-fit", "fits")
    assert place(page) == AS_IT_WAS


def test_cards_go_in_and_out_by_keyboard(page: Page, flow: str) -> None:
    open_flow(page, flow)
    press = page.keyboard.press
    card(page, "last").focus()
    press("Alt+ArrowDown")
    expect(card(page, "last")).to_be_focused()
    assert place(page)[-1] == f"{EACH} > last"
    press("Alt+ArrowDown")
    assert place(page)[6] == f"{EACH} > {THEN} > last"
    press("Alt+ArrowLeft")
    assert place(page)[5:7] == [f"{EACH} > {THEN} > last", f"{EACH} > {THEN} > loud"]
    press("Alt+ArrowDown")
    assert place(page)[6] == f"{EACH} > {ELSE} > last"
    expect(page.get_by_role("status").get_by_text("Now in Else of fork.")).to_be_attached()
    press("Alt+ArrowUp")
    press("Alt+ArrowUp")
    assert place(page)[-1] == f"{EACH} > last"
    press("Alt+ArrowUp")
    assert place(page) == AS_IT_WAS
    expect(card(page, "last")).to_be_focused()
    # Each step is one to undo.
    for _ in range(7):
        press("Control+z")
    assert place(page) == AS_IT_WAS
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="More for Say soft").click()
    page.get_by_role("menuitem", name="Move into Then of fork").click()
    assert place(page)[6] == f"{EACH} > {THEN} > soft"
    expect(card(page, "soft")).to_be_focused()


def test_a_block_is_filled_from_the_palette_and_the_clipboard(
    page: Page, kept: Keeper, look: Look
) -> None:
    name = unique("bare").replace("-", "_")
    kept.apply(f"flow: {name}\ncards: []\n")
    page.goto(f"/flows/{name}")
    add_first(page, "for each")
    each = block(page, "For each item of each")
    expect(each).to_contain_text("no cards")
    expect(each).to_contain_text("Needed")
    expect(page.get_by_role("status").get_by_text("2 to fill in")).to_be_visible()
    look.everywhere("empty")
    each.get_by_role("button", name=re.compile("^Add a card, or drop one here")).click()
    page.get_by_role("combobox", name="Search cards").fill("says something")
    page.keyboard.press("Enter")
    say = card(page, "say")
    expect(say).to_be_focused()
    # What the block gives goes into the card inside of it, by the output's button.
    each.get_by_role("button", name="Use item in…").click()
    page.get_by_role("combobox", name="Use item in…").fill("text")
    page.keyboard.press("Enter")
    expect(say.get_by_role("textbox", name="Text")).to_have_value("{{ each.item }}")
    page.get_by_role("button", name="More for Say say").click()
    page.get_by_role("menuitem", name="Copy as YAML").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('id: say'))")
    page.get_by_role("button", name="Add a card after For Each each").click()
    page.get_by_role("button", name="Paste cards here").click()
    expect(card(page, "say_2")).to_be_focused()
    # It stands outside now, where the card has ended and gives something else.
    expect(card(page, "say_2")).to_contain_text("each has no item")
    page.get_by_role("button", name="More for Say say_2").click()
    page.get_by_role("menuitem", name="Move into For each item of each").click()
    expect(page.get_by_role("status").get_by_text("1 to fill in")).to_be_visible()
    text = text_of(page)
    assert text.index("id: each") < text.index("      do:") < text.index("id: say_2")


def test_blocks_are_folded_and_say_what_they_hold(page: Page, flow: str, look: Look) -> None:
    open_flow(page, flow)
    page.get_by_role("button", name="Close the panel").click()
    text = card(page, "loud").get_by_role("textbox", name="Text")
    text.fill("{{ nobody.said }}")
    expect(card(page, "loud")).to_contain_text("There is no card nobody")
    fold = page.get_by_role("button", name=f"Fold {EACH}")
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    each = block(page, EACH)
    expect(each.get_by_role("article")).to_have_count(0)
    expect(each).to_contain_text("4 cards")
    expect(each).to_contain_text("1 problem")
    look.everywhere("folded")
    # Whoever jumps to a card inside sees it.
    overview = page.get_by_role("navigation", name="Overview of the cards")
    overview.get_by_role("button", name=re.compile("1 problem")).click()
    expect(card(page, "loud")).to_be_focused()
    expect(fold).to_have_attribute("aria-expanded", "true")


def test_a_flow_that_cannot_be_run_yet_says_why(page: Page, flow: str) -> None:
    open_flow(page, flow)
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("holds cards inside it")
    expect(dialog.get_by_role("alert")).to_contain_text("Put them in a row instead")


def ran(penstock: Penstock, flow: str) -> str:
    """A run of the flow as history will have it: what ran, and what failed inside. Its id."""
    kept = penstock.ok("flows", "show", flow, "--json").json
    begun = datetime.now(UTC) - timedelta(minutes=1)
    run = Run(
        id=str(uuid4()),
        flow=flow,
        version=1,
        status="running",
        created_at=begun,
        inputs={"loud": True},
        document=kept["document"],
    )
    error = {
        "code": "invalid_input",
        "message": "It is too loud.",
        "hint": "Say it once.",
        "where": {"card": "loud"},
    }
    ends: list[tuple[EventType, str | None, dict[str, Any]]] = [
        ("run.started", None, {}),
        ("card.succeeded", "first", {"outputs": {"said": "one two", "words": ["one", "two"]}}),
        ("card.started", "loop", {"inputs": {"items": ["one", "two"]}}),
        ("card.succeeded", "shout", {"inputs": {"text": "one!"}, "outputs": {"said": "one!"}}),
        ("card.started", "fork", {"inputs": {"condition": True}}),
        ("card.started", "loud", {"inputs": {"text": "one!", "times": 2}}),
        ("card.failed", "loud", {"error": error}),
        ("run.failed", None, {"error": error}),
    ]
    database = open_database(penstock.data)
    Runs(database, Sealer(bytes(32))).add(run)
    Events(database).append(
        NewEvent(run.id, begun + timedelta(seconds=at), kind, card, 1 if card else None, data)
        for at, (kind, card, data) in enumerate(ends)
    )
    return run.id


def test_a_run_shows_the_same_containers(
    page: Page, penstock: Penstock, flow: str, look: Look
) -> None:
    page.goto(f"/runs/{ran(penstock, flow)}")
    strip = page.get_by_role("list", name="What each card was given and gave")
    inside = strip.get_by_role("list", name=EACH).get_by_role("list", name=THEN)
    failed = inside.get_by_role("listitem", name="Say, loud")
    expect(failed).to_contain_text("It is too loud.")
    expect(failed).to_be_in_viewport()
    soft = strip.get_by_role("list", name=ELSE).get_by_role("listitem", name="Say, soft")
    expect(soft).to_contain_text("skipped")
    look.everywhere("run")
    caption = strip.get_by_text("For each item")
    expect(caption.locator("xpath=..")).to_contain_text("4 cards")
    expect(caption.locator("xpath=..")).to_contain_text("failed")
    caption.click()
    expect(failed).not_to_be_visible()
    overview = page.get_by_role("navigation", name="Cards of this run")
    overview.get_by_role("list", name="then").get_by_role("button").click()
    expect(failed).to_be_visible()
    expect(failed).to_be_focused()


def test_three_hundred_cards_in_twenty_that_hold_them(page: Page, kept: Keeper) -> None:
    name = unique("many").replace("-", "_")
    text = [f"flow: {name}", "cards:"]
    for loop in range(20):
        text += [
            f"  - id: loop{loop}",
            "    card: holding.each",
            "    inputs: {items: [a, b]}",
            "    blocks:",
            "      do:",
        ]
        for at in range(14):
            said = f"{{{{ loop{loop}.item }}}}" if not at else f"{{{{ c{loop}_{at - 1}.said }}}}"
            text.append(
                f'        - {{id: c{loop}_{at}, card: holding.say, inputs: {{text: "{said}"}}}}'
            )
    kept.apply("\n".join(text) + "\n")
    open_flow(page, name, cards=301)
    # Drawn in full or not yet, the last one can be gone to.
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find a card in this flow").fill("c19_13")
    page.keyboard.press("Enter")
    expect(card(page, "c19_13")).to_be_focused()
    expect(card(page, "c19_13").get_by_role("textbox", name="Text", exact=True)).to_be_in_viewport()
    # The others follow by themselves.
    expect(page.locator("article[aria-busy]")).to_have_count(0, timeout=30_000)
    inner = card(page, "c10_7")
    inner.scroll_into_view_if_needed()
    field = inner.get_by_role("textbox", name="Text", exact=True)
    field.click()
    # While one types, nothing is drawn anew but the card that one types in.
    page.evaluate(
        """() => {
            window.touched = new Set();
            new MutationObserver(found => found.forEach(({target}) => {
                const card = (target.closest ? target : target.parentElement).closest("article");
                if (card) window.touched.add(card.id);
            })).observe(document, {subtree: true, childList: true, attributes: true});
        }"""
    )
    field.press("End")
    page.keyboard.type(" and on")
    expect(field).to_have_value("{{ c10_6.said }} and on")
    expect(page.get_by_text("not saved", exact=True)).to_be_visible()
    expect(sound(page)).to_be_visible(timeout=30_000)
    assert page.evaluate("[...window.touched]") == ["card-c10_7"]
    inner.get_by_role("button", name="Pick a value for Text").click()
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.insert_text("item")
    expect(page.get_by_role("option", selected=True)).to_contain_text("item")
