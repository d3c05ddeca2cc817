"""A server that several people use, in their browsers: from the printed link to signing out."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import PASSWORD, first_link
from tests.browser.look import Look
from tests.browser.people import become_administrator, sign_in


@pytest.fixture(scope="module")
def process(penstock: Penstock) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    with penstock.server() as served:
        yield served


@pytest.fixture(scope="module")
def link(process: "tuple[subprocess.Popen[str], str]") -> str:
    """The one-time link that `penstock up` printed; it is used up."""
    link = first_link(process[0])
    become_administrator(process[1], link, "anna")
    return link


@pytest.fixture(scope="module")
def server(process: "tuple[subprocess.Popen[str], str]", link: str) -> str:
    """Its administrator is anna."""
    return process[1]


def test_the_printed_link_makes_the_first_administrator(
    page: Page, tmp_path: Path, penstock: Penstock, look: Look
) -> None:
    with Penstock(tmp_path / "data", penstock.environment).server() as (process, _):
        the_first_administrator(page, first_link(process), look)
        # It must not go on asking a server that is gone.
        page.goto("about:blank")


def the_first_administrator(page: Page, link: str, look: Look) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="The first administrator")).to_be_visible()
    # The secret is out of the address and the history before anything else can see it.
    assert "psl_" not in page.url
    look.everywhere("first")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("New password", exact=True).fill("annaannaanna")
    page.get_by_role("button", name="Become the administrator").click()
    expect(page.get_by_label("New password", exact=True)).to_have_accessible_description(
        re.compile("username")
    )
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Become the administrator").click()
    expect(page.get_by_role("button", name="Signed in as anna")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_signing_in_nothing_is_seen(page: Page, look: Look) -> None:
    page.goto("/connections")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("heading", name="Connections")).to_have_count(0)
    look.everywhere("page")
    sign_in(page, "anna", "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "anna")
    # And one is where one wanted to go.
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()


def test_an_invited_user_chooses_a_password_and_signs_out(page: Page, penstock: Penstock) -> None:
    address = penstock.ok("users", "add", "bob", "--role", "viewer").out.split()[0]
    page.goto(address)
    expect(page.get_by_role("heading", name="Welcome, bob")).to_be_visible()
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("button", name="Signed in as bob").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Signed in as bob")).to_have_count(0)


def test_a_link_that_was_used_says_so(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Go on without it").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_that_ends_loses_nothing(page: Page, context: BrowserContext, look: Look) -> None:
    page.goto("/connections")
    sign_in(page, "anna")
    page.get_by_role("button", name="New Connection").click()
    nickname = page.get_by_role("dialog").get_by_label("Connection nickname")
    nickname.fill("Not lost")
    context.clear_cookies()
    page.get_by_role("button", name="Continue").click()
    again = page.get_by_role("dialog", name="Sign in again")
    expect(again).to_be_visible()
    look.everywhere("again")
    again.get_by_label("Password", exact=True).fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()
    expect(nickname).to_have_value("Not lost")
    # What was refused was asked for again.
    expect(page.get_by_role("textbox", name="External ID")).not_to_have_value("")
