"""The map of flows: which use which connections, and which call which."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import unique
from tests.browser.hostile import TEXTS, nothing_runs, sound
from tests.browser.installed import with_calling_cards
from tests.browser.keeping import Keeper, keeper
from tests.browser.look import Look


@pytest.fixture(scope="module")
def penstock(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxInfo) -> Penstock:
    """With a card that calls a flow."""
    return with_calling_cards(tmp_path_factory.mktemp("map"), sandbox)


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    with penstock.server() as (_, url):
        yield url


@pytest.fixture(scope="module")
def kept(server: str) -> Iterator[Keeper]:
    with keeper(server) as kept:
        yield kept


@dataclass(frozen=True, slots=True)
class Drawn:
    """A small world of flows, each with names of its own."""

    mark: str
    used: str
    idle: str
    parent: str
    child: str

    @property
    def address(self) -> str:
        return f"/flow-map?text={self.mark}"


@pytest.fixture
def drawn(penstock: Penstock, kept: Keeper) -> Drawn:
    """A parent that calls a child and itself; the child uses a connection; one nobody uses."""
    mark = unique("map").replace("-", "_")
    used, idle = f"{mark} used", f"{mark} idle"
    for nickname in (used, idle):
        penstock.ok("connections", "new", nickname)
    searching = {"card": "s3.search_objects", "inputs": {"bucket": "some-bucket"}}
    child = kept.keep(
        f"{mark} child", [{"id": "find", "connection": used, **searching}], folder=f"{mark}/In"
    )
    parent = kept.keep(f"{mark} parent", enabled=False)
    cards = [
        {"id": f"call_{number}", "card": "calling.flow", "inputs": {"flow": name}}
        for number, name in enumerate([child, parent, f"{mark}_gone"])
    ]
    text = json.dumps({"flow": parent, "title": f"{mark} parent", "cards": cards})
    assert kept.api.post("/flows", json={"text": text}).status_code == 201
    return Drawn(mark, used, idle, parent, child)


def nodes(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name=name, exact=True)


def test_what_touches_what_is_said_and_leads_there(page: Page, drawn: Drawn, look: Look) -> None:
    page.goto("/flows")
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.get_by_role("heading", name="Map of flows", level=1)).to_be_visible()
    page.get_by_role("searchbox", name="Search the map").fill(drawn.mark)
    expect(page.get_by_role("status")).to_have_text("3 flows, 2 connections")
    flows = nodes(page, "Flows")
    parent = flows.get_by_role("link", name=re.compile(f"^{drawn.mark} parent"))
    expect(parent).to_contain_text("off")
    expect(parent).to_contain_text(
        f"calls {drawn.mark} child, {drawn.mark} parent, {drawn.mark}_gone"
    )
    child = flows.get_by_role("link", name=re.compile(f"^{drawn.mark} child"))
    expect(child).to_contain_text(f"uses {drawn.used}; called by {drawn.mark} parent")
    gone = flows.get_by_role("listitem").filter(has_text=f"{drawn.mark}_gone")
    expect(gone.filter(has_not=page.get_by_role("link"))).to_contain_text("not there")
    expect(flows).to_contain_text(f"{drawn.mark} › In")
    connections = nodes(page, "Connections")
    expect(connections.get_by_role("link", name=drawn.used)).to_contain_text("used by 1 flow")
    expect(connections.get_by_role("link", name=drawn.idle)).to_contain_text("used by no flow")
    look.everywhere("map")

    page.reload()
    child.focus()
    look.picture("map-lit")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/flows/{drawn.child}")
    page.go_back()
    connections.get_by_role("link", name=drawn.used).click()
    expect(page.get_by_role("heading", name=drawn.used, level=1)).to_be_visible()


def test_the_same_as_a_list(page: Page, drawn: Drawn, look: Look) -> None:
    page.goto(drawn.address)
    page.get_by_text("List", exact=True).click()
    table = page.get_by_role("table", name="Map of flows")
    parent = table.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name=f"{drawn.mark} parent")
    )
    expect(parent.get_by_role("cell").nth(2).get_by_role("listitem")).to_have_count(3)
    expect(parent.get_by_role("cell").nth(3)).to_have_text(f"{drawn.mark} parentoff")
    child = table.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name=f"{drawn.mark} child")
    )
    expect(child.get_by_role("cell").first).to_have_text(f"{drawn.mark} › In")
    expect(child.get_by_role("link", name=drawn.used)).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="used by no flow")).to_contain_text(drawn.idle)
    look.everywhere("list")
    page.reload()
    expect(table).to_be_visible()
    child.get_by_role("link", name=f"{drawn.mark} child").click()
    page.wait_for_url(f"**/flows/{drawn.child}")


def test_nothing_fits(page: Page, drawn: Drawn) -> None:
    page.goto(f"/flow-map?text={drawn.mark}-nothing")
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    child = re.compile(f"^{drawn.mark} child")
    expect(nodes(page, "Flows").get_by_role("link", name=child)).to_be_visible()


def test_nothing_to_map_and_no_answer(page: Page, look: Look) -> None:
    empty: dict[str, list[str]] = {"flows": [], "connections": [], "lines": []}
    page.route("**/api/v1/flow-map", lambda route: route.fulfill(json=empty))
    page.goto("/flow-map")
    expect(page.get_by_role("heading", name="Nothing to map yet")).to_be_visible()
    look.everywhere("nothing")
    fault = {"title": "Fault", "status": 500, "detail": "It broke.", "code": "internal_fault"}
    page.unroute("**/api/v1/flow-map")
    page.route("**/api/v1/flow-map", lambda route: route.fulfill(status=500, json=fault))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("It broke.")
    page.unroute("**/api/v1/flow-map")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_connections_of_sixty_flows_stay_in_view(
    page: Page, penstock: Penstock, kept: Keeper, look: Look
) -> None:
    mark = unique("sixty").replace("-", "_")
    nicknames = [f"{mark} {number}" for number in range(5)]
    for nickname in nicknames:
        penstock.ok("connections", "new", nickname)
    for number in range(60):
        card = {
            "id": "find",
            "card": "s3.search_objects",
            "connection": nicknames[number % 5],
            "inputs": {"bucket": "some-bucket"},
        }
        kept.keep(f"{mark} n{number}", [card], folder=f"{mark}/{number // 15}")
    page.goto(f"/flow-map?text={mark}")
    last = nodes(page, "Flows").get_by_role("link", name=f"{mark} n59")
    connection = nodes(page, "Connections").get_by_role("link", name=nicknames[4])
    look.everywhere("sixty")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    expect(connection).to_be_in_viewport()
    last.hover()
    look.picture("sixty-lit")


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_title_is_a_title(page: Page, kept: Keeper, kind: str) -> None:
    flow = kept.keep(TEXTS[kind])
    with nothing_runs(page):
        for shown in ("", "&as=list"):
            page.goto(f"/flow-map?text={flow}{shown}")
            expect(page.get_by_role("status")).to_have_text("1 flow, 0 connections")
            expect(page.get_by_role("main").get_by_role("link").nth(1)).to_be_visible()
            sound(page, TEXTS[kind])
