"""A flow's policy within the length of a managed policy, or in several."""

import pytest

from penstock.errors import InvalidInput
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.flow_policy import policies_for, policy_size, split_notice
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission
from penstock.iam.policy import parse_policy
from penstock.iam.request import Principal, Request

ROLE = Principal("role", "arn:aws:iam::111122223333:role/r", "111122223333")
MANY = [
    Need(Permission(action, f"arn:aws:s3:::bucket-{number}/some/long/prefix/{action[3:]}/*"), card)
    for number in range(60)
    for action, card in (("s3:GetObject", "s3.read"), ("s3:PutObject", "s3.write"))
]


def test_what_fits_is_one_policy_and_nothing_is_said() -> None:
    found = policies_for(MANY[:4])
    assert found == (policy_for(MANY[:4]),)
    assert split_notice(found) is None


def test_what_is_too_long_is_split_and_still_allows_everything() -> None:
    found = policies_for(MANY)
    assert len(found) == 2
    assert all(policy_size(one) <= 6144 for one in found)
    assert [one.name for one in found] == ["1 of 2", "2 of 2"]
    notice = split_notice(found)
    assert notice is not None
    assert "2 policies; attach all of them" in notice
    for need in MANY:
        resource = need.permission.resource.replace("*", "key")
        request = Request(ROLE, need.permission.action, resource)
        assert evaluate(request, PolicySet(found)).allowed
        assert not evaluate(request, PolicySet()).allowed


def test_each_part_can_be_read_as_a_policy_and_the_order_of_needs_does_not_matter() -> None:
    found = policies_for(MANY, limit=700)
    assert found == policies_for(reversed(MANY), limit=700)
    assert len(found) > 10
    assert "quota" in str(split_notice(found))
    for one in found:
        assert parse_policy(one.text()).statements == one.statements


def test_statements_are_split_by_actions_too() -> None:
    needs = [Need(Permission(f"s3:Get{'X' * 20}{n}", "arn:aws:s3:::b"), "c") for n in range(20)]
    found = policies_for(needs, limit=400)
    assert sorted(a for one in found for s in one.statements for a in s.actions) == sorted(
        need.permission.action for need in needs
    )


def test_a_single_permission_that_never_fits_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="single permission"):
        policies_for(
            [Need(Permission("s3:GetObject", f"arn:aws:s3:::{'b' * 300}"), "c")], limit=200
        )


def test_the_expected_owner_is_a_condition_of_s3_permissions_on_existing_buckets() -> None:
    needs = [
        Need(Permission("s3:GetObject", "arn:aws:s3:::b/*"), "c"),
        Need(Permission("s3:CreateBucket", "arn:aws:s3:::b"), "c"),
        Need(Permission("s3:ListAllMyBuckets", "*"), "c"),
        Need(Permission("kms:Decrypt", "arn:aws:kms:*:*:key/*"), "c"),
        Need(
            Permission(
                "s3:ListBucket",
                "arn:aws:s3:::b",
                {"StringEquals": {"aws:ResourceAccount": ("444455556666",)}},
            ),
            "c",
        ),
    ]
    (policy,) = policies_for(needs, owner="111122223333")
    owners = {
        action: [c.values for c in statement.conditions]
        for statement in policy.statements
        for action in statement.actions
    }
    assert owners == {
        "s3:GetObject": [("111122223333",)],
        "s3:CreateBucket": [],
        "s3:ListAllMyBuckets": [],
        "kms:Decrypt": [],
        "s3:ListBucket": [("444455556666",)],
    }


def test_what_cards_can_do_without_can_be_left_out() -> None:
    needs = [
        Need(Permission("s3:GetObject", "arn:aws:s3:::b/*"), "c"),
        Need(Permission("s3:ListBucket", "arn:aws:s3:::b", optional=True), "c"),
    ]
    (policy,) = policies_for(needs, optional=False)
    assert [statement.actions for statement in policy.statements] == [("s3:GetObject",)]
