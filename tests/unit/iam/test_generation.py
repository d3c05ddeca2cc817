"""Generated policies: for a role, readable; for a session, short enough; both never too little."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import InvalidInput
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.generation import Need, policy_for, session_policy
from penstock.iam.permission import Permission, literal
from penstock.iam.policy import Policy, parse_policy
from penstock.iam.request import Principal, Request

ANNA = Principal("user", "arn:aws:iam::111122223333:user/anna", "111122223333")


def need(action: str, resource: str, card: str = "s3.card", **conditions: Any) -> Need:
    return Need(Permission(action, resource, conditions), card)


def allows(policy: Policy, one: Need, partition: str = "aws") -> bool:
    """Whether `policy` allows a request of the kind that `one` permits."""
    sample = one.permission.resource.replace("${*}", "\0").replace("*", "any/thing")
    resource = sample.replace("\0", "*").replace("arn:aws:", f"arn:{partition}:")
    context = {
        key: values[:1]
        for tests in one.permission.conditions.values()
        for key, values in tests.items()
    }
    request = Request(ANNA, one.permission.action, resource, context)
    return evaluate(request, PolicySet((policy,))).allowed


def test_actions_on_the_same_resources_are_one_statement() -> None:
    found = policy_for(
        [
            need("s3:PutObject", "arn:aws:s3:::out/*", "s3.upload_object"),
            need("s3:GetObject", "arn:aws:s3:::in/*", "s3.download_object"),
            need("s3:GetObjectTagging", "arn:aws:s3:::in/*", "s3.read_object"),
            need("s3:GetObject", "arn:aws:s3:::old/*", "s3.download_object"),
            need("s3:GetObjectTagging", "arn:aws:s3:::old/*", "s3.read_object"),
        ]
    )
    assert found.as_dict() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "S3DownloadObjectS3ReadObject",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:GetObjectTagging"],
                "Resource": ["arn:aws:s3:::in/*", "arn:aws:s3:::old/*"],
            },
            {
                "Sid": "S3UploadObject",
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::out/*",
            },
        ],
    }


def test_what_a_broader_grant_covers_is_dropped_and_its_card_named() -> None:
    found = policy_for(
        [
            need("s3:GetObject", "arn:aws:s3:::b/*", "all"),
            need("s3:GetObject", "arn:aws:s3:::b/in/key", "one"),
            need("s3:GetObject", "arn:aws:s3:::b/in/*", "some", StringEquals={"a:b": ("c",)}),
        ]
    )
    (statement,) = found.statements
    assert statement.resources == ("arn:aws:s3:::b/*",)
    assert statement.conditions == ()
    assert statement.sid == "AllOneSome"


def test_conditions_are_carried_and_keep_statements_apart() -> None:
    prefix = {"StringLike": {"s3:prefix": ("in/*", "in/")}}
    found = policy_for(
        [
            need("s3:ListBucket", "arn:aws:s3:::b", "search", **prefix),
            need("s3:GetBucketLocation", "arn:aws:s3:::b", "search"),
        ]
    )
    assert [one.get("Condition") for one in found.as_dict()["Statement"]] == [
        None,
        {"StringLike": {"s3:prefix": ["in/", "in/*"]}},
    ]
    assert [one.sid for one in found.statements] == ["Search", "Search2"]


def test_a_sid_names_a_few_cards_and_counts_the_rest() -> None:
    found = policy_for(need("s3:GetObject", "arn:aws:s3:::b/*", f"card {i}") for i in range(5))
    assert found.statements[0].sid == "Card0Card1Card2And2More"
    assert policy_for([need("s3:GetObject", "*", "ä ö")]).statements[0].sid == "Flow"


def test_another_partition_is_written_into_resources_and_conditions() -> None:
    key = "arn:aws:kms:cn-north-1:111122223333:key/1"
    found = policy_for(
        [need("s3:PutObject", "arn:aws:s3:::b/*", StringEquals={"s3:x": (key,)})],
        partition="aws-cn",
    )
    (statement,) = found.statements
    assert statement.resources == ("arn:aws-cn:s3:::b/*",)
    assert statement.conditions[0].values == (key.replace("arn:aws:", "arn:aws-cn:"),)


@pytest.mark.parametrize("made", [policy_for([]), parse_policy(session_policy([]).text, "session")])
def test_no_needs_allow_nothing(made: Policy) -> None:
    assert not allows(made, need("s3:GetObject", "arn:aws:s3:::b/key"))
    assert parse_policy(made.text()) == Policy(made.statements)


def test_a_short_session_policy_says_just_what_is_needed() -> None:
    found = session_policy([need("s3:GetObject", f"arn:aws:s3:::b/{literal('a*b')}")])
    assert found.coarsened == ()
    assert found.text == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",'
        '"Resource":"arn:aws:s3:::b/a${*}b"}]}'
    )


def test_characters_that_iam_does_not_take_are_escaped_and_counted() -> None:
    found = session_policy([need("s3:GetObject", f"arn:aws:s3:::b/{'é' * 400}")])
    assert found.text.isascii()
    assert len(found.text) <= 2048
    assert found.coarsened == ("arn:aws:s3:::b/* instead of single objects",)


def many(buckets: int, keys: int, actions: tuple[str, ...] = ("s3:GetObject",)) -> list[Need]:
    return [
        need(action, f"arn:aws:s3:::bucket-{bucket:02}/some/long/key/{key:04}", f"card{key}")
        for bucket in range(buckets)
        for key in range(keys)
        for action in actions
    ]


def test_objects_give_way_first_and_only_in_as_many_buckets_as_it_takes() -> None:
    needs = [*many(1, 80), need("s3:GetObject", "arn:aws:s3:::small/one-key")]
    found = session_policy(needs)
    assert found.coarsened == ("arn:aws:s3:::bucket-00/* instead of single objects",)
    assert "arn:aws:s3:::small/one-key" in found.text


def test_buckets_give_way_next() -> None:
    found = session_policy(many(90, 3))
    assert json.loads(found.text)["Statement"] == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::*"}
    ]
    assert found.coarsened == ("all buckets, and all resources of a type, instead of single ones",)


def test_actions_give_way_last_and_reading_stays_reading() -> None:
    actions = tuple(f"s3:GetObject{name}" for name in ("", "Acl", "Tagging", "Retention"))
    found = session_policy(many(2, 2, (*actions, "s3:PutObject")), limit=150)
    (statement,) = json.loads(found.text)["Statement"]
    assert statement["Action"] == ["s3:GetObject*", "s3:PutObject"]
    assert found.coarsened[-1] == "actions s3:GetObject* instead of single ones"


def test_a_limit_that_nothing_fits_is_refused() -> None:
    with pytest.raises(InvalidInput, match="in 20 characters"):
        session_policy(many(1, 1), limit=20)


NEEDS = st.lists(
    st.builds(
        need,
        st.sampled_from(
            ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:ListBucket", "kms:Decrypt"]
        ),
        st.sampled_from(["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::*", "*"])
        | st.text("ab*/é ", min_size=1, max_size=8).map(
            lambda key: f"arn:aws:s3:::a/{literal(key)}"
        )
        | st.text("ab*/", max_size=6).map(lambda key: f"arn:aws:s3:::a/{key}")
        | st.just("arn:aws:kms:eu-west-1:111122223333:key/1"),
        st.sampled_from(["search", "copy", "a.b", "x y"]),
    )
    | st.builds(
        lambda prefix: need(
            "s3:ListBucket", "arn:aws:s3:::a", "list", StringEquals={"s3:prefix": (prefix, "z")}
        ),
        st.sampled_from(["", "p", "q"]),
    ),
    max_size=12,
)


@given(NEEDS, st.sampled_from(["aws", "aws-cn"]))
def test_a_generated_policy_allows_all_it_was_made_from(needs: list[Need], partition: str) -> None:
    found = policy_for(needs, partition=partition)
    assert parse_policy(found.text()) == found
    assert all(allows(found, one, partition) for one in needs)


@given(NEEDS, st.integers(130, 2048))
def test_so_does_a_session_policy_however_coarse(needs: list[Need], limit: int) -> None:
    found = session_policy(needs, limit=limit)
    assert len(found.text) <= limit
    policy = parse_policy(found.text, "session")
    assert all(allows(policy, one) for one in needs)


@given(NEEDS, st.randoms())
def test_the_order_of_needs_does_not_matter(needs: list[Need], random: Any) -> None:
    mixed = list(needs)
    random.shuffle(mixed)
    assert policy_for(mixed).text() == policy_for(needs).text()
    assert session_policy(mixed, limit=200) == session_policy(needs, limit=200)


@given(NEEDS)
def test_what_was_not_needed_is_not_allowed(needs: list[Need]) -> None:
    found = policy_for(needs)
    assert not allows(found, need("s3:DeleteObject", "arn:aws:s3:::a/key"))
    if not any(one.permission.resource in ("*", "arn:aws:s3:::*") for one in needs):
        assert not allows(found, need("s3:GetObject", "arn:aws:s3:::elsewhere/key"))


def test_less_room_never_makes_a_finer_policy() -> None:
    needs = many(3, 40, ("s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"))
    lengths = [
        len(session_policy(needs, limit=limit).text) for limit in (8000, 2048, 500, 250, 150)
    ]
    assert all(long >= short for long, short in pairwise(lengths))
