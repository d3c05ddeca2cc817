"""AWS's wording ("Troubleshoot access denied error messages")."""

import pytest

from penstock.iam.decision import Decision, Outcome
from penstock.iam.denial import denial_message
from penstock.iam.kinds import PolicyKind

WHO = "arn:aws:sts::111122223333:assumed-role/Reader/s1"
WHAT = f'User: {WHO} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" '


@pytest.mark.parametrize(
    ("outcome", "kind", "why"),
    [
        (
            "implicit_deny",
            "identity",
            "because no identity-based policy allows the s3:PutObject action",
        ),
        ("implicit_deny", "session", "because no session policy allows the s3:PutObject action"),
        (
            "implicit_deny",
            "boundary",
            "because no permissions boundary allows the s3:PutObject action",
        ),
        (
            "implicit_deny",
            "resource",
            "because no resource-based policy allows the s3:PutObject action",
        ),
        (
            "implicit_deny",
            "scp",
            "because no service control policy allows the s3:PutObject action",
        ),
        (
            "implicit_deny",
            "rcp",
            "because no resource control policy allows the s3:PutObject action",
        ),
        ("unknown", "session", "because no session policy allows the s3:PutObject action"),
        ("explicit_deny", "identity", "with an explicit deny in an identity-based policy"),
        ("explicit_deny", "session", "with an explicit deny in a session policy"),
        ("explicit_deny", "boundary", "with an explicit deny in a permissions boundary"),
        ("explicit_deny", "resource", "with an explicit deny in a resource-based policy"),
        ("explicit_deny", "scp", "with an explicit deny in a service control policy"),
        ("explicit_deny", "rcp", "with an explicit deny in a resource control policy"),
    ],
)
def test_the_policy_that_decided_is_named(outcome: Outcome, kind: PolicyKind, why: str) -> None:
    decision = Decision(outcome, kind, (), (), "")
    assert denial_message(decision, WHO, "s3:PutObject", "arn:aws:s3:::b/k") == WHAT + why


def test_sts_does_not_quote_the_resource() -> None:
    role = "arn:aws:iam::444455556666:role/Penstock"
    denied = Decision("implicit_deny", "trust", (), (), "")
    assert denial_message(denied, WHO, "sts:AssumeRole", role) == (
        f"User: {WHO} is not authorized to perform: sts:AssumeRole on resource: {role} "
        "because no role trust policy allows the sts:AssumeRole action"
    )
    forbidden = Decision("explicit_deny", "trust", (), (), "")
    assert denial_message(forbidden, WHO, "sts:AssumeRole", role).endswith(
        "with an explicit deny in the role trust policy"
    )


def test_an_action_without_resource_names_none() -> None:
    denied = Decision("implicit_deny", "identity", (), (), "")
    assert denial_message(denied, WHO, "s3:ListAllMyBuckets", None) == (
        f"User: {WHO} is not authorized to perform: s3:ListAllMyBuckets "
        "because no identity-based policy allows the s3:ListAllMyBuckets action"
    )
