"""Connections, as a person makes and looks after them in the browser."""

import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accounts import Customer, allow, trust, unique
from tests.browser.keeping import Keeper
from tests.browser.look import Look

PROBED = 30_000
"""Milliseconds; a trust policy that does not fit is tried for longer than other things take."""


def new_connection(page: Page) -> Locator:
    """New Connection, opened from the Connections page."""
    page.goto("/")
    page.get_by_role("link", name="Connections", exact=True).click()
    page.get_by_role("button", name="New Connection").click()
    return page.get_by_role("dialog", name="New Connection")


def draft(page: Page, nickname: str) -> tuple[Locator, str]:
    """New Connection with this nickname, and the external ID it was given."""
    dialog = new_connection(page)
    dialog.get_by_label("Connection nickname").fill(nickname)
    dialog.get_by_role("button", name="Continue").click()
    external_id = dialog.get_by_role("textbox", name="External ID")
    expect(external_id).to_have_value(re.compile(r"^[0-9a-f-]{36}$"))
    return dialog, external_id.input_value()


def open_connection(page: Page, nickname: str) -> None:
    page.goto("/connections")
    page.get_by_role("link", name=nickname, exact=True).click()
    expect(page.get_by_role("heading", name=nickname, level=1)).to_be_visible()


def act(page: Page, action: str) -> None:
    """An action of the open connection's menu."""
    page.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name=action).click()


def test_a_connection_in_six_steps(page: Page, customer: Customer, look: Look) -> None:
    # 1. New Connection
    dialog = new_connection(page)
    look.everywhere("new-empty")
    # 2. Connection Nickname
    dialog.get_by_label("Connection nickname").fill("Acme archive")
    dialog.get_by_role("button", name="Continue").click()
    # 3. Account ID
    account_id = dialog.get_by_role("textbox", name="Account ID")
    expect(account_id).to_have_value(customer.sandbox.platform.account_id)
    dialog.get_by_role("button", name="Copy Account ID").click()
    assert page.evaluate("navigator.clipboard.readText()") == account_id.input_value()
    # 4. External ID
    external_id = dialog.get_by_role("textbox", name="External ID").input_value()
    dialog.get_by_role("button", name="Copy External ID").click()
    assert page.evaluate("navigator.clipboard.readText()") == external_id
    dialog.get_by_role("button", name="Copy Trust policy").click()
    look.everywhere("new-drafted")
    trusted = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert external_id in json.dumps(trusted)
    role = customer.make_role(trusted, [allow("s3:ListAllMyBuckets")])
    # 5. Role Amazon Resource Name (ARN)
    dialog.get_by_label("Role ARN").fill(role)
    # 6. Create
    dialog.get_by_role("button", name="Create").click()

    steps = dialog.get_by_role("list", name="What was tried with the role").get_by_role("listitem")
    expect(steps).to_have_count(5)
    for number, proved in enumerate(
        (
            "A role of another account",
            "Assumed with the right external ID",
            "Refused without an external ID",
            "Refused with another external ID",
            "Account and bucket owner",
        )
    ):
        expect(steps.nth(number)).to_contain_text(proved, timeout=PROBED)
        expect(steps.nth(number).get_by_role("img", name="passed")).to_be_visible()
    expect(dialog.get_by_text("verified", exact=True)).to_be_visible()
    look.everywhere("new-verified")
    dialog.get_by_role("button", name="Done").click()

    expect(page.get_by_role("heading", name="Acme archive", level=1)).to_be_visible()
    expect(page.get_by_text(role).first).to_be_visible()
    look.everywhere("one")
    page.get_by_role("link", name="All connections").click()
    row = page.get_by_role("row", name=re.compile("Acme archive"))
    expect(row).to_contain_text(customer.account_id)
    expect(row).to_contain_text("verified")


def test_a_connection_with_the_keyboard_alone(page: Page, customer: Customer) -> None:
    nickname = unique("keys")

    def focused() -> str:
        return str(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.labels?.[0]?.textContent"
                " ?? document.activeElement.textContent"
            )
        )

    def tab_to(name: str) -> None:
        for _ in range(40):
            if focused() == name:
                return
            page.keyboard.press("Tab")
        pytest.fail(f"Tab never comes to {name}; the focus is on {focused()}")

    page.goto("/connections")
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    page.get_by_role("button", name="New Connection").wait_for()
    tab_to("New Connection")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New Connection")
    expect(dialog.get_by_label("Connection nickname")).to_be_focused()
    page.keyboard.type(nickname)
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("textbox", name="External ID")).not_to_have_value("")
    tab_to("Copy External ID")
    page.keyboard.press("Enter")
    external_id = page.evaluate("navigator.clipboard.readText()")
    role = customer.make_role(trust(customer.sandbox.platform.arn, external_id))
    tab_to("Role ARN")
    page.keyboard.insert_text(role)
    page.keyboard.press("Enter")
    done = dialog.get_by_role("button", name="Done")
    expect(done).to_be_focused(timeout=PROBED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=nickname, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()


def test_a_role_that_lets_others_in_is_refused_with_the_line_to_change(
    page: Page, customer: Customer, look: Look
) -> None:
    dialog, external_id = draft(page, unique("loose"))
    loose = trust(
        customer.sandbox.platform.arn,
        Condition={"StringLike": {"sts:ExternalId": "*"}},
    )
    role = customer.make_role(loose)
    dialog.get_by_label("Role ARN").fill(role)
    dialog.get_by_role("button", name="Create").click()
    failed = dialog.get_by_role("listitem").filter(has=page.get_by_role("img", name="failed"))
    expect(failed).to_contain_text("Accepted with another external ID", timeout=PROBED)
    change = failed.get_by_label("statement of the trust policy", exact=True)
    statement = json.loads(change.inner_text())
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": external_id}}
    expect(dialog.get_by_text("unsafe", exact=True)).to_be_visible()
    look.everywhere("new-unsafe")

    # Mended as told, it is taken.
    customer.retrust(role, {"Version": "2012-10-17", "Statement": [statement]})
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("button", name="Done")).to_be_visible(timeout=PROBED)


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        ("arn:aws:iam::444455556666:user/bob", "user"),
        ("nonsense", "ARN"),
    ],
)
def test_what_is_no_role_is_said_at_the_field(page: Page, arn: str, said: str) -> None:
    dialog, _ = draft(page, unique("arn"))
    field = dialog.get_by_label("Role ARN")
    field.fill(arn)
    dialog.get_by_role("button", name="Create").click()
    expect(field).to_have_accessible_description(re.compile(said))
    expect(field).to_have_attribute("aria-invalid", "true")


def test_a_taken_nickname_is_said_at_the_field(page: Page, kept: Keeper) -> None:
    taken = unique("taken")
    kept.draft(taken)
    dialog = new_connection(page)
    field = dialog.get_by_label("Connection nickname")
    field.fill(taken.upper())
    dialog.get_by_role("button", name="Continue").click()
    expect(field).to_have_accessible_description(re.compile("already"))
    field.fill(f"{taken} 2")
    field.press("Enter")
    expect(dialog.get_by_role("textbox", name="External ID")).not_to_have_value("")


def test_the_trust_policy_in_four_forms_with_what_chosen_cards_need(page: Page) -> None:
    dialog, external_id = draft(page, unique("forms"))
    dialog.get_by_role("combobox", name="What the role has to allow").fill("Delete Object")
    page.get_by_role("option", name="Delete Object", exact=True).click()
    page.keyboard.press("Escape")
    policy = dialog.get_by_label("Permission policy", exact=True)
    expect(policy).to_contain_text("s3:DeleteObject")
    for tab, sign in (
        ("CloudFormation", "AWS::IAM::Role"),
        ("Terraform", "aws_iam_role"),
        ("AWS CLI", "aws iam create-role"),
    ):
        dialog.get_by_role("tab", name=tab).click()
        text = dialog.get_by_label("Trust policy", exact=True)
        expect(text).to_contain_text(sign)
        expect(text).to_contain_text(external_id)
        expect(text).to_contain_text("s3:DeleteObject")


def test_a_draft_is_kept_finished_later_or_discarded(page: Page, customer: Customer) -> None:
    nickname = unique("draft")
    dialog, external_id = draft(page, nickname)
    dialog.get_by_role("button", name="Save as draft").click()
    expect(dialog).to_be_hidden()
    open_connection(page, nickname)
    role = customer.make_role(trust(customer.sandbox.platform.arn, external_id))
    page.get_by_label("Role ARN").fill(role)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Trust policy of the role")).to_be_visible(
        timeout=PROBED
    )

    other = unique("discarded")
    dialog, _ = draft(page, other)
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name=nickname)).to_be_visible()
    expect(page.get_by_role("link", name=other)).to_have_count(0)


def test_rename_describe_and_delete(page: Page, kept: Keeper, customer: Customer) -> None:
    nickname = unique("old")
    role = kept.connect(customer, nickname)
    open_connection(page, nickname)
    act(page, "Rename…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Connection nickname").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("Connection nickname")).to_have_accessible_description(
        re.compile("nickname")
    )
    new = unique("new")
    dialog.get_by_label("Connection nickname").fill(new)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=new, level=1)).to_be_visible()

    page.get_by_role("button", name="Edit description…").click()
    page.get_by_role("dialog").get_by_label("Description").fill("<b>legal</b> and HR")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("<b>legal</b> and HR")).to_be_visible()

    act(page, "Delete…")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(f"deletes the role {role}")
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=new)).to_have_count(0)


def test_deleting_one_that_flows_use_says_what_will_break(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    nickname = unique("used")
    kept.connect(customer, nickname)
    flow = unique("flow")
    text = f"flow: {flow}\ncards:\n  - id: find\n    card: s3.search_buckets\n"
    text += f"    connection: {nickname}\n    inputs: {{keyword: a}}\n"
    kept.apply(text)

    page.goto("/connections")
    expect(page.get_by_role("row", name=re.compile(nickname))).to_contain_text("1 flow")
    open_connection(page, nickname)
    expect(page.get_by_role("link", name=flow)).to_be_visible()
    expect(page.get_by_label("Permission policy", exact=True)).to_contain_text(
        "s3:ListAllMyBuckets"
    )
    look.everywhere("one-used")
    act(page, "Delete…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(flow)
    look.everywhere("delete-used")
    dialog.get_by_role("button", name="Delete, and let these flows fail").click()
    expect(dialog).to_contain_text("access is granted by AWS")


def test_another_role_is_proved_before_it_is_used(
    page: Page, kept: Keeper, customer: Customer
) -> None:
    nickname = unique("moving")
    first = kept.connect(customer, nickname)
    external_id = kept.api.get(f"/connections/{nickname}").json()["external_id"]
    open_connection(page, nickname)
    act(page, "Use another role…")
    dialog = page.get_by_role("dialog", name="Use another role")
    unsafe = customer.make_role(trust(customer.sandbox.platform.arn))
    dialog.get_by_label("ARN of the other role").fill(unsafe)
    dialog.get_by_role("button", name="Prove and use it").click()
    expect(dialog.get_by_text("keeps the role it has")).to_be_visible(timeout=PROBED)
    expect(dialog.get_by_text("Accepted without an external ID")).to_be_visible()
    expect(page.get_by_text(first).first).to_be_attached()
    second = customer.make_role(trust(customer.sandbox.platform.arn, external_id))
    dialog.get_by_label("ARN of the other role").fill(second)
    dialog.get_by_role("button", name="Prove and use it").click()
    expect(dialog).to_be_hidden(timeout=PROBED)
    expect(page.get_by_text(second).first).to_be_visible()


def test_a_drifted_trust_policy_shows_when_verified_again(
    page: Page, kept: Keeper, customer: Customer, look: Look
) -> None:
    nickname = unique("drifting")
    role = kept.connect(customer, nickname)
    customer.retrust(role, trust(customer.sandbox.platform.arn))
    page.goto("/connections")
    page.get_by_role("button", name=f"Actions for {nickname}").click()
    page.get_by_role("menuitem", name="Verify now").click()
    expect(page.get_by_text("Accepted without an external ID")).to_be_visible(timeout=PROBED)
    expect(page.get_by_text("unsafe", exact=False).first).to_be_visible()
    look.everywhere("one-unsafe")
    page.goto("/connections")
    expect(page.get_by_role("row", name=re.compile(nickname))).to_contain_text("unsafe")
    look.everywhere("list")


def test_long_and_hostile_names_stay_text_and_in_their_place(
    page: Page, kept: Keeper, look: Look
) -> None:
    names = ["<script>alert(1)<", "W" * 64, "ארכיון משפטי", "a?b#c%&d;e"]
    for name in names:
        kept.draft(name, f"{name} " * 12)
    page.goto("/connections")
    for name in names:
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    look.everywhere("list-hostile")
    for name in names:
        # By nickname as well as by id: the address is escaped.
        page.goto(f"/connections/{quote(name, safe='')}")
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    look.everywhere("one-hostile")


def test_the_list_can_be_searched(page: Page, kept: Keeper) -> None:
    wanted, other = unique("wanted"), unique("other")
    for name in (wanted, other):
        kept.draft(name)
    page.goto("/connections")
    page.get_by_role("searchbox", name="Search nickname, account, role").fill(wanted.upper())
    expect(page.get_by_role("link", name=wanted)).to_be_visible()
    expect(page.get_by_role("link", name=other)).to_have_count(0)
