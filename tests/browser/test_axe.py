"""Every view, and each panel and dialog of it, as axe sees it: in light and dark, wide and narrow.

Which views there are is what `ui/src/views.tsx` says: one that is not looked at here fails.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from penstock.sandbox.info import SandboxInfo
from penstock.sandbox.process import SandboxProcess
from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import first_link
from tests.accounts import Customer, trust, unique
from tests.browser.designing import PROBED, card, open_flow
from tests.browser.look import Look
from tests.browser.people import become_administrator, let_in, sign_in
from tests.browser.practice import Practice, practice, stopped

VIEWS: Final = Path(__file__).resolve().parents[2] / "ui" / "src" / "views.tsx"
SLOW: Final = 40_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class World:
    """What there is to look at: a flow that ran well, one that did not, and one that deletes."""

    acme: Practice
    sandbox: SandboxProcess
    good: str
    bad: str
    destroys: str
    done: str
    failed: str


Place = Callable[[Page, World, Look], None]
PLACES: dict[Place, str] = {}
"""How to come to each place, and the path of its view."""


def of(path: str) -> Callable[[Place], Place]:
    """A place of the view at this path of React Router's."""

    def added(place: Place) -> Place:
        PLACES[place] = path
        return place

    return added


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    """Anna is its administrator."""
    with penstock.server() as (process, url):
        become_administrator(url, first_link(process), "anna")
        yield url


@pytest.fixture
def context(context: BrowserContext, server: str) -> BrowserContext:
    """Anna's browser."""
    let_in(context, server, "anna")
    return context


@pytest.fixture(scope="module")
def world(
    penstock: Penstock, server: str, sandbox: SandboxInfo, sandbox_process: SandboxProcess
) -> World:
    acme = practice(penstock, Customer(sandbox))
    good, bad = acme.looking("Look around"), acme.denied()
    destroys = unique("clean")
    acme.apply(
        destroys,
        f"flow: {destroys}\ntitle: Clean up\ncards:\n  - id: remove\n    card: s3.delete_object\n"
        f"    connection: {acme.nickname}\n    inputs: {{bucket: {acme.bucket}, key: k}}\n",
    )
    acme.penstock.ok("connections", "new", "A draft")
    done, failed = acme.run(good), acme.run(bad, fails=True)
    return World(acme, sandbox_process, good, bad, destroys, done, failed)


def heading(page: Page, name: str | None = None) -> None:
    """The view is there, and all it waits for."""
    title = page.get_by_role("heading", level=1)
    expect(title if name is None else title.filter(has_text=name)).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("status", name="Loading…")).to_have_count(0, timeout=SLOW)


def dialog(page: Page) -> Locator:
    opened = page.get_by_role("dialog")
    expect(opened).to_be_visible(timeout=SLOW)
    return opened


@of("")
def home(page: Page, world: World, look: Look) -> None:
    page.goto("/")
    heading(page)
    expect(page.get_by_role("region", name="Failed lately")).to_be_visible()
    look.everywhere("home")


@of("flows")
def flows(page: Page, world: World, look: Look) -> None:
    page.goto("/flows")
    heading(page)
    expect(page.get_by_role("checkbox", name="Choose Look around")).to_be_visible()
    look.everywhere("flows")
    page.get_by_role("checkbox", name="Choose Look around").check()
    expect(page.get_by_role("group", name="What to do with the chosen flows")).to_be_visible()
    look.everywhere("flows-chosen")


@of("flows")
def dialogs_of_flows(page: Page, world: World, look: Look) -> None:
    page.goto("/flows")
    heading(page)
    page.get_by_role("button", name="New flow").click()
    dialog(page)
    look.everywhere("flows-new")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New folder", exact=True).click()
    dialog(page)
    look.everywhere("flows-folder")
    page.keyboard.press("Escape")
    for action in ("Move to a folder…", "Delete…"):
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="More for Look around").click()
        page.get_by_role("menuitem", name=action).click()
        dialog(page)
        look.everywhere(f"flows-{action.split()[0].rstrip('…').lower()}")
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="More for Look around").click()
    expect(page.get_by_role("menuitem", name="Delete…")).to_be_visible()
    look.everywhere("flows-menu")


@of("flows/:name")
def panels_of_the_designer(page: Page, world: World, look: Look) -> None:
    open_flow(page, world.good)
    needs = page.get_by_role("complementary", name="Needs")
    expect(needs.get_by_role("region", name="permission policy")).to_be_visible(timeout=SLOW)
    needs.get_by_role("button", name="Ask AWS now").click()
    expect(needs.get_by_text("allowed").first).to_be_visible(timeout=SLOW)
    look.everywhere("designer-needs")
    page.get_by_role("button", name="YAML", exact=True).click()
    expect(page.get_by_role("textbox", name="The flow as YAML")).to_be_visible()
    look.everywhere("designer-yaml")
    page.get_by_label("Title of the flow").fill("Another title")
    page.get_by_role("button", name="Versions", exact=True).click()
    page.get_by_role("button", name="Compare version 1").click()
    expect(page.get_by_role("region", name=re.compile("From version 1"))).to_be_visible()
    look.everywhere("designer-versions")


@of("flows/:name")
def choosers_of_the_designer(page: Page, world: World, look: Look) -> None:
    open_flow(page, world.good)
    page.get_by_role("button", name="Add a card after Search Objects").click()
    expect(page.get_by_role("combobox", name="Search cards")).to_be_focused()
    look.everywhere("designer-palette")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    dialog(page)
    look.everywhere("designer-jump")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Pick a value for Key").first.click()
    expect(page.get_by_role("combobox", name="Pick a value for Key")).to_be_focused()
    look.everywhere("designer-pick")
    page.get_by_role("combobox", name="Pick a value for Key").press("Escape")
    page.get_by_role("button", name="Connection of Search Objects find:").click()
    expect(page.get_by_role("combobox", name="Find a connection")).to_be_focused()
    look.everywhere("designer-connection")


@of("flows/:name")
def cards_of_the_designer(page: Page, world: World, look: Look) -> None:
    open_flow(page, world.good)
    start = card(page, "Start")
    start.get_by_role("button", name="Add an input").click()
    expect(start.get_by_label("Name", exact=True)).to_be_visible()
    look.everywhere("designer-input")
    search = card(page, "Search Objects")
    search.get_by_role("button", name="More for Search Objects find").click()
    expect(page.get_by_role("menuitem", name="If it fails")).to_be_visible()
    look.everywhere("designer-menu")
    page.get_by_role("menuitem", name="If it fails").click()
    failing = search.get_by_role("region", name="If it fails: Search Objects")
    failing.get_by_role("combobox", name="Try again").select_option("own")
    failing.get_by_role("combobox", name="Then").select_option("continue")
    look.everywhere("designer-error-panel")
    search.get_by_role("button", name=re.compile(r"^\d+ more inputs$")).click()
    search.get_by_role("combobox", name="Bucket", exact=True).fill("{{ nothing.there }}")
    expect(search).to_contain_text("nothing", timeout=SLOW)
    expect(page.get_by_role("status").get_by_text(re.compile("problem"))).to_be_visible()
    look.everywhere("designer-problem")


@of("flows/:name")
def running_from_the_designer(page: Page, world: World, look: Look) -> None:
    for name, shown in ((world.good, "run"), (world.destroys, "destroys")):
        open_flow(page, name)
        page.get_by_role("button", name="Run", exact=True).click()
        dialog(page)
        look.everywhere(f"designer-{shown}")


@of("flows/:name")
def empty_and_missing(page: Page, world: World, look: Look) -> None:
    name = unique("empty")
    world.acme.apply(name, f"flow: {name}\ncards: []\n")
    page.goto(f"/flows/{name}")
    expect(page.get_by_role("combobox", name="Search cards")).to_be_visible(timeout=SLOW)
    look.everywhere("designer-empty")
    page.goto("/flows/there-is-none")
    expect(page.get_by_role("alert")).to_be_visible()
    look.everywhere("designer-missing")


@of("flows/:name")
def saved_by_somebody_else(page: Page, world: World, look: Look) -> None:
    name = unique("both")
    text = "flow: {name}\ntitle: {title}\ncards: []\n"
    world.acme.apply(name, text.format(name=name, title="Ours"))
    page.goto(f"/flows/{name}")
    title = page.get_by_label("Title of the flow")
    expect(title).to_have_value("Ours")
    title.fill("Mine")
    world.acme.apply(name, text.format(name=name, title="Theirs"))
    # Whether it was told of it before or finds out by saving.
    with suppress(AssertionError):
        expect(page.get_by_role("alert")).to_be_visible(timeout=1_000)
    if page.get_by_role("alert").count() == 0:
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="version 2")).to_be_visible(timeout=SLOW)
    look.everywhere("designer-conflict")


@of("flow-map")
def flow_map(page: Page, world: World, look: Look) -> None:
    for address, shown in (("/flow-map", "picture"), ("/flow-map?as=list", "list")):
        page.goto(address)
        heading(page)
        expect(page.get_by_role("link", name=re.compile("Look around"))).to_be_visible()
        look.everywhere(f"map-{shown}")


@of("runs")
def runs(page: Page, world: World, look: Look) -> None:
    page.goto("/runs")
    heading(page)
    expect(page.get_by_role("link", name="Look around").first).to_be_visible()
    look.everywhere("runs")
    page.goto("/runs?flow=there_is_none")
    expect(page.get_by_role("button", name="Clear filters").first).to_be_visible()
    look.everywhere("runs-none")


@of("runs/:id")
def a_run_that_went_well(page: Page, world: World, look: Look) -> None:
    page.goto(f"/runs/{world.done}")
    heading(page, "Look around")
    find = page.get_by_role("listitem", name="Search Objects, find")
    find.get_by_text("objects", exact=True).click()
    find.get_by_text("2 requests").click()
    page.get_by_role("button", name="Show the log").click()
    expect(page.get_by_role("region", name="Log").get_by_role("table")).to_be_visible()
    look.everywhere("run-done")
    page.get_by_role("region", name="Log").scroll_into_view_if_needed()
    look.everywhere("run-log")


@of("runs/:id")
def a_run_that_failed(page: Page, world: World, look: Look) -> None:
    page.goto(f"/runs/{world.failed}")
    expect(page.get_by_text("failed at Upload Object")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Copy statement to add")).to_be_visible()
    look.everywhere("run-failed")


@of("runs/:id")
def a_run_under_way(page: Page, world: World, look: Look) -> None:
    page.goto(f"/runs/{world.done}")
    heading(page, "Look around")
    with stopped(world.sandbox):
        page.get_by_role("button", name="Run again").click()
        page.wait_for_url(lambda url: world.done not in url)
        expect(page.get_by_role("button", name="Cancel")).to_be_enabled(timeout=SLOW)
        find = page.get_by_role("listitem", name="Search Objects, find")
        expect(find.get_by_text("running", exact=True)).to_be_visible(timeout=SLOW)
        look.everywhere("run-running")
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=SLOW)


@of("connections")
def connections(page: Page, world: World, look: Look) -> None:
    page.goto("/connections")
    heading(page)
    expect(page.get_by_role("link", name=world.acme.nickname)).to_be_visible()
    look.everywhere("connections")
    for action in ("Rename", "Edit description", "Delete"):
        page.get_by_role("button", name="Actions for A draft").click()
        page.get_by_role("menuitem", name=re.compile(action)).click()
        dialog(page)
        look.everywhere(f"connections-{action.split()[0].lower()}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@of("connections")
def each_step_of_new_connection(page: Page, world: World, look: Look) -> None:
    page.goto("/connections?new")
    opened = dialog(page)
    look.everywhere("new-nickname")
    opened.get_by_label("Connection nickname").fill(unique("step"))
    opened.get_by_role("button", name="Continue").click()
    external_id = opened.get_by_role("textbox", name="External ID")
    expect(external_id).not_to_have_value("")
    expect(opened.get_by_label("Trust policy", exact=True)).to_be_visible(timeout=SLOW)
    look.everywhere("new-policies")
    principal = world.acme.customer.sandbox.platform.arn
    role = world.acme.customer.make_role(trust(principal))
    opened.get_by_label("Role ARN").fill(role)
    opened.get_by_role("button", name="Create").click()
    expect(opened.get_by_role("button", name="Try again")).to_be_visible(timeout=PROBED)
    look.everywhere("new-refused")
    world.acme.customer.retrust(role, trust(principal, external_id.input_value()))
    opened.get_by_role("button", name="Try again").click()
    expect(opened.get_by_role("button", name="Done")).to_be_visible(timeout=PROBED)
    look.everywhere("new-verified")


@of("connections/:reference")
def a_connection(page: Page, world: World, look: Look) -> None:
    page.goto(f"/connections/{world.acme.nickname}")
    heading(page, world.acme.nickname)
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(page.get_by_role("status", name="Loading…")).to_have_count(0, timeout=SLOW)
    look.everywhere("connection")
    for region in page.get_by_role("region").all()[1:]:
        region.scroll_into_view_if_needed()
    look.everywhere("connection-below")
    page.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name=re.compile("another role")).click()
    dialog(page)
    look.everywhere("connection-repoint")


@of("connections/:reference")
def a_draft_and_none(page: Page, world: World, look: Look) -> None:
    page.goto("/connections/A draft")
    heading(page, "A draft")
    expect(page.get_by_label("Role ARN")).to_be_visible()
    look.everywhere("connection-draft")
    page.goto("/connections/there-is-none")
    expect(page.get_by_role("alert")).to_be_visible()
    look.everywhere("connection-missing")


@of("cards")
def cards(page: Page, world: World, look: Look) -> None:
    page.goto("/cards")
    heading(page)
    expect(page.get_by_role("link", name="Search Objects", exact=True)).to_be_visible()
    look.everywhere("cards")


@of("cards/:id")
def a_card(page: Page, world: World, look: Look) -> None:
    page.goto("/cards/s3.search_objects")
    heading(page, "Search Objects")
    page.get_by_role("region", name="Outputs").get_by_text(
        re.compile(r"^\d+ fields$")
    ).first.click()
    page.get_by_text("Policy for this card alone").click()
    look.everywhere("card")


@of("settings")
def settings(page: Page, world: World, look: Look) -> None:
    page.goto("/settings")
    heading(page)
    tabs = page.get_by_role("tablist", name="Settings").get_by_role("tab")
    expect(tabs).to_have_count(5)
    for name in tabs.all_inner_texts():
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        expect(page.get_by_role("status", name="Loading…")).to_have_count(0, timeout=SLOW)
        look.everywhere(f"settings-{name.lower().replace(' ', '-')}")


@of("settings")
def dialogs_of_settings(page: Page, world: World, look: Look) -> None:
    page.goto("/settings?tab=users")
    page.get_by_role("button", name="Add a user").click()
    form = page.get_by_role("dialog", name="Add a user")
    form.get_by_label("Username").fill("not one")
    form.get_by_role("button", name="Add").click()
    expect(form.get_by_label("Username")).to_have_attribute("aria-invalid", "true")
    look.everywhere("settings-add-user")
    form.get_by_label("Username").fill(unique("user"))
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_role("dialog", name=re.compile("One-time link"))).to_be_visible()
    look.everywhere("settings-link")
    page.goto("/settings?tab=tokens")
    page.get_by_role("button", name="Make a token").click()
    form = page.get_by_role("dialog", name="Make a token")
    form.get_by_label("Name").fill("for the looks")
    look.everywhere("settings-make-token")
    form.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("dialog", name="The new token")).to_be_visible()
    look.everywhere("settings-token")


# No view of the pages: what stands before them, and where there is none.


@of("*")
def nowhere(page: Page, world: World, look: Look) -> None:
    page.goto("/nowhere")
    expect(page.get_by_text("There is nothing at this address")).to_be_visible()
    look.everywhere("nowhere")


@of("*")
def signing_in(page: Page, world: World, look: Look) -> None:
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=SLOW)
    look.everywhere("sign-in")
    sign_in(page, "anna", "not her password")
    expect(page.get_by_role("alert")).to_be_visible()
    look.everywhere("sign-in-refused")


@of("*")
def a_one_time_link(page: Page, world: World, look: Look) -> None:
    said = world.acme.penstock.ok("users", "add", unique("guest"), "--role", "viewer").out
    page.context.clear_cookies()
    page.goto(said.split()[0])
    expect(page.get_by_role("heading", name=re.compile("^Welcome"))).to_be_visible(timeout=SLOW)
    look.everywhere("link")


@of("*")
def a_session_that_ended(page: Page, world: World, look: Look) -> None:
    page.goto("/connections")
    heading(page)
    page.context.clear_cookies()
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible(timeout=SLOW)
    look.everywhere("sign-in-again")


def test_each_view_is_looked_at() -> None:
    source = VIEWS.read_text(encoding="utf-8")
    declared = re.findall(r"^  view\(\"([^\"]*)\", ", source, re.MULTILINE)
    assert len(declared) == len(re.findall(r"\bview\(\"", source))
    assert {*declared, "*"} == set(PLACES.values())


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place.__name__))
def test_axe_finds_nothing_serious(page: Page, world: World, look: Look, place: Place) -> None:
    place(page, world, look)
    # A server that is asked nothing more ends at once.
    page.goto("about:blank")
