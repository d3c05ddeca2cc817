"""Which trust policies are accepted and which refused, by an STS that obeys them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from penstock.errors import ConnectionUnsafe, RoleArnInvalid
from penstock.sandbox.info import SandboxInfo
from tests.integration.connections.conftest import Customer, House, steps


def statement(principal: object, condition: object = None, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    return found | ({"Condition": condition} if condition else {}) | more


def exactly(external_id: str) -> dict[str, Any]:
    return {"StringEquals": {"sts:ExternalId": external_id}}


def test_the_trust_policy_offered_is_accepted(
    house: House, customer: Customer, sandbox: SandboxInfo
) -> None:
    draft = house.service.draft("offered")
    trust = json.loads(house.service.trust_policy("offered"))
    [offered] = trust["Statement"]
    assert offered["Principal"] == {"AWS": sandbox.platform.arn}
    connection = house.verify(draft, customer.role(trust))
    assert connection.status == "verified"
    assert connection.account_id == sandbox.customer.account_id
    assert all(step.outcome == "passed" for step in steps(connection).values())


@pytest.mark.parametrize("form", ["root", "account", "exact", "list"])
def test_principals_that_name_penstock_are_accepted(
    house: House, customer: Customer, sandbox: SandboxInfo, form: str
) -> None:
    platform = sandbox.platform
    root = f"arn:aws:iam::{platform.account_id}:root"
    principal: object = {
        "root": root,
        "account": platform.account_id,
        "exact": platform.arn,
        "list": [f"arn:aws:iam::{sandbox.customer.account_id}:root", platform.arn],
    }[form]
    draft = house.service.draft("archive")
    role = customer.role([statement(principal, exactly(draft.external_id))])
    connection = house.verify(draft, role)
    assert (connection.status, connection.role_arn) == ("verified", role)


def test_a_role_with_a_path_is_accepted(
    house: House, customer: Customer, sandbox: SandboxInfo
) -> None:
    draft = house.service.draft("archive")
    made = customer.iam.create_role(
        RoleName="deep",
        Path="/service/archive/",
        AssumeRolePolicyDocument=house.service.trust_policy("archive"),
    )
    assert house.verify(draft, made["Role"]["Arn"]).status == "verified"


Trust = Callable[[str, str], list[dict[str, Any]]]
"""Statements, given the platform principal's ARN and the connection's own external ID."""

UNSAFE: dict[str, tuple[Trust, str]] = {
    "no condition": (lambda arn, own: [statement(arn)], "no_external_id"),
    "everyone, no condition": (lambda arn, own: [statement("*")], "no_external_id"),
    "StringLike *": (
        lambda arn, own: [statement(arn, {"StringLike": {"sts:ExternalId": "*"}})],
        "other_external_id",
    ),
    "StringLike with a prefix": (
        lambda arn, own: [statement(arn, {"StringLike": {"sts:ExternalId": f"{own[:5]}*"}})],
        "other_external_id",
    ),
    "condition on another key": (
        lambda arn, own: [statement(arn, {"StringEquals": {"aws:PrincipalArn": arn}})],
        "no_external_id",
    ),
    "IfExists": (
        lambda arn, own: [statement(arn, {"StringEqualsIfExists": {"sts:ExternalId": own}})],
        "no_external_id",
    ),
    "not some other": (
        lambda arn, own: [statement(arn, {"StringNotEquals": {"sts:ExternalId": "other"}})],
        "no_external_id",
    ),
    "a second statement for everyone": (
        lambda arn, own: [statement(arn, exactly(own)), statement("*")],
        "no_external_id",
    ),
    "a second statement for the account": (
        lambda arn, own: [
            statement(arn, exactly(own)),
            statement(arn.split(":")[4], {"StringLike": {"sts:ExternalId": "????*"}}),
        ],
        "other_external_id",
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_roles_that_let_others_in_are_unsafe(
    house: House, customer: Customer, sandbox: SandboxInfo, name: str
) -> None:
    trust, failing = UNSAFE[name]
    draft = house.service.draft("archive")
    arn = sandbox.platform.arn
    role = customer.role(trust(arn, draft.external_id))
    connection = house.verify(draft, role)
    assert connection.status == "unsafe"
    assert connection.role_arn is None
    failed = steps(connection)[failing]
    assert failed.outcome == "failed"
    needed = statement(arn, exactly(draft.external_id), Sid="PenstockWithItsExternalId")
    shown = (failed.hint or "").partition("It must be: ")[2]
    assert json.loads(shown) == needed
    # The hint is right: with this statement alone, the role passes.
    customer.trust(role, json.loads(shown))
    assert house.verify(draft).status == "verified"


DENIED: dict[str, Trust] = {
    "trusts nobody": lambda arn, own: [statement("*", exactly(own), Effect="Deny")],
    "trusts another account": lambda arn, own: [statement("999999999999", exactly(own))],
    "demands another ID": lambda arn, own: [statement(arn, exactly("another-id"))],
    "condition on a key that is never there": lambda arn, own: [
        statement(arn, {"StringEquals": {"aws:ExternalId": own}})
    ],
}


@pytest.mark.parametrize("name", DENIED)
def test_roles_that_do_not_let_penstock_in_are_denied(
    house: House, customer: Customer, sandbox: SandboxInfo, name: str
) -> None:
    draft = house.service.draft("archive")
    arn = sandbox.platform.arn
    connection = house.verify(draft, customer.role(DENIED[name](arn, draft.external_id)))
    assert connection.status == "denied"
    right = steps(connection)["right_external_id"]
    assert (right.outcome, right.aws_code) == ("failed", "AccessDenied")
    assert right.request_id
    assert arn in (right.hint or "")
    assert draft.external_id in (right.hint or "")


def test_a_role_that_does_not_exist_is_denied(house: House, sandbox: SandboxInfo) -> None:
    draft = house.service.draft("archive")
    role = f"arn:aws:iam::{sandbox.customer.account_id}:role/nobody-made-it"
    connection = house.verify(draft, role)
    assert connection.status == "denied"
    assert "has a role nobody-made-it" in (steps(connection)["right_external_id"].hint or "")


def test_roles_of_the_platforms_own_account_and_other_partitions_are_bad_input(
    house: House, sandbox: SandboxInfo
) -> None:
    draft = house.service.draft("archive")
    for role in (
        f"arn:aws:iam::{sandbox.platform.account_id}:role/own",
        f"arn:aws-us-gov:iam::{sandbox.customer.account_id}:role/there",
        sandbox.platform.arn,
    ):
        with pytest.raises(RoleArnInvalid):
            house.verify(draft, role)


def test_a_trust_that_drifts_is_found(
    house: House, customer: Customer, sandbox: SandboxInfo
) -> None:
    draft = house.service.draft("archive")
    good = statement(sandbox.platform.arn, exactly(draft.external_id))
    role = customer.role([good])
    assert house.verify(draft, role).status == "verified"
    handle = house.broker.open("archive", session_policy=None, session_name="penstock-x")
    handle.credentials()
    customer.trust(role, [good, statement("*")])
    assert house.verify(draft).status == "unsafe"
    with pytest.raises(ConnectionUnsafe):
        handle.credentials()
    customer.trust(role, [statement("999999999999")])
    assert house.verify(draft).status == "denied"
    customer.trust(role, [good])
    assert house.verify(draft).status == "verified"
