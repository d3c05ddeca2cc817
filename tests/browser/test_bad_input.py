"""Names and values that mean harm, or no end: they are text, whole, in their own direction, and
inside the window, wherever a page shows them.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer
from tests.browser.designing import open_flow
from tests.browser.hostile import TEXTS, VISIBLE, nothing_runs, sound
from tests.browser.keeping import Keeper
from tests.browser.look import Look
from tests.browser.practice import Practice, practice

each_text = pytest.mark.parametrize("kind", TEXTS)
each_name = pytest.mark.parametrize("kind", VISIBLE)


@pytest.fixture(scope="module")
def acme(penstock: Penstock, kept: Keeper, sandbox: SandboxInfo) -> Practice:
    return practice(penstock, Customer(sandbox), kept)


@pytest.fixture(scope="module")
def api(server: str) -> Iterator[httpx.Client]:
    """The API, as anyone on this machine may use it."""
    with httpx.Client(base_url=f"{server}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def runs(acme: Practice, api: httpx.Client) -> dict[str, str]:
    """The last run of each flow, by kind of text: it writes an object and fails to read one."""
    return {kind: _run(api, _flow(acme, kind, text)) for kind, text in TEXTS.items()}


def _flow(acme: Practice, kind: str, text: str) -> dict[str, Any]:
    """A flow that says `text` wherever one can."""
    key = text.encode()[:800].decode(errors="ignore")
    through = {"connection": acme.nickname, "note": text}
    return {
        "flow": f"bad_{kind}",
        "title": text,
        "description": text,
        "start": {"inputs": {"given": {"title": text, "help": text, "default": text}}},
        "cards": [
            {
                "id": "put",
                "card": "s3.upload_object",
                **through,
                "inputs": {
                    "bucket": acme.bucket,
                    "key": f"reports/{kind}/{key}",
                    "text": "{{ start.given }}",
                    "metadata": {"given": kind},
                },
            },
            {
                "id": "find",
                "card": "s3.search_objects",
                **through,
                "inputs": {"bucket": acme.bucket, "prefix": f"reports/{kind}/"},
            },
            {
                "id": "fetch",
                "card": "s3.download_object",
                **through,
                "inputs": {"bucket": acme.bucket, "key": "{{ find.objects[0].key }}"},
            },
            {
                "id": "read",
                "card": "s3.read_object",
                **through,
                "inputs": {"bucket": acme.bucket, "key": f"payroll/{key}"},
            },
        ],
    }


def _run(api: httpx.Client, document: dict[str, Any]) -> str:
    kept = api.post("/flows", json={"text": json.dumps(document)})
    assert kept.status_code < 300, kept.text
    started = api.post(f"/flows/{document['flow']}/runs", json={})
    assert started.status_code < 300, started.text
    return str(started.json()["id"])


@each_text
def test_a_run_says_what_it_was_given_and_gave(
    page: Page, runs: dict[str, str], kind: str, look: Look
) -> None:
    text = TEXTS[kind]
    with nothing_runs(page):
        page.goto(f"/runs/{runs[kind]}")
        expect(page.get_by_text("failed at Read Object")).to_be_visible(timeout=60_000)
        heading = page.get_by_role("heading", level=1)
        assert _said(heading.inner_text(), text)
        sound(page, text)
        find = page.get_by_role("listitem", name="Search Objects, find")
        find.get_by_text("objects", exact=True).click()
        find.get_by_text(f"reports/{kind}/").nth(1).click()
        page.get_by_role("button", name="Show the log").click()
        expect(page.get_by_role("region", name="Log").get_by_role("table")).to_be_visible()
        sound(page, text)
        look.picture(f"run-{kind}")


def _said(shown: str, text: str) -> bool:
    """Whether it is the text, or how it begins."""
    whole = " ".join(text.split())
    return " ".join(shown.rstrip("…").split()) in whole


@pytest.mark.parametrize("path", ["/", "/flows", "/flow-map", "/flow-map?as=list", "/runs"])
def test_lists_keep_to_the_window(page: Page, runs: dict[str, str], path: str, look: Look) -> None:
    with nothing_runs(page):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for kind in ("emoji", "long", "override"):
            begin = " ".join(TEXTS[kind].split())[:40]
            expect(page.get_by_role("main").get_by_text(begin).first).to_be_visible()
        for text in TEXTS.values():
            sound(page, text)
        look.picture(f"list-{path.strip('/').replace('?', '-') or 'home'}")


@each_text
def test_the_designer_says_it_wherever_it_is_written(
    page: Page, runs: dict[str, str], kind: str, look: Look
) -> None:
    text = TEXTS[kind]
    with nothing_runs(page):
        open_flow(page, f"bad_{kind}")
        expect(page.get_by_role("heading", level=1)).to_have_text(text)
        written = page.get_by_label("Note on put").input_value()
        assert written == text.replace("\r\n", "\n")
        sound(page, text)
        for panel in ("Needs", "YAML", "Versions"):
            button = page.get_by_role("button", name=panel, exact=True)
            if button.get_attribute("aria-pressed") != "true":
                button.click()
            expect(page.get_by_role("complementary", name=panel)).to_be_visible()
            sound(page, text)
        page.get_by_label("Title of the flow").fill("Another")
        page.get_by_role("button", name=re.compile("Compare version 1")).click()
        expect(page.get_by_role("region", name=re.compile("From version 1"))).to_be_visible()
        sound(page, text)
        look.picture(f"versions-{kind}")
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Run", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Run", exact=True)).to_be_visible()
        sound(page, text)
        look.picture(f"run-form-{kind}")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Pick a value for Key").first.click()
        choices = page.get_by_role("combobox", name="Pick a value for Key")
        expect(choices).to_be_focused()
        sound(page, text)
        look.picture(f"pick-{kind}")
        # Where the window became too narrow for it, it was away for a moment, and not in focus.
        choices.press("Escape")
        expect(choices).to_be_hidden()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
        sound(page, text)
        look.picture(f"jump-{kind}")
