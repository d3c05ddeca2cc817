"""A person's browser: Chromium in front of a real server with the practice AWS behind it.

Skipped, and said so, where there is no Chromium, or no build of the pages and no npm to make
one. What a page logs as an error, throws, or is forbidden by its Content-Security-Policy fails
the test that opened it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer
from tests.browser.keeping import Keeper, keeper
from tests.browser.look import Look

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src" / "penstock" / "server" / "static" / "index.html"
# A machine that is busy with other tests answers late; whoever waits sees it as soon as it does.
PATIENCE = 15_000
CHROMIUM = ("chromium", "chromium-headless-shell", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def pages_built() -> None:
    """The pages as their source is now."""
    build = [sys.executable, str(ROOT / "scripts" / "ui.py")]
    if shutil.which("npm"):
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    elif not BUILT.is_file():
        pytest.skip("the pages are not built and there is no npm to build them with")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Not for the session: while it runs, its thread can run no other event loop."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright, pages_built: None) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    # Chromium's own sandbox does not start as root, which containers often are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
    except Error as error:
        pytest.skip(f"there is no Chromium: {str(error).splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def penstock(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxInfo) -> Penstock:
    """The command, running as the sandbox's platform principal."""
    return Penstock(tmp_path_factory.mktemp("browser") / "data", sandbox.variables())


@pytest.fixture(scope="module")
def server(penstock: Penstock) -> Iterator[str]:
    """The address of `penstock up`."""
    with penstock.server() as (_, url):
        yield url


@pytest.fixture(scope="module")
def kept(server: str) -> Iterator[Keeper]:
    """What is kept on the server, if it asks nobody who they are."""
    with keeper(server) as kept:
        yield kept


@pytest.fixture
def customer(sandbox: SandboxInfo) -> Customer:
    return Customer(sandbox)


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    context = browser.new_context(
        base_url=server,
        viewport={"width": 1440, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of it, which must not complain."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        # What the server refuses the browser logs too; the page says it to the user.
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield page
    assert complaints == []


@pytest.fixture
def look(request: pytest.FixtureRequest, page: Page) -> Look:
    """Looks at the page: with axe, in light and dark, and with pictures kept."""
    return Look(page, request.path.stem.removeprefix("test_"))
