"""What linting finds, each rule by an example that has it and one that has not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.kinds import PolicyKind
from penstock.iam.linting import Finding, lint
from penstock.iam.managed import managed_policy, managed_policy_names
from penstock.iam.policy import parse_policy
from tests.unit.iam.documents import KINDS, allow, deny, documents, policy

OTHER = "arn:aws:iam::444455556666:root"
ID = {"StringEquals": {"sts:ExternalId": "7f3a"}}


def trust(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "sts:AssumeRole"} | elements


def bucket(**elements: Any) -> dict[str, Any]:
    return allow(Principal={"AWS": OTHER}) | elements


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [one.code for one in found]


def found_in(*statements: dict[str, Any], kind: PolicyKind = "identity") -> list[str]:
    return codes(lint(policy(*statements), kind))


B, OBJECTS = "arn:aws:s3:::b", "arn:aws:s3:::b/*"

IDENTITY: list[tuple[dict[str, Any], list[str]]] = [
    (allow(), []),
    (allow(Action="s3:GetObjekt"), ["unknown_action"]),
    (allow(Action="s3:Frob*"), ["action_matches_nothing"]),
    (allow(Action="dynamodb:Whatever", Resource="*"), []),
    (allow(Action="*", Resource="*"), ["every_action", "every_resource"]),
    (allow(Action="s3:PutObject", Resource="*"), ["every_resource"]),
    (allow(Action="s3:ListAllMyBuckets", Resource="*"), []),
    (deny(Action="*", Resource="*"), []),
    # The commonest mistakes.
    (allow(Resource=B), ["object_action_on_bucket", "resource_without_action"]),
    (allow(Action="s3:ListBucket"), ["bucket_action_on_objects", "resource_without_action"]),
    (allow(Action=["s3:GetObject", "s3:ListBucket"], Resource=[B, OBJECTS]), []),
    (allow(Action=["s3:GetObject", "s3:ListBucket"], Resource=B), ["object_action_on_bucket"]),
    (allow(Resource=[B, OBJECTS]), ["resource_without_action"]),
    (allow(Action="s3:*", Resource=B), ["missing_objects"]),
    (allow(Action="s3:*"), ["missing_bucket"]),
    (allow(Action="s3:*", Resource=[B, OBJECTS]), []),
    (allow(Action="kms:Decrypt"), ["action_resource_mismatch", "resource_without_action"]),
    (allow(Action="kms:De*"), ["action_resource_mismatch", "resource_without_action"]),
    (allow(Action="kms:Decrypt", Resource="arn:aws:kms:*:*:key/*"), []),
    (
        allow(Action="s3:ListAllMyBuckets", Resource=B),
        ["needs_every_resource", "resource_without_action"],
    ),
    (allow(Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::*"), []),
    (
        allow(Resource="arn:aws:s3:eu-west-1:111122223333:b"),
        ["bucket_arn", "action_resource_mismatch", "resource_without_action"],
    ),
    (allow(Resource="arn:aws:s3:::b*"), ["bucket_name_wildcard"]),
    (allow(Resource="arn:aws:s3:us-east-1:111122223333:accesspoint/a/object/*"), []),
    # Conditions.
    (
        allow(Condition={"StringLike": {"s3:prefix": "logs/*"}}),
        ["key_not_of_action"],
    ),
    (
        allow(
            Action=["s3:GetObject", "s3:ListBucket"],
            Resource=[B, OBJECTS],
            Condition={"StringLike": {"s3:prefix": "logs/*"}},
        ),
        ["key_not_of_some_actions"],
    ),
    (deny(Condition={"StringNotEquals": {"s3:prefix": "a"}}), ["key_not_of_action"]),
    (allow(Condition={"StringEquals": {"s3:ExistingObjectTag/team": "a"}}), []),
    (allow(Condition={"StringEquals": {"kms:ViaService": "s3"}}), ["key_not_of_action"]),
    (allow(Condition={"StringEquals": {"s3:prefixx": "a"}}), ["unknown_key"]),
    (allow(Condition={"IpAddress": {"aws:SourceIP": "192.0.2.0/24"}}), []),
    (allow(Condition={"IpAddress": {"aws:SourceAddress": "192.0.2.0/24"}}), ["unknown_key"]),
    (allow(Condition={"StringEquals": {"aws:SourceIp": "192.0.2.1"}}), ["operator_for_key"]),
    (allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.300"}}), ["value_type"]),
    (allow(Condition={"Bool": {"aws:SecureTransport": "yes"}}), ["value_type"]),
    (allow(Condition={"DateLessThan": {"aws:CurrentTime": "tomorrow"}}), ["value_type"]),
    (allow(Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}}), ["value_type"]),
    (allow(Condition={"ArnLike": {"aws:PrincipalArn": "role/x"}}), ["value_type"]),
    (allow(Condition={"ArnLike": {"aws:PrincipalArn": "${aws:PrincipalTag/arn}"}}), []),
    (allow(Condition={"Null": {"aws:PrincipalTag/a": "no"}}), ["value_type"]),
    (allow(Condition={"StringEqual": {"aws:PrincipalTag/a": "b"}}), ["unknown_operator"]),
    (allow(Condition={"NullIfExists": {"aws:PrincipalTag/a": "true"}}), ["unknown_operator"]),
    (allow(Condition={"StringEquals": {"aws:PrincipalTag/a": "b*"}}), ["wildcard_is_literal"]),
    (
        allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
        ["for_all_values_allow"],
    ),
    (
        allow(
            Condition={
                "ForAllValues:StringEquals": {"aws:TagKeys": "a"},
                "Null": {"aws:TagKeys": "false"},
            }
        ),
        [],
    ),
    # The document.
    (allow(Resource="arn:aws:s3:::b/${aws:username"), ["variable_unclosed"]),
    (allow(Resource="arn:aws:s3:::b/${}"), ["variable_malformed"]),
    (allow(Resource="arn:aws:s3:::b/${aws:username}/*"), []),
    (allow(Action=["s3:GetObject", "s3:Get*"]), ["missing_bucket", "redundant_action"]),
    (allow(Resource=["arn:aws:s3:::b/logs/*", OBJECTS]), ["redundant_resource"]),
    ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, ["not_action_allow"]),
    (
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": OBJECTS},
        ["not_resource_allow"],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), IDENTITY)
def test_statements_of_identity_policies(statement: dict[str, Any], expected: list[str]) -> None:
    assert sorted(found_in(statement)) == sorted(expected)


TRUST: list[tuple[dict[str, Any], list[str]]] = [
    (trust(Condition=ID), []),
    (trust(), ["no_external_id"]),
    (trust(Principal={"Service": "ec2.amazonaws.com"}), []),
    (trust(Action=["sts:AssumeRole", "sts:TagSession"], Condition=ID), []),
    (trust(Action="sts:TagSession"), []),
    (trust(Condition={"StringLike": {"sts:ExternalId": "7f*"}}), ["external_id_wildcard"]),
    (trust(Condition={"StringLike": {"sts:ExternalId": "7f"}}), []),
    (
        trust(Condition={"StringEqualsIfExists": {"sts:ExternalId": "7f"}}),
        ["external_id_optional"],
    ),
    (trust(Condition={"StringNotEquals": {"sts:ExternalId": "7f"}}), ["external_id_negated"]),
    (trust(Condition={"Null": {"sts:ExternalId": "false"}}), ["external_id_any"]),
    (trust(Condition={"Null": {"sts:ExternalId": "false"}} | ID), []),
    (trust(Principal="*"), ["everyone_trusted"]),
    (trust(Principal={"AWS": "*"}, Condition=ID), ["everyone_trusted"]),
    (trust(NotPrincipal={"AWS": OTHER}, Principal=None), ["not_principal_allow"]),
    (trust(Action=["sts:AssumeRole", "s3:GetObject"], Condition=ID), ["not_a_trust_action"]),
    (trust(Effect="Deny", Principal={"AWS": "*"}), []),
]


@pytest.mark.parametrize(("statement", "expected"), TRUST)
def test_trust_policies(statement: dict[str, Any], expected: list[str]) -> None:
    clean = {name: value for name, value in statement.items() if value is not None}
    assert found_in(clean, kind="trust") == expected


def test_the_own_account_needs_no_external_id() -> None:
    text = json.dumps(policy(trust()))
    assert codes(lint(text, "trust", account="444455556666")) == []
    (found,) = lint(text, "trust", account="111122223333")
    assert found.code == "no_external_id"
    assert found.message == "Account 444455556666 may assume the role without an external ID"


RESOURCE: list[tuple[dict[str, Any], list[str]]] = [
    (bucket(), []),
    (bucket(Principal="*"), ["everyone"]),
    (
        bucket(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        ["everyone_with_conditions"],
    ),
    (bucket(Principal="*", Effect="Deny"), []),
    (bucket(Principal=None, NotPrincipal={"AWS": OTHER}), ["not_principal_allow"]),
    (bucket(Principal=None, NotPrincipal={"AWS": OTHER}, Effect="Deny"), ["not_principal_deny"]),
]


@pytest.mark.parametrize(("statement", "expected"), RESOURCE)
def test_resource_policies(statement: dict[str, Any], expected: list[str]) -> None:
    clean = {name: value for name, value in statement.items() if value is not None}
    assert found_in(clean, kind="resource") == expected


def test_sids_may_be_given_once() -> None:
    two = [allow(Sid="A"), allow(Sid="A", Action="s3:PutObject")]
    assert found_in(*two) == ["sid_repeated"]
    principal = {"Principal": {"AWS": OTHER}}
    assert found_in(*[one | principal for one in two], kind="resource") == ["sid_repeated"]


def test_the_version_matters_to_variables() -> None:
    statement = allow(Resource="arn:aws:s3:::b/${aws:username}/*")
    assert codes(lint({"Statement": [statement]})) == [
        "variable_in_old_version",
        "version_missing",
    ]
    assert found_in(allow()) == []
    assert codes(lint(policy(allow(), version="2008-10-17"))) == ["version_old"]


@pytest.mark.parametrize(
    ("kind", "length", "expected"),
    [
        ("identity", 5_000, []),
        ("identity", 7_000, ["long"]),
        ("identity", 11_000, ["too_long"]),
        ("session", 2_100, ["too_long"]),
        ("boundary", 6_200, ["too_long"]),
        ("resource", 19_000, []),
        ("resource", 21_000, ["too_long"]),
    ],
)
def test_length(kind: PolicyKind, length: int, expected: list[str]) -> None:
    statement = allow(Resource=f"arn:aws:s3:::b/{'x' * length}")
    if kind == "resource":
        statement = bucket(Resource=statement["Resource"])
    assert found_in(statement, kind=kind) == expected


def test_white_space_does_not_count_but_in_session_policies() -> None:
    text = json.dumps(policy(allow(Resource=f"arn:aws:s3:::b/{'x' * 1900}")), indent=40)
    assert codes(lint(text)) == []
    assert codes(lint(text, "session")) == ["too_long"]


def test_statements_that_say_nothing_new() -> None:
    broad, narrow = allow(Sid="All", Action="s3:Get*", Resource="*"), allow()
    assert found_in(narrow, broad) == ["redundant_statement"]
    assert found_in(allow(), allow()) == ["redundant_statement"]
    conditional = broad | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    assert found_in(narrow, conditional) == []
    (found,) = lint(policy(narrow, broad))
    assert (found.pointer, found.message) == (
        "/Statement/0",
        'Statement "All" says all that this one says',
    )


def test_a_finding_has_its_place_and_what_to_write_instead() -> None:
    text = """{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["s3:ListBucket", "s3:GetObjec"],
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
  }
}"""
    first, *_ = lint(text)
    assert first.as_dict() == {
        "code": "unknown_action",
        "severity": "error",
        "message": "There is no action 's3:GetObjec'",
        "pointer": "/Statement/Action/1",
        "line": 5,
        "column": 33,
        "hint": "Did you mean s3:GetObject?",
        "fix": "s3:GetObject",
    }


def test_what_to_do_about_the_commonest_mistake() -> None:
    found = lint(policy(allow(Resource=B)))[0]
    assert (found.pointer, found.message, found.hint) == (
        "/Statement/0/Action",
        "s3:GetObject is about objects, and 'arn:aws:s3:::b' is a bucket",
        'Objects are "arn:aws:s3:::b/*": add that to Resource.',
    )


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "not_json"),
        ("[]", "not_an_object"),
        (b"\xff", "not_utf8"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17"}', "duplicate_key"),
        ("{" * 50, "not_json"),
        ({"Statement": {1, 2}}, "not_json"),
        ({"Statement": float("nan")}, "not_json"),
    ],
)
def test_what_cannot_be_read_is_a_finding(source: Any, code: str) -> None:
    found = lint(source)
    assert codes(found) == [code]
    assert found[0].severity == "error"


@pytest.mark.parametrize("name", managed_policy_names())
def test_policies_that_aws_wrote_have_no_errors_but_what_the_list_does_not_know(name: str) -> None:
    found = lint(managed_policy(name).policy)
    errors = {one.code for one in found if one.severity == "error"}
    assert errors <= {"unknown_action", "action_matches_nothing", "too_long"}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_linting_never_raises(kind: PolicyKind, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    for source in (document, json.dumps(document), parse_policy(document, kind)):
        for found in lint(source, kind):
            assert found.message
            assert found.pointer == "" or found.pointer.startswith("/")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Version", "Statement", "Effect", "Action", "Resource", "Sid", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(document=JSON, kind=st.sampled_from(KINDS))
def test_nor_on_any_other_json(document: Any, kind: PolicyKind) -> None:
    assert isinstance(lint(json.dumps(document), kind), tuple)


@given(text=st.text(max_size=40))
def test_nor_on_any_text(text: str) -> None:
    assert all(one.severity == "error" for one in lint(text))
