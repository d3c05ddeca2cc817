"""Which cards policies let work: always, in part, never, or nobody can tell."""

from typing import Any

import pytest

from penstock.catalog.card import Card, CardModel, CardOutputs, Connector
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.catalog.verdicts import ANY_ROLE, CardVerdict, card_verdicts
from penstock.iam.permission import Permission
from penstock.iam.policy import parse_policy

shelf = Connector("shelf", title="Shelf", summary="Cards for these tests.")


class Given(CardModel):
    bucket: str
    """Which bucket."""

    version: str | None = None
    """Which version."""

    tag: str | None = None
    """What to say of it."""


class Made(CardOutputs):
    pass


def _needs(inputs: Partial) -> list[Permission]:
    arn = f"arn:aws:s3:::{inputs.text('bucket')}/x"
    chosen = inputs.may_have("version")
    found = [Permission("s3:GetObjectVersion" if chosen else "s3:GetObject", arn)]
    if inputs.may_have("tag"):
        found.append(Permission("s3:PutObjectTagging", arn))
    said = "locks are not told"
    return [*found, Permission("s3:GetObjectRetention", arn, optional=True, without=said)]


@shelf.card("take", title="Take", effect="read", permissions=_needs)
def take(ctx: CardContext, inputs: Given) -> Made:
    """Take something."""
    return Made()


TAKE: Card = shelf.cards["shelf.take"]
ALL = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObjectTagging", "s3:GetObjectRetention")


def verdict(*statements: dict[str, Any], role: str = ANY_ROLE) -> CardVerdict:
    policy = parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, name="p")
    (found,) = card_verdicts([TAKE], [policy], role_arn=role)
    return found


def allow(*actions: str, on: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def test_everything_is_allowed() -> None:
    found = verdict(allow(*ALL, Sid="All"))
    assert (found.verdict, found.reason) == ("works", "Everything it may need is allowed.")
    assert [ref.sid for ref in found.statements] == ["All"]


@pytest.mark.parametrize(
    ("lacking", "expected", "reason"),
    [
        ("s3:GetObject", "partly", "s3:GetObject is not allowed (needed unless version is given)"),
        ("s3:GetObjectVersion", "partly", "is not allowed (needed with version)"),
        ("s3:PutObjectTagging", "partly", "is not allowed (needed with tag)"),
        ("s3:GetObjectRetention", "partly", "is not allowed: locks are not told"),
    ],
)
def test_one_is_missing(lacking: str, expected: str, reason: str) -> None:
    found = verdict(allow(*(one for one in ALL if one != lacking)))
    assert found.verdict == expected
    assert found.reason.endswith(reason)
    assert [one.needed.permission.action for one in found.lacking] == [lacking]


def test_it_fails_if_no_way_is_left() -> None:
    found = verdict(allow("s3:PutObjectTagging", "s3:GetObjectRetention"))
    assert found.verdict == "fails"
    assert found.statements == ()


def test_a_deny_is_the_statement_behind_it() -> None:
    deny = {"Sid": "No", "Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}
    found = verdict(allow("s3:*"), deny)
    assert found.verdict == "fails"
    assert {ref.sid for ref in found.statements} == {"No"}


def test_a_part_of_the_resources_is_a_part() -> None:
    found = verdict(allow(*ALL, on="arn:aws:s3:::logs/*"))
    assert found.verdict == "partly"
    assert "s3:GetObject is allowed for a part only" in found.reason


def test_what_depends_on_something_unknown_is_unknown() -> None:
    here = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    found = verdict(allow(*ALL, Condition=here))
    assert found.verdict == "unknown"
    assert "aws:sourceip" in found.reason.lower()


def test_the_roles_partition_counts() -> None:
    china = allow(*ALL, on="arn:aws-cn:s3:::*/*")
    role = "arn:aws-cn:iam::111122223333:role/r"
    assert verdict(china, role=role).verdict == "works"
    assert verdict(china).verdict == "fails"


def test_it_can_be_said_in_json() -> None:
    said = verdict(allow("s3:GetObject")).as_dict()
    assert said["card"] == "shelf.take"
    by_action = {one["action"]: one for one in said["permissions"]}
    assert by_action["s3:GetObject"]["when"] == "unless version is given"
    assert by_action["s3:GetObjectRetention"]["without"] == "locks are not told"
    assert by_action["s3:GetObjectRetention"]["optional"] is True
