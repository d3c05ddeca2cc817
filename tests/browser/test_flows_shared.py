"""The list of flows where several people work: whose a flow is, and who may change what."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import PASSWORD, first_link
from tests.accounts import unique
from tests.browser.keeping import Keeper, keeper
from tests.browser.look import Look
from tests.browser.people import become_administrator, join, let_in


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    """The address of a server with an administrator, two editors and a viewer."""
    with penstock.server() as (process, url):
        become_administrator(url, first_link(process), "root")
        for username, role in (("anna", "editor"), ("bob", "editor"), ("vi", "viewer")):
            join(penstock, username, role)
        yield url


@pytest.fixture(scope="module")
def anna(server: str) -> Iterator[Keeper]:
    """Keeps flows that are Anna's."""
    with keeper(server) as kept:
        said = {"username": "anna", "password": PASSWORD}
        assert kept.api.post("/session", json=said).is_success
        yield kept


def test_the_owner_is_found_and_gives_a_flow_away(
    context: BrowserContext, page: Page, server: str, anna: Keeper, look: Look
) -> None:
    title = unique("Of Anna")
    flow = anna.keep(title)
    let_in(context, server, "bob")
    page.goto(f"/flows?text={title}")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=title))
    expect(row).to_contain_text("by anna")
    page.get_by_role("combobox", name="Owner", exact=True).click()
    page.get_by_role("option", name="anna").click()
    expect(row).to_be_visible()
    look.everywhere("owners")
    row.get_by_role("button", name=f"More for {title}").click()
    page.get_by_role("menuitem", name="Give to another user…").click()
    dialog = page.get_by_role("dialog", name=f"Give {title} to another user")
    dialog.get_by_label("Username").fill("nobody")
    dialog.get_by_role("button", name="Give", exact=True).click()
    expect(dialog).to_contain_text("There is no user `nobody`.")
    dialog.get_by_label("Username").fill("bob")
    dialog.get_by_role("button", name="Give", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="No flow fits")).to_be_visible()
    assert anna.look(flow)["owner"] == "bob"
    page.get_by_role("button", name="Clear filters").click()
    heading = page.get_by_role("columnheader", name="Owner")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(row).to_contain_text("bob")


def test_who_may_only_read_sees_all_and_changes_nothing(
    context: BrowserContext, page: Page, server: str, anna: Keeper, look: Look
) -> None:
    title, place = unique("To look at"), unique("Looking")
    flow = anna.keep(title, folder=place, enabled=False)
    let_in(context, server, "vi")
    page.goto(f"/flows?folder={place}")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=title))
    expect(row).to_contain_text("off")
    expect(row.get_by_role("switch")).to_be_disabled()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    for name in ("New flow", "New folder", f"More for {title}", f"More for the folder {place}"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    look.everywhere("viewer")
    row.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("switch")).to_be_disabled()
    assert anna.look(flow)["enabled"] is False
