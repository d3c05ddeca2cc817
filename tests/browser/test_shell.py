"""The frame: where one can go, in which colours, and what is said where something is missing."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.acceptance.command import Penstock
from tests.browser.conftest import BUILT
from tests.browser.look import Look

VIEWS = {
    "Home": "/",
    "Flows": "/flows",
    "Runs": "/runs",
    "Connections": "/connections",
    "Cards": "/cards",
    "Settings": "/settings",
}


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_one_click_away_and_has_an_address(page: Page, name: str) -> None:
    page.goto("/settings" if name != "Settings" else "/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile(f"{re.escape(VIEWS[name])}$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.title().endswith("Penstock")


def test_the_page_may_load_nothing_but_what_this_server_has(
    context: BrowserContext, server: str
) -> None:
    # Not the fixture's page: it would take the complaint below for a fault.
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    response = page.goto("/connections")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    page.get_by_role("button", name="New Connection").first.click()
    page.get_by_role("dialog").wait_for()
    assert {url.split("/")[2] for url in asked} == {server.split("/")[2]}
    # The policy counts: an inline script, which nothing else would stop, does not run.
    page.evaluate(
        "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.addEventListener('securitypolicyviolation', () => { window.stopped = 1 });"
        "document.head.append(script)"
    )
    page.wait_for_function("window.stopped === 1")
    assert page.evaluate("window.ran") is None


def test_colours_follow_the_system_until_chosen(page: Page) -> None:
    page.goto("/settings")
    root = page.locator("html")
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_role("button", name="Light colours").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.get_by_text("As the system").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")


def test_the_keyboard_comes_to_everything_in_the_frame(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    for name in ("Penstock", *VIEWS):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(width.removesuffix("px")) >= 2, f"no focus to be seen on {name}"
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Dark colours")).to_be_focused()


def test_an_address_without_a_view_says_so(page: Page, look: Look) -> None:
    page.goto("/nowhere/at/all")
    expect(page.get_by_text("There is nothing at this address")).to_be_visible()
    look.everywhere("nowhere")
    page.get_by_role("link", name="Go to Home").click()
    expect(page).to_have_url(re.compile("/$"))


def test_what_is_gone_is_said_as_the_api_says_it(page: Page) -> None:
    page.goto("/connections/gone")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is no connection 'gone'.")
    expect(alert).to_contain_text("`penstock connections list`".replace("`", ""))
    expect(alert.get_by_role("button", name="Try again")).to_be_visible()


def test_a_server_that_does_not_answer_is_waited_for(page: Page, look: Look) -> None:
    page.route("**/api/v1/connections?*", lambda route: route.abort())
    page.goto("/connections")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server does not answer.", timeout=30_000)
    look.everywhere("unreachable")
    page.unroute("**/api/v1/connections?*")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="New Connection")).to_be_visible()


def test_loading_is_said(page: Page) -> None:
    page.route("**/api/v1/connections?*", lambda route: None)
    page.goto("/connections")
    expect(page.get_by_role("status", name="Loading…")).to_be_visible()


def test_settings(page: Page, penstock: Penstock, look: Look) -> None:
    page.goto("/settings")
    expect(page.get_by_text(str(penstock.data))).to_be_visible()
    look.everywhere("settings")


@pytest.mark.usefixtures("pages_built")
def test_the_shell_weighs_150_kb_at_most() -> None:
    page = BUILT.read_text()
    named = re.findall(r'(?:src|href)="/([^"]+\.(?:js|css))"', page)
    assert any(name.endswith(".css") for name in named)
    # What a script imports at once comes with it, unlike what it imports when a view is opened.
    seen = {BUILT}
    left = [BUILT.parent / name for name in named]
    while left:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        left += [path.parent / name for name in static_imports(path)]
    weight = sum(len(gzip.compress(path.read_bytes())) for path in seen)
    assert weight <= 150_000, {path.name: path.stat().st_size for path in seen}


def static_imports(path: Path) -> list[str]:
    """The modules that a built module cannot run without."""
    if path.suffix != ".js":
        return []
    return re.findall(r'(?:from|import)\s*"\./([^"]+)"', path.read_text())
