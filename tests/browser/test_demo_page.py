"""What somebody sees who has just run `make demo` and opens the address that it prints."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.command import Penstock
from tests.browser.look import Look

PRINTED = re.compile(r"Penstock goes on at (http://\S+)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that the demonstration prints once it has told its story.

    It is given no AWS environment and no data directory: it brings its own.
    """
    unused: Path = tmp_path_factory.mktemp("demo") / "unused"
    with Penstock(unused, {}).start("demo") as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if found := PRINTED.search(line):
                break
        else:
            pytest.fail("".join(said))
        # The line after it, so that nothing is written to where nobody reads.
        process.stderr.readline()
        try:
            yield found[1]
        finally:
            process.send_signal(signal.SIGINT)
            _, rest = process.communicate(timeout=60)
            assert "Traceback" not in rest, rest
    assert not unused.exists()


def test_the_first_page_has_connection_flow_and_run(page: Page, look: Look) -> None:
    page.goto("/")
    steps = page.get_by_role("region", name="From an account to a run").get_by_role("listitem")
    account = steps.filter(has=page.get_by_role("heading", name="An account is connected"))
    flow = steps.filter(has=page.get_by_role("heading", name="A flow is made"))
    run = steps.filter(has=page.get_by_role("heading", name="It ran"))
    expect(account).to_contain_text("verified")
    expect(account).to_contain_text("444455556666")
    expect(flow.get_by_role("link", name="Keep a leaver's report")).to_be_visible()
    expect(run).to_contain_text("succeeded")
    cards = run.get_by_role("list", name="Cards of the run").get_by_role("listitem")
    expect(cards).to_have_count(9)
    expect(cards.get_by_role("img", name="succeeded")).to_have_count(9)
    failed = page.get_by_role("region", name="Failed lately")
    expect(failed).to_contain_text("no identity-based policy allows it")
    look.everywhere("home")

    account.get_by_role("link", name="acme", exact=True).click()
    expect(page.get_by_role("heading", name="acme", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Last proof")).to_contain_text(
        "Refused without an external ID"
    )
    look.picture("connection")
    page.go_back()

    flow.get_by_role("link", name="Open the flow").click()
    expect(page.get_by_role("heading", name="Keep a leaver's report", level=1)).to_be_visible()
    expect(page.get_by_role("article", name="Copy Object", exact=True)).to_be_visible()
    expect(page.get_by_text("no problems")).to_be_visible()
    look.picture("flow")
    page.go_back()

    run.get_by_role("link", name="See every card's values").click()
    expect(page.get_by_text("leavers/ada/report.csv").first).to_be_visible()
    look.picture("run")
    page.go_back()

    failed.get_by_role("link", name="Raise everyone's pay, which the role may not").click()
    expect(page.get_by_text("failed at Upload Object")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("[Ss]tatement"))).to_contain_text(
        "s3:PutObject"
    )
    look.picture("denied")


def test_the_lists_hold_them_too(page: Page) -> None:
    for path, name in {
        "/flows": "Keep a leaver's report",
        "/runs": "Keep a leaver's report",
        "/connections": "acme",
    }.items():
        page.goto(path)
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()
