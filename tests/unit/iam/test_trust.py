"""Assuming a role: its trust policy, the caller's own policies, and the external ID."""

from typing import Any

import pytest

from penstock.iam.decision import Decision
from penstock.iam.evaluation import PolicySet, evaluate_trust
from penstock.iam.policy import parse_policy
from penstock.iam.request import Principal, Request
from tests.unit.iam.documents import ROLE, ROOT, SESSION, USER, policy

ACCOUNT, CUSTOMER = "111122223333", "444455556666"
TARGET = f"arn:aws:iam::{CUSTOMER}:role/Penstock"
NEIGHBOUR = f"arn:aws:iam::{ACCOUNT}:role/Neighbour"
ANNA = Principal("user", USER, ACCOUNT)
READER = Principal("role-session", SESSION, ACCOUNT, role_arn=ROLE)
MAY = parse_policy(policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}))
ID = {"StringEquals": {"sts:ExternalId": "right"}}


def trusts(who: Any, condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole", **more}
    return found if condition is None else {**found, "Condition": condition}


def assume(
    *statements: dict[str, Any],
    who: Principal = READER,
    external_id: str | None = None,
    target: str = TARGET,
    policies: PolicySet | None = None,
) -> Decision:
    context = {} if external_id is None else {"sts:ExternalId": (external_id,)}
    request = Request(who, "sts:AssumeRole", target, context, target.split(":")[4])
    trust = parse_policy(policy(*statements), "trust")
    return evaluate_trust(request, trust, PolicySet((MAY,)) if policies is None else policies)


@pytest.mark.parametrize(
    "named", [ROOT, ACCOUNT, ROLE, SESSION, [ROOT], ["999988887777", ROLE], "*"]
)
def test_a_caller_of_another_account_is_let_in_by_any_of_its_names(named: Any) -> None:
    assert assume(trusts({"AWS": named})).allowed


@pytest.mark.parametrize(
    "named",
    [
        CUSTOMER,
        f"arn:aws:iam::{ACCOUNT}:role/Other",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/another",
        f"arn:aws-cn:iam::{ACCOUNT}:root",
        USER,
    ],
)
def test_a_caller_who_is_not_named_is_not_let_in(named: str) -> None:
    found = assume(trusts({"AWS": named}))
    assert (found.outcome, found.policy_kind) == ("implicit_deny", "trust")


def test_a_service_that_is_trusted_is_no_user() -> None:
    assert not assume(trusts({"Service": "ec2.amazonaws.com"})).allowed
    service = Principal("service", "ec2.amazonaws.com", None)
    assert assume(trusts({"Service": "ec2.amazonaws.com"}), who=service).allowed


@pytest.mark.parametrize(
    ("external_id", "allowed"), [("right", True), ("Right", False), ("", False), (None, False)]
)
def test_the_external_id_has_to_be_the_right_one(external_id: str | None, allowed: bool) -> None:
    found = assume(trusts({"AWS": ROOT}, ID), external_id=external_id)
    assert found.allowed is allowed
    if not allowed:
        assert "StringEquals sts:ExternalId is not met" in found.reason


@pytest.mark.parametrize(
    "statements",
    [
        [trusts({"AWS": ROOT})],
        [trusts({"AWS": ROOT}, {"StringLike": {"sts:ExternalId": "*"}})],
        [trusts({"AWS": ROOT}, {"StringEqualsIfExists": {"sts:ExternalId": "right"}})],
        [trusts({"AWS": ROOT}, {"StringNotEquals": {"sts:ExternalId": "wrong"}})],
        [trusts({"AWS": ROOT}, {"ForAllValues:StringEquals": {"sts:ExternalId": "right"}})],
        [trusts({"AWS": ROOT}, {"StringNotEquals": {"aws:ExternalId": "right"}})],
        [trusts({"AWS": ROOT}, ID), trusts("*")],
    ],
)
def test_what_looks_like_an_external_id_but_lets_others_in(
    statements: list[dict[str, Any]],
) -> None:
    """What the probe of a connection has to find: one of the two wrong ways in succeeds."""
    ways = [assume(*statements, external_id=one).allowed for one in (None, "other")]
    assert any(ways)


def test_across_accounts_the_caller_needs_a_policy_of_its_own() -> None:
    found = assume(trusts({"AWS": ROLE}), policies=PolicySet())
    assert (found.outcome, found.policy_kind) == ("implicit_deny", "identity")


@pytest.mark.parametrize(
    ("named", "allowed"), [(ROLE, True), (SESSION, True), (ROOT, False), (ACCOUNT, False)]
)
def test_within_the_account_who_is_named_directly_needs_none(named: str, allowed: bool) -> None:
    found = assume(trusts({"AWS": named}), target=NEIGHBOUR, policies=PolicySet())
    assert found.allowed is allowed
    assert assume(trusts({"AWS": named}), target=NEIGHBOUR).allowed


def test_within_the_account_the_trust_policy_has_to_allow_as_well() -> None:
    found = assume(trusts({"AWS": CUSTOMER}), target=NEIGHBOUR)
    assert (found.outcome, found.policy_kind) == ("implicit_deny", "trust")


def test_a_user_named_directly_needs_no_policy_in_his_account() -> None:
    assert assume(trusts({"AWS": USER}), who=ANNA, target=NEIGHBOUR, policies=PolicySet()).allowed


def test_a_session_policy_narrows_who_may_assume() -> None:
    narrow = parse_policy(policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), "session")
    found = assume(trusts({"AWS": ROLE}), policies=PolicySet((MAY,), narrow))
    assert (found.outcome, found.policy_kind) == ("implicit_deny", "session")


def test_a_deny_in_the_trust_policy_wins() -> None:
    found = assume(trusts({"AWS": ROOT}), trusts({"AWS": ROLE}, Effect="Deny"))
    assert (found.outcome, found.policy_kind) == ("explicit_deny", "trust")


def test_another_action_of_sts_is_not_assuming() -> None:
    found = assume(trusts({"AWS": ROOT}, Action=["sts:TagSession", "sts:SetSourceIdentity"]))
    assert not found.allowed


def test_the_root_user_cannot_assume_roles() -> None:
    root = Principal("root", ROOT, ACCOUNT)
    assert "root user cannot assume" in assume(trusts({"AWS": ROOT}), who=root).reason
