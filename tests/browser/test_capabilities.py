"""What a connection can do, found out on its page; buckets offered where a card names one."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.accounts import Customer, allow, trust, unique
from tests.browser.designing import card, open_flow, save
from tests.browser.keeping import Keeper
from tests.browser.look import Look

ASKED = 30_000
"""Milliseconds: a session is made and the role's policies are read, one by one."""

READ_OWN = allow("iam:Get*", "iam:List*")
LIST = allow("s3:ListAllMyBuckets")


def connected(kept: Keeper, customer: Customer, *policies: dict[str, Any]) -> str:
    """The nickname of a verified connection whose role has these policies."""
    nickname = unique("able")
    kept.connect(customer, nickname, policies)
    return nickname


def sheet(page: Page, nickname: str) -> Locator:
    """What it can do, on the connection's page."""
    page.goto(f"/connections/{nickname}")
    found = page.get_by_role("region", name="What it can do")
    expect(found).to_be_visible()
    return found


def find_out(of: Locator, bucket: str = "") -> Locator:
    """The report's table, asked for in this bucket."""
    of.get_by_role("combobox", name="Bucket").fill(bucket)
    of.get_by_role("button", name="Find out").click()
    table = of.get_by_role("table", name=bucket or "whatever bucket")
    expect(table).to_be_visible(timeout=ASKED)
    return table


def row(table: Locator, title: str) -> Locator:
    return table.get_by_role("row").filter(
        has=table.page.get_by_role("link", name=title, exact=True)
    )


def test_what_it_can_do_in_a_bucket_and_what_to_add(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    bucket = customer.make_bucket()
    reads = allow(
        "s3:GetObject", "s3:ListBucket", on=[f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    )
    can = sheet(page, connected(kept, customer, READ_OWN, LIST, reads))
    look.everywhere("empty")
    # Nothing is asked before one says so; the names are offered once one is in the field.
    expect(can.get_by_role("table")).to_have_count(0)
    can.get_by_role("combobox", name="Bucket").focus()
    expect(can.get_by_role("option", name=bucket, include_hidden=True)).to_have_count(1)
    table = find_out(can, bucket)
    expect(row(table, "Read Object").get_by_text("can", exact=True)).to_be_visible()
    denied = row(table, "Delete Object")
    expect(denied.get_by_text("cannot", exact=True)).to_be_visible()
    expect(denied).to_contain_text("s3:DeleteObject")
    expect(
        row(table, "Custom API Action").get_by_text("known when tried", exact=True)
    ).to_be_visible()
    expect(row(table, "Read Object")).to_contain_text(re.compile(r"\d limits"))
    look.everywhere("report")
    denied.get_by_text("Statement to add", exact=True).click()
    denied.get_by_role("button", name="Copy Statement to add for Delete Object").click()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    [statement] = copied["Statement"]
    assert (statement["Action"], statement["Resource"]) == (
        "s3:DeleteObject",
        f"arn:aws:s3:::{bucket}/*",
    )
    denied.scroll_into_view_if_needed()
    look.everywhere("statement")


def test_without_a_bucket_by_keyboard_alone(page: Page, kept: Keeper, customer: Customer) -> None:
    can = sheet(page, connected(kept, customer, READ_OWN, LIST))
    can.get_by_role("combobox", name="Bucket").press("Enter")
    table = can.get_by_role("table", name="In whatever bucket")
    expect(row(table, "Search Buckets").get_by_text("can", exact=True)).to_be_visible(timeout=ASKED)
    expect(row(table, "Delete Bucket").get_by_text("cannot", exact=True)).to_be_visible()
    expect(can.get_by_role("status").filter(has_text="cannot")).to_be_visible()


def test_where_its_policies_are_not_known_it_says_so(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    bucket = customer.make_bucket()
    can = sheet(page, connected(kept, customer, allow("s3:ListBucket")))
    can.get_by_role("combobox", name="Bucket").focus()
    expect(can.get_by_text("The role may not list its buckets: type the name.")).to_be_visible()
    table = find_out(can, bucket)
    expect(row(table, "Search Objects").get_by_text("can", exact=True)).to_be_visible()
    expect(row(table, "Upload Object").get_by_text("known when tried", exact=True)).to_be_visible()
    expect(can.get_by_text("iam:ListRolePolicies")).to_be_visible()
    look.everywhere("unknown")


def test_what_is_no_bucket_is_said_and_mended(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    bucket = customer.make_bucket()
    can = sheet(page, connected(kept, customer, READ_OWN, allow("s3:*")))
    can.get_by_role("combobox", name="Bucket").fill(f"s3://{bucket}/" + "long" * 30)
    can.get_by_role("button", name="Find out").click()
    expect(can.get_by_text("without s3://")).to_be_visible(timeout=ASKED)
    expect(can.get_by_role("combobox", name="Bucket")).to_have_attribute("aria-invalid", "true")
    look.everywhere("wrong")
    find_out(can, bucket)
    expect(can.get_by_text("without s3://")).to_have_count(0)


def test_a_role_that_keeps_penstock_out_now(page: Page, kept: Keeper, customer: Customer) -> None:
    nickname = unique("able")
    role = kept.connect(customer, nickname, [READ_OWN])
    customer.retrust(role, trust(customer.sandbox.platform.arn, "another-id"))
    can = sheet(page, nickname)
    can.get_by_role("button", name="Find out").click()
    expect(can.get_by_role("alert")).to_contain_text("AssumeRole", timeout=ASKED)


FLOW = """\
flow: {name}
cards:
  - id: find
    card: s3.search_objects
    connection: {connection}
    inputs: {{bucket: to-be-chosen}}
"""


def applied(kept: Keeper, connection: str) -> str:
    name = unique("offered").replace("-", "_")
    kept.apply(FLOW.format(name=name, connection=connection))
    return name


def test_a_card_is_offered_the_buckets_of_its_connection(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    bucket = customer.make_bucket()
    open_flow(page, applied(kept, connected(kept, customer, LIST)))
    field = card(page, "Search Objects").get_by_role("combobox", name="Bucket", exact=True)
    expect(page.get_by_role("option", name=bucket, include_hidden=True)).to_have_count(0)
    field.focus()
    expect(page.get_by_role("option", name=bucket, include_hidden=True)).to_have_count(1)
    field.fill(bucket)
    expect(field).to_have_value(bucket)
    look.everywhere("designer")
    save(page, 2)


def test_a_role_that_may_not_list_leaves_typing(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    open_flow(page, applied(kept, connected(kept, customer, allow("s3:ListBucket"))))
    found = card(page, "Search Objects")
    field = found.get_by_role("combobox", name="Bucket", exact=True)
    field.fill("typed-by-hand")
    expect(found.get_by_text("The role may not list its buckets: type the name.")).to_be_visible()
    expect(field).to_have_value("typed-by-hand")
    expect(field).to_be_focused()
    look.everywhere("designer-refused")
    save(page, 2)
