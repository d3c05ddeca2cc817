"""Home: what ran, what failed, which connections drifted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer, trust
from tests.browser.keeping import Keeper, keeper
from tests.browser.look import Look
from tests.browser.practice import Practice, practice


@pytest.fixture
def penstock(tmp_path: Path, sandbox: SandboxInfo) -> Penstock:
    """Where nothing has run: Home shows the whole server, so each test has its own."""
    return Penstock(tmp_path / "data", sandbox.variables())


@pytest.fixture
def server(penstock: Penstock) -> Iterator[str]:
    with penstock.server() as (_, url):
        yield url


@pytest.fixture
def kept(server: str) -> Iterator[Keeper]:
    with keeper(server) as kept:
        yield kept


@pytest.fixture
def acme(penstock: Penstock, kept: Keeper, sandbox: SandboxInfo) -> Practice:
    return practice(penstock, Customer(sandbox), kept)


def test_an_empty_server_shows_the_way(page: Page, look: Look) -> None:
    page.goto("/")
    steps = page.get_by_role("region", name="Three steps to a first run").get_by_role("listitem")
    expect(steps).to_have_count(3)
    look.everywhere("empty")
    page.get_by_role("link", name="New connection").click()
    expect(page.get_by_role("dialog", name="New Connection")).to_be_visible()


def test_what_ran_and_what_failed(page: Page, acme: Practice, look: Look) -> None:
    acme.run(acme.looking("A good one"))
    acme.run(acme.denied(), fails=True)
    page.goto("/")
    chart = page.get_by_role("region", name="Runs", exact=True)
    expect(chart).to_contain_text("2 runs, 1 failed")
    expect(chart.get_by_role("img", name=re.compile("2 in all, 1 failed"))).to_be_visible()
    chart.get_by_text("As a table").click()
    counted = chart.get_by_role("table").get_by_role("row").last
    expect(counted.get_by_role("cell")).to_have_text(["1", "0", "0", "1"])
    failed = page.get_by_role("region", name="Failed lately")
    expect(failed).to_contain_text("no identity-based policy allows it")
    expect(page.get_by_role("region", name="Connections")).to_contain_text(
        "The one connection is verified."
    )
    look.everywhere("runs")

    chart.get_by_text("24 hours").click()
    expect(chart.get_by_role("img", name=re.compile("24 hours: 2 in all"))).to_be_visible()
    failed.get_by_role("link", name="Overwrite the payroll").click()
    expect(page.get_by_text("failed at Upload Object")).to_be_visible()
    page.go_back()
    failed.get_by_role("link", name="All failed runs").click()
    expect(page.get_by_role("combobox", name="State")).to_have_value("failed")


def test_a_run_comes_without_a_reload(page: Page, acme: Practice) -> None:
    acme.run(acme.looking("The one before"))
    flow = acme.looking("The next one")
    page.goto("/")
    lately = page.get_by_role("region", name="Ran lately")
    expect(lately.get_by_role("listitem").first).to_be_visible()
    acme.run(flow)
    expect(lately.get_by_role("link", name="The next one")).to_be_visible(timeout=20_000)


def test_a_connection_that_drifted_is_told_of(
    page: Page, acme: Practice, customer: Customer, look: Look
) -> None:
    customer.retrust(acme.role, trust(customer.sandbox.platform.arn))
    assert acme.penstock("connections", "verify", acme.nickname, "--wait", "0").code != 0
    page.goto("/")
    connections = page.get_by_role("region", name="Connections")
    expect(connections).to_contain_text("unsafe")
    look.everywhere("drifted")
    connections.get_by_role("link", name=acme.nickname).click()
    expect(page.get_by_role("heading", name=acme.nickname, level=1)).to_be_visible()
