"""Who signs in."""

import httpx
from playwright.sync_api import Page

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


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fills in the sign-in form that the page shows."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
