"""The designer of a flow of any size: opening, scrolling, typing and mapping."""

import re
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Locator, Page
from tests.browser.practice import Practice

from benchmarks.browser import Measured, after, opened, took, worked

TYPED: Final = "reports/of/the/year"
SCROLLED: Final = 3
"""Seconds."""
SLOW: Final = 2_000
"""Milliseconds that every answer of the API is kept back, to see whether typing waits for it."""


def kept(acme: Practice, size: int) -> str:
    """A flow of so many cards, a search and two that read what it found, over and over."""
    cards = [
        f"  - id: find_{number}\n    card: s3.search_objects\n    connection: {acme.nickname}\n"
        f"    inputs: {{bucket: {acme.bucket}, prefix: reports/}}\n"
        if number % 3 == 0
        else f"  - id: read_{number}\n    card: s3.read_object\n    connection: {acme.nickname}\n"
        f"    inputs: {{bucket: {acme.bucket}, "
        f'key: "{{{{ find_{number - number % 3}.objects[0].key }}}}"}}\n'
        for number in range(size)
    ]
    return acme.apply(f"flow_of_{size}", f"flow: flow_of_{size}\ncards:\n{''.join(cards)}")


def measure(browser: Browser, url: str, flow: str, size: int) -> Measured:
    """Milliseconds, and frames a second."""
    found: Measured = {}
    with opened(browser, url) as page:
        so_far = worked(page)
        for name in ("open, first time", "open, again"):
            page.goto(f"/flows/{flow}", wait_until="commit")
            found[name] = page.evaluate(
                "measure.until(() => [...document.querySelectorAll('article label')]"
                ".some(label => label.textContent.startsWith('Prefix')))"
            )
            found[f"{name}: main thread"] = so_far()
        page.get_by_text("no problems").wait_for()
        # Those out of view are drawn when there is nothing else to do: there is from here on.
        page.wait_for_function("() => !document.querySelector('article[aria-busy]')")
        before = so_far()
        frames, longest = page.evaluate(
            """seconds => {
                const box = measure.scroller(document.querySelector('article'));
                if (!box) throw new Error('nothing scrolls');
                let by = 60;
                return measure.frames(() => {
                    const before = box.scrollLeft;
                    box.scrollLeft += by;
                    if (box.scrollLeft === before) by = -by;
                }, seconds);
            }""",
            SCROLLED,
        )
        found["frames a second, scrolling"] = frames
        found["longest frame, scrolling"] = longest
        found["a frame, scrolling: main thread"] = (so_far() - before) / (frames * SCROLLED)
        page.evaluate("measure.scroller(document.querySelector('article')).scrollLeft = 0")
        found["a key, to paint"], found["a key, to paint, worst"] = typing(page)
        page.evaluate(f"measure.slow = {SLOW}")
        found["a key, while the API takes 2 s"], _ = typing(page)
        page.evaluate("measure.slow = 0")
        card = page.get_by_role("article").nth(2)
        found["pick, first cards: the list"], found["pick, first cards: the value"] = pick(card)
        found["drag: the value"] = drag(page)
        # Every card before it offers what it gives.
        last = page.get_by_role("article").nth(size - 1 if size % 3 == 1 else size)
        found["pick, last card: the list"], found["pick, last card: the value"] = pick(last)
    return found


def typing(page: Page) -> tuple[float, float]:
    """What a key takes until it is painted, in the first card's field: the median, the worst."""
    field = page.get_by_role("article").nth(1).get_by_role("textbox", name="Prefix")
    field.click()
    field.fill("")
    times = []
    for letter in TYPED:
        after(page, "keydown")
        page.keyboard.press(letter)
        times.append(took(page))
    return median(times), max(times)


def pick(card: Locator) -> tuple[float, float]:
    """Mapping the card's key anew: until the values are listed, and until it has one."""
    page = card.page
    button = card.get_by_role("button", name="Pick a value for Key")
    button.scroll_into_view_if_needed()
    after(page, "click", "document.querySelector('[role=option]')")
    button.click()
    listed = took(page)
    page.get_by_role("combobox", name="Pick a value for Key").fill("last_key")
    page.get_by_role("option").first.wait_for()
    after(page, "keydown")
    page.keyboard.press("Enter")
    return listed, took(page)


def drag(page: Page) -> float:
    """Dropping an output of the first card onto the second card's bucket: until it has it."""
    output = page.get_by_role("article").nth(1).get_by_text("last_key", exact=True)
    if not output.is_visible():
        page.get_by_role("article").nth(1).get_by_role(
            "button", name=re.compile("more outputs")
        ).click()
    target = page.get_by_role("article").nth(2).get_by_role("combobox", name="Bucket")
    after(page, "drop")
    output.drag_to(target)
    return took(page)
