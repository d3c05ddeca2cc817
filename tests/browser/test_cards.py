"""The catalog of cards, and each card's page."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from penstock.catalog.card import Card
from penstock.catalog.registry import Registry
from tests.acceptance.command import Penstock
from tests.browser.look import Look

CARDS = Registry.discover().cards()


def test_the_catalog_is_searched(page: Page, look: Look) -> None:
    page.goto("/")
    page.get_by_role("link", name="Cards", exact=True).click()
    cards = page.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(len(CARDS))
    look.everywhere("catalog")
    search = page.get_by_role("searchbox", name="Search cards")
    search.fill("TAGS read")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Read Object Tags")
    page.reload()
    expect(search).to_have_value("TAGS read")
    search.fill("no card is called that")
    expect(page.get_by_role("heading", name="No card is like that")).to_be_visible()
    look.everywhere("none")
    page.get_by_role("button", name="Show all cards").click()
    page.get_by_role("radiogroup", name="Effect").get_by_text("destroy").click()
    expect(cards).to_have_count(sum(card.effect == "destroy" for card in CARDS))
    for card in CARDS:
        found = page.get_by_role("link", name=card.title, exact=True)
        expect(found).to_have_count(int(card.effect == "destroy"))


def told(part: Locator, name: str) -> Locator:
    """The field of this name, among those that are not inside another one."""
    return part.get_by_role("term").get_by_text(name, exact=True).filter(visible=True).first


@pytest.mark.parametrize("shown", CARDS, ids=[card.id for card in CARDS])
def test_each_cards_page_says_all_of_it(page: Page, shown: Card, server: str) -> None:
    page.goto(f"/cards/{shown.id}")
    expect(page.get_by_role("heading", name=shown.title, level=1)).to_be_visible()
    expect(page.get_by_text(shown.summary.replace("`", ""))).to_be_visible()
    inputs = page.get_by_role("region", name="Inputs")
    for name in shown.inputs.model_fields:
        expect(told(inputs, name)).to_be_visible()
    outputs = page.get_by_role("region", name="Outputs")
    for name in shown.outputs.model_fields:
        expect(told(outputs, name)).to_be_visible()
    for example in shown.examples:
        expect(page.get_by_role("heading", name=example.title)).to_be_visible()


def test_a_cards_page(page: Page, look: Look) -> None:
    page.goto("/cards")
    page.get_by_role("link", name="Search Objects", exact=True).click()
    inputs = page.get_by_role("region", name="Inputs")
    expect(inputs).to_contain_text("required")
    expect(inputs).to_contain_text("first_200")
    outputs = page.get_by_role("region", name="Outputs")
    outputs.get_by_text(re.compile(r"^\d+ fields$")).first.click()
    expect(outputs.get_by_text("Its storage class.").first).to_be_visible()
    permissions = page.get_by_role("region", name="Permissions")
    expect(permissions).to_contain_text("s3:ListBucket")
    permissions.get_by_text("Policy for this card alone").click()
    expect(permissions.get_by_label("policy", exact=True)).to_contain_text('"s3:ListBucket"')
    look.everywhere("card")


def test_examples_are_copied_as_cards_of_a_flow(
    page: Page, penstock: Penstock, server: str
) -> None:
    penstock.ok("connections", "new", "my-connection")
    examples = 0
    for card in CARDS:
        page.goto(f"/cards/{card.id}")
        for example in card.examples:
            page.get_by_role("button", name=f"Copy {example.title}, as YAML").click()
            copied = page.evaluate("navigator.clipboard.readText()")
            path = penstock.data / "example.yaml"
            path.write_text(f"flow: example\ncards:\n{copied}\n", encoding="utf-8")
            said = penstock("flows", "check", str(path), "--json")
            wrong = [each for each in said.json["problems"] if each["severity"] == "error"]
            # What it may not be told of is the draft that stands for one's own connection.
            assert {each["code"] for each in wrong} <= {"connection_not_verified"}, wrong
            examples += 1
    assert examples >= len(CARDS)


def test_what_is_not_there_is_said(page: Page, server: str, look: Look) -> None:
    page.goto("/cards/s3.serch_objects")
    expect(page.get_by_role("alert")).to_contain_text("s3.search_objects")
    look.everywhere("missing")
