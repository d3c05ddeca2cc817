"""Who signs in."""

import httpx
from playwright.sync_api import BrowserContext, Page

from tests.acceptance.command import Penstock
from tests.acceptance.test_sharing import PASSWORD


def become_administrator(url: str, link: str, username: str) -> None:
    """Uses the link that `penstock up` printed, as the page does; the password is PASSWORD."""
    body = {"link": link.partition("#link=")[2], "username": username, "password": PASSWORD}
    answer = httpx.post(
        f"{url}/api/v1/session/link/redeem",
        json=body,
        headers={"Origin": url, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200, answer.text


def join(penstock: Penstock, username: str, role: str) -> None:
    """Adds a user, who chooses PASSWORD."""
    said = penstock.ok("users", "add", username, "--role", role).out.split()[0]
    url, _, link = said.partition("/#link=")
    answer = httpx.post(
        f"{url}/api/v1/session/link/redeem",
        json={"link": link, "password": PASSWORD},
        headers={"Origin": url, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200, answer.text


def let_in(context: BrowserContext, url: str, username: str) -> None:
    """Signs a whole browser in, as its pages would."""
    answer = context.request.post(
        f"{url}/api/v1/session",
        data={"username": username, "password": PASSWORD},
        headers={"Origin": url, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.ok, answer.text()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fills in the sign-in form that the page shows."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
