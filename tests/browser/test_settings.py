"""Settings: users, tokens, sessions, the audit log, as an administrator uses them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import PASSWORD, first_link
from tests.browser.look import Look
from tests.browser.people import become_administrator, sign_in


@pytest.fixture(scope="module")
def served(penstock: Penstock) -> Iterator[tuple[str, str]]:
    """The server's address, and the link for its first administrator."""
    with penstock.server() as (process, url):
        yield url, first_link(process)


@pytest.fixture(scope="module")
def server(served: tuple[str, str]) -> str:
    url, link = served
    become_administrator(url, link, "root")
    return url


@pytest.fixture
def settings(page: Page) -> Page:
    """The page, signed in as the administrator, at Settings."""
    page.goto("/settings")
    sign_in(page, "root")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    return page


def test_the_server_is_told_of(settings: Page, look: Look) -> None:
    server = settings.get_by_role("region", name="This server")
    expect(server).to_contain_text("runs flows in this process")
    look.everywhere("general")


def test_a_user_is_invited_changed_and_disabled(settings: Page, look: Look) -> None:
    settings.get_by_role("tab", name="Users").click()
    settings.get_by_role("button", name="Add a user").click()
    dialog = settings.get_by_role("dialog", name="Add a user")
    dialog.get_by_label("Username").fill("white space")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_label("Username")).to_have_accessible_description(
        re.compile("begins with a letter")
    )
    look.everywhere("add-user")
    dialog.get_by_label("Username").fill("ada")
    dialog.get_by_role("radio", name="Runner").check()
    dialog.get_by_role("button", name="Add").click()
    link = settings.get_by_role("dialog", name="One-time link for ada")
    link.get_by_role("button", name="Copy One-time link").click()
    copied = settings.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#link=psl_\w+", copied)
    link.get_by_role("button", name="Done").click()
    row = settings.get_by_role("row", name=re.compile("^ada"))
    expect(row).to_contain_text("invited")
    look.everywhere("users")
    row.get_by_role("combobox", name="Role of ada").click()
    settings.get_by_role("option", name="Viewer").click()
    expect(row.get_by_role("combobox", name="Role of ada")).to_have_value("Viewer")
    row.get_by_role("button", name="Actions for ada").click()
    settings.get_by_role("menuitem", name="Disable").click()
    expect(row).to_contain_text("disabled")


def test_the_last_administrator_stays(settings: Page) -> None:
    settings.get_by_role("tab", name="Users").click()
    settings.get_by_role("button", name="Actions for root").click()
    settings.get_by_role("menuitem", name="Disable").click()
    expect(settings.get_by_role("alert")).to_be_visible()
    expect(settings.get_by_role("row", name=re.compile("^root"))).to_contain_text("active")


def test_a_token_is_made_used_and_revoked(settings: Page, server: str, look: Look) -> None:
    settings.get_by_role("tab", name="API tokens").click()
    settings.get_by_role("button", name="Make a token").click()
    dialog = settings.get_by_role("dialog", name="Make a token")
    dialog.get_by_label("Name").fill("ci")
    look.everywhere("make-token")
    dialog.get_by_role("button", name="Make it").click()
    made = settings.get_by_role("dialog", name="The new token")
    made.get_by_role("button", name="Copy API token").click()
    token = settings.evaluate("navigator.clipboard.readText()")
    made.get_by_role("button", name="Done").click()
    expect(settings.get_by_text(token)).to_have_count(0)
    look.everywhere("tokens")

    def status() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{server}/api/v1/runs", headers=headers).status_code

    assert status() == 200
    settings.get_by_role("button", name="Revoke ci").click()
    expect(settings.get_by_role("row", name=re.compile("^ci"))).to_contain_text("revoked")
    assert status() == 401


def test_another_session_is_ended_and_the_password_changed(settings: Page, look: Look) -> None:
    settings.get_by_role("tab", name="Sign-in").click()
    sessions = settings.get_by_role("region", name="Where you are signed in").get_by_role("row")
    expect(sessions.filter(has_text="this one")).to_have_count(1)
    look.everywhere("sessions")
    before = sessions.count()
    settings.get_by_role("button", name=re.compile("End the session")).first.click()
    expect(sessions).to_have_count(before - 1)
    settings.get_by_label("Current password").fill("not the right one")
    settings.get_by_label("New password").fill(PASSWORD)
    settings.get_by_role("button", name="Change the password").click()
    expect(settings.get_by_role("alert")).to_be_visible()
    settings.get_by_label("Current password").fill(PASSWORD)
    settings.get_by_label("New password").fill(PASSWORD)
    settings.get_by_role("button", name="Change the password").click()
    expect(settings.get_by_text("The password is changed.")).to_be_visible()


def test_who_did_what(settings: Page, look: Look) -> None:
    settings.get_by_role("tab", name="Audit log").click()
    table = settings.get_by_role("region", name="Audit log").get_by_role("table")
    expect(table).to_contain_text("session.sign_in")
    look.everywhere("audit")
    settings.get_by_role("searchbox", name="Only by this user").fill("nobody-at-all")
    expect(table).to_contain_text("Nothing is written down yet.")
