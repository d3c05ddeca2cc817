"""What a flow needs against what its role has, beside the flow."""

import json

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.command import Penstock
from tests.accounts import Customer, allow, trust, unique
from tests.browser.designing import open_flow
from tests.browser.look import Look

FLOW = """\
flow: {name}
cards:
  - id: find
    card: s3.search_objects
    connection: {connection}
    inputs: {{bucket: {bucket}, prefix: reports/}}
"""
MAY_LOOK = (
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
)


def opened(
    page: Page, penstock: Penstock, customer: Customer, *actions: str, looks: bool
) -> Locator:
    """A flow that lists a bucket, through a role that may do this; the panel of its needs."""
    name, bucket = unique("needs"), customer.make_bucket()
    drafted = penstock.ok("connections", "new", name, "--json").json
    arn = f"arn:aws:s3:::{bucket}"
    statements = [allow(*actions, on=[arn, f"{arn}/*"])] if actions else []
    if looks:
        statements.append(allow(*MAY_LOOK, on="*"))
    role = customer.make_role(
        trust(customer.sandbox.platform.arn, drafted["external_id"]), statements
    )
    penstock.ok("connections", "verify", name, "--role-arn", role, "--wait", "0")
    text = FLOW.format(name=name, connection=name, bucket=bucket)
    penstock.ok("flows", "apply", "-", given=text)
    open_flow(page, name)
    return page.get_by_role("complementary", name="Needs")


def test_a_role_that_lacks_something_and_has_something_else(
    page: Page, penstock: Penstock, customer: Customer, look: Look
) -> None:
    needs = opened(page, penstock, customer, "s3:PutObject", looks=True)
    needs.get_by_role("button", name="Look at the role").click()
    expect(needs.get_by_role("region", name="It lacks")).to_contain_text("s3:ListBucket")
    much = needs.get_by_role("region", name="It has more than this flow needs")
    expect(much).to_contain_text("s3:PutObject")
    # What it may read of itself is more than the flow needs, too.
    expect(much).to_contain_text("iam:")
    look.everywhere("lacks")


def test_a_role_that_has_all_of_it(page: Page, penstock: Penstock, customer: Customer) -> None:
    needs = opened(page, penstock, customer, "s3:ListBucket", looks=True)
    needs.get_by_role("button", name="Look at the role").click()
    expect(needs).to_contain_text("It has all that this flow needs.")
    expect(needs.get_by_role("region", name="It lacks")).to_have_count(0)


def test_where_it_may_not_its_policy_is_pasted_and_kept_out_of_the_flow(
    page: Page, penstock: Penstock, customer: Customer, look: Look
) -> None:
    needs = opened(page, penstock, customer, "s3:ListBucket", looks=False)
    needs.get_by_role("button", name="Look at the role").click()
    expect(needs.get_by_role("alert")).to_contain_text("may not read its own policies")
    pasted = needs.get_by_role("textbox", name="Policy of the role")
    compare = needs.get_by_role("button", name="Compare", exact=True)
    expect(compare).to_be_disabled()
    pasted.fill("{ no JSON")
    compare.click()
    expect(needs.get_by_role("alert")).to_contain_text("line 1, column 3")
    look.everywhere("unreadable")
    statement = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "*"}
    pasted.fill(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    compare.click()
    much = needs.get_by_role("region", name="It has more than this flow needs")
    expect(much).to_contain_text("would be enough")
    expect(page.get_by_text("not saved", exact=True)).to_have_count(0)
