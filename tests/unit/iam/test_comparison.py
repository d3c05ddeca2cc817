"""Policies against what cards need: too much, too little, just right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.comparison import Comparison, compare
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.flow_policy import policies_for
from penstock.iam.generation import Need, policy_for
from penstock.iam.judging import Judge
from penstock.iam.managed import managed_policy
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy, parse_policy
from penstock.iam.request import Principal, Request
from tests.unit.iam.documents import allow, deny, documents, policy

ROLE = "arn:aws:iam::111122223333:role/team/Reader"
PRINCIPAL = Principal(
    "role-session",
    "arn:aws:sts::111122223333:assumed-role/Reader/penstock",
    "111122223333",
    role_arn=ROLE,
)


def need(action: str, resource: str, card: str = "s3.card", **more: Any) -> Need:
    inputs = more.pop("inputs", ())
    optional = more.pop("optional", False)
    return Need(Permission(action, resource, more, optional), card, inputs)


def made(*statements: dict[str, Any]) -> Policy:
    return parse_policy(policy(*statements))


def verdict(one: Need, *statements: dict[str, Any]) -> str:
    (card,) = compare([one], [made(*statements)], role_arn=ROLE).cards
    return card.permissions[0].judgement.verdict


GET = need("s3:GetObject", "arn:aws:s3:::b/*")


@pytest.mark.parametrize(
    ("one", "statements", "expected"),
    [
        (GET, [allow()], "allowed"),
        (GET, [allow(Resource="*")], "allowed"),
        (GET, [allow(Resource="arn:aws:s3:::*/*")], "allowed"),
        (GET, [allow(Resource="arn:aws:s3:::b/logs/*")], "partly"),
        (GET, [allow(Resource="arn:aws:s3:::b/???*")], "partly"),
        (GET, [allow(Resource="arn:aws:s3:::other/*")], "denied"),
        (GET, [allow(Resource="arn:aws:s3:::b")], "denied"),
        (GET, [allow(Action="s3:PutObject")], "denied"),
        (GET, [allow(), deny(Resource="arn:aws:s3:::b/secret/*")], "partly"),
        (GET, [allow(), deny(Resource="arn:aws:s3:::other/*")], "allowed"),
        (GET, [allow(), deny(Action="s3:*", Resource="*")], "denied"),
        (GET, [allow(Resource=["arn:aws:s3:::b/a*", "arn:aws:s3:::b/*"])], "allowed"),
        (GET, [allow(), deny(Resource=None, NotResource="arn:aws:s3:::b/*")], "allowed"),
        (GET, [allow(), deny(Resource=None, NotResource="arn:aws:s3:::b/public/*")], "partly"),
        (GET, [allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], "unknown"),
        (GET, [allow(Condition={"StringEquals": {"s3:prefix": "a"}})], "denied"),
        (GET, [allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], "allowed"),
        (GET, [allow(), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})], "allowed"),
        (
            GET,
            [allow(Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}})],
            "allowed",
        ),
        (
            GET,
            [allow(Condition={"StringEquals": {"aws:ResourceAccount": "444455556666"}})],
            "denied",
        ),
        (GET, [allow(Resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*")], "unknown"),
        (need("s3:ListAllMyBuckets", "*"), [allow(Action="s3:List*", Resource="*")], "allowed"),
        (
            need("s3:ListAllMyBuckets", "*"),
            [allow(Action="s3:List*", Resource="arn:aws:s3:::*")],
            "allowed",
        ),
        # A bucket of unknown name is still a bucket: what is said of objects does not matter.
        (
            need("s3:ListBucket", "arn:aws:s3:::*"),
            [
                allow(Action="s3:ListBucket", Resource="arn:aws:s3:::*"),
                deny(Action="s3:*", Resource="arn:aws:s3:::*/*"),
            ],
            "allowed",
        ),
        (
            need("s3:*", "arn:aws:s3:::b/*"),
            [allow(Action="s3:*")],
            "allowed",
        ),
        (need("s3:*", "arn:aws:s3:::b/*"), [allow(Action="s3:Get*")], "partly"),
        (need("s3:*", "arn:aws:s3:::b/*"), [allow(Action="kms:*")], "denied"),
        (need("foo:Bar", "arn:aws:foo:::x*"), [allow(Action="foo:*", Resource="*")], "allowed"),
    ],
)
def test_a_pattern_is_allowed_only_where_all_of_it_is(
    one: Need, statements: list[dict[str, Any]], expected: str
) -> None:
    clean = [{k: v for k, v in s.items() if v is not None} for s in statements]
    assert verdict(one, *clean) == expected


LIST: dict[str, Any] = {"StringLike": {"s3:prefix": ("logs/2024/*",)}}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, "allowed"),
        ({"StringLike": {"s3:prefix": "logs/2024/*"}}, "allowed"),
        ({"StringLike": {"s3:prefix": ["a", "logs/*"]}}, "allowed"),
        ({"StringLike": {"s3:prefix": "logs/2024/01/*"}}, "partly"),
        ({"StringEquals": {"s3:prefix": "logs/2024/*"}}, "partly"),
        ({"StringLike": {"s3:prefix": "other/*"}}, "denied"),
        ({"StringEquals": {"s3:delimiter": "/"}}, "unknown"),
    ],
)
def test_conditions_of_needs_are_known_of_their_requests(
    conditions: dict[str, Any], expected: str
) -> None:
    one = need("s3:ListBucket", "arn:aws:s3:::b", **LIST)
    statement = allow(Action="s3:ListBucket", Resource="arn:aws:s3:::b", Condition=conditions)
    assert verdict(one, statement) == expected


def test_a_condition_that_cannot_be_tried_out_counts_where_the_need_has_it_too() -> None:
    asked: dict[str, Any] = {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ("a",)}}
    one = need("s3:GetObject", "arn:aws:s3:::b/*", **asked)
    assert verdict(one, allow(Condition=asked)) == "allowed"
    assert verdict(one, allow(Condition={"StringEquals": {"aws:TagKeys": "a"}})) == "unknown"


def cards(found: Comparison) -> dict[str, str]:
    return {one.card: one.verdict for one in found.cards}


def test_cards_work_fail_or_work_in_part() -> None:
    needs = [
        need("s3:GetObject", "arn:aws:s3:::b/*", "works"),
        need("s3:GetObject", "arn:aws:s3:::b/*", "less"),
        need("s3:ListBucket", "arn:aws:s3:::b", "less", optional=True),
        need("s3:GetObject", "arn:aws:s3:::b/*", "versions"),
        need("s3:GetObjectVersion", "arn:aws:s3:::b/*", "versions", inputs=("version_id",)),
        need("s3:PutObject", "arn:aws:s3:::b/*", "fails"),
    ]
    found = compare(needs, [made(allow())], role_arn=ROLE)
    assert cards(found) == {
        "works": "works",
        "less": "partly",
        "versions": "partly",
        "fails": "fails",
    }
    reasons = {one.card: one.reason for one in found.cards}
    assert reasons["fails"] == "No identity-based policy allows s3:PutObject on arn:aws:s3:::b/*."
    assert reasons["versions"].startswith("With version_id: No identity-based policy allows s3:Get")
    assert reasons["less"].startswith("Not always needed: ")
    assert [one.action for one in found.too_little] == [
        "s3:ListBucket",
        "s3:GetObjectVersion",
        "s3:PutObject",
    ]
    assert [one.action for one in found.enough] == ["s3:GetObject"]
    assert not found.just_right


def test_the_statement_behind_a_verdict_is_named() -> None:
    given = made(allow(Sid="Read"), deny(Sid="NoSecrets", Resource="arn:aws:s3:::b/secret/*"))
    (card,) = compare([GET], [given.named("team")], role_arn=ROLE).cards
    judgement = card.permissions[0].judgement
    assert [(ref.policy, ref.sid) for ref in judgement.statements] == [
        ("team", "Read"),
        ("team", "NoSecrets"),
    ]
    assert judgement.reason == (
        "s3:GetObject on arn:aws:s3:::b/* is allowed only in part: "
        'statement "NoSecrets" of the identity-based policy "team" denies some of it.'
    )
    assert card.as_dict()["permissions"][0]["statements"][0]["sid"] == "Read"


def test_a_session_policy_limits() -> None:
    role = made(allow(Action="*", Resource="*"))
    session = parse_policy(policy(allow(Resource="arn:aws:s3:::b/logs/*")), "session")
    found = compare([GET], PolicySet((role,), session), role_arn=ROLE)
    assert cards(found) == {"s3.card": "partly"}


EVERYTHING_BUT = {"Effect": "Allow", "NotAction": "s3:PutObject", "Resource": "*"}


def excess(*statements: dict[str, Any], needs: tuple[Need, ...] = (GET,)) -> list[tuple[Any, ...]]:
    found = compare(needs, [made(*statements)], role_arn=ROLE)
    return [(one.kind, one.actions, one.resources, one.needed) for one in found.too_much]


def test_what_nobody_needs_is_too_much() -> None:
    bucket = ("arn:aws:s3:::b/*",)
    assert excess(allow()) == []
    assert excess(allow(Action=["s3:GetObject", "s3:PutObject"])) == [
        ("actions", ("s3:PutObject",), bucket, ())
    ]
    assert excess(allow(Resource="*")) == [("resources", ("s3:GetObject",), ("*",), bucket)]
    assert excess(allow(Resource=["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"])) == [
        ("actions", ("s3:GetObject",), ("arn:aws:s3:::c/*",), ())
    ]
    assert [one[0] for one in excess(EVERYTHING_BUT)] == ["everything_but"]


def test_wildcards_are_spelt_out_in_what_is_too_much() -> None:
    ((kind, actions, resources, _),) = excess(allow(Action="s3:GetObject*"))
    assert (kind, resources) == ("actions", ("arn:aws:s3:::b/*",))
    assert "s3:GetObjectAcl" in actions
    assert "s3:GetObject" not in actions


def test_what_is_denied_anyway_is_not_too_much() -> None:
    assert excess(allow(), allow(Action="s3:PutObject"), deny(Action="s3:Put*")) == []


def test_a_condition_of_the_needs_that_the_policy_lacks_is_too_much() -> None:
    one = need("s3:ListBucket", "arn:aws:s3:::b", **LIST)
    statement = allow(Action="s3:ListBucket", Resource="arn:aws:s3:::b")
    assert [found[0] for found in excess(statement, needs=(one,))] == ["conditions"]
    assert excess(statement | {"Condition": LIST}, needs=(one,)) == []


def test_each_excess_is_one_sentence_and_json() -> None:
    found = compare([GET], [managed_policy("AmazonS3FullAccess").policy], role_arn=ROLE).as_dict()
    assert found["just_right"] is False
    assert "which statement 1 of the identity-based policy" in found["too_much"][0]["reason"]
    assert found["too_much"][-1]["needed"] == ["arn:aws:s3:::b/*"]


# Needs as cards declare them.
RESOURCES = st.sampled_from(
    [
        "arn:aws:s3:::b",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/logs/*",
        "arn:aws:s3:::b/logs/${*}/x",
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/*",
        "arn:aws:kms:*:*:key/*",
        "*",
    ]
)
ACTIONS = st.sampled_from(
    [
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "s3:ListAllMyBuckets",
        "s3:*",
        "kms:Decrypt",
        "s3:GetObjectTagging",
    ]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringLike": {"kms:ViaService": ("s3.*.amazonaws.com*",)}},
        {"StringLike": {"s3:prefix": ("a/*", "b/")}},
        {"StringEquals": {"s3:prefix": ("a/b",)}},
        {"StringNotEquals": {"s3:delimiter": ("/",)}},
        {"NumericLessThan": {"s3:max-keys": ("10",)}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": ("x", "y")}},
        {"Null": {"aws:PrincipalTag/team": ("false",)}},
    ]
)
NEEDS = st.lists(
    st.builds(
        Need,
        st.builds(Permission, ACTIONS, RESOURCES, CONDITIONS, st.booleans()),
        st.sampled_from(["s3.one", "s3.two"]),
    ),
    min_size=1,
    max_size=6,
)


@given(needs=NEEDS, partition=st.sampled_from(["aws", "aws-cn"]))
def test_the_policy_made_from_needs_is_just_right(needs: list[Need], partition: str) -> None:
    role = f"arn:{partition}:iam::111122223333:role/r"
    found = compare(needs, [policy_for(needs, partition=partition)], role_arn=role)
    assert (found.too_much, found.too_little) == ((), ())
    assert found.just_right
    assert {one.verdict for one in found.cards} == {"works"}


@given(needs=NEEDS)
def test_so_are_the_parts_it_is_split_into_and_the_owner_takes_nothing_away(
    needs: list[Need],
) -> None:
    parts = policies_for(needs, owner="111122223333", limit=700)
    found = compare(needs, parts, role_arn=ROLE)
    assert found.just_right


@given(needs=NEEDS, document=documents("identity"), session=documents("session"))
def test_comparing_never_raises_and_always_has_a_verdict(
    needs: list[Need], document: dict[str, Any], session: dict[str, Any]
) -> None:
    given_policies = PolicySet((parse_policy(document),), parse_policy(session, "session"))
    found = compare(needs, given_policies, role_arn=ROLE)
    assert {one.card for one in found.cards} == {one.card for one in needs}
    assert all(one.reason for one in found.cards)
    assert all(one.reason for one in found.too_much)


KEYS = st.text(st.sampled_from("abkey/logs*1"), min_size=1, max_size=8)


@given(document=documents("identity"), key=KEYS)
def test_a_verdict_holds_for_each_resource_of_the_pattern(
    document: dict[str, Any], key: str
) -> None:
    given_policy = parse_policy(document)
    judge = Judge(PolicySet((given_policy,)), ROLE)
    verdict_on_all = judge.judge("s3:GetObject", "arn:aws:s3:::b/*").verdict
    request = Request(
        PRINCIPAL,
        "s3:GetObject",
        f"arn:aws:s3:::b/{key}",
        {"aws:SecureTransport": ("true",), "aws:ViaAWSService": ("false",)},
        "111122223333",
        frozenset({"aws:SourceIp", "aws:username", "aws:nothing"}),
    )
    outcome = evaluate(request, PolicySet((given_policy,))).outcome
    if verdict_on_all == "allowed":
        assert outcome == "allowed"
    if verdict_on_all == "denied":
        assert outcome != "allowed"


@pytest.mark.parametrize("length", [10, 5_000])
def test_monstrous_patterns_end_and_are_never_called_allowed(length: int) -> None:
    stars = "a*" * length
    found = compare(
        [need("s3:GetObject", f"arn:aws:s3:::b/{'*a' * length}")],
        [made(allow(Resource=f"arn:aws:s3:::b/{stars}"))],
        role_arn=ROLE,
    )
    assert cards(found) in ({"s3.card": "partly"}, {"s3.card": "unknown"}, {"s3.card": "fails"})
