"""Policy documents: what is read, what is refused and where, and the one way they are printed."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import PolicyInvalid, Problem
from penstock.iam.document import MAX_CHARACTERS
from penstock.iam.kinds import PolicyKind
from penstock.iam.policy import Policy, parse_policy
from tests.unit.iam.documents import KINDS, allow, documents, policy


def problems(source: Any, kind: PolicyKind = "identity") -> tuple[Problem, ...]:
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(source, kind)
    assert refused.value.hint
    assert refused.value.problems
    return refused.value.problems


def test_each_element_is_read() -> None:
    found = parse_policy(
        """{
          "Version": "2012-10-17", "Id": "example",
          "Statement": [{
            "Sid": "One", "Effect": "Allow",
            "Principal": {"AWS": ["111122223333", "*"], "Service": "s3.amazonaws.com",
                          "Federated": "accounts.google.com", "CanonicalUser": "79a59d"},
            "NotAction": "s3:Put*", "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
            "Condition": {"NumericLessThan": {"s3:max-keys": [10, "20"]},
                          "Bool": {"aws:SecureTransport": true}}
          }]
        }""",
        "resource",
    )
    (statement,) = found.statements
    assert (found.version, found.id) == ("2012-10-17", "example")
    assert (statement.sid, statement.effect) == ("One", "Allow")
    assert (statement.not_action, statement.actions) == (True, ("s3:Put*",))
    assert statement.not_resource
    assert statement.resources == ("arn:aws:s3:::b", "arn:aws:s3:::b/*")
    assert statement.principals is not None
    assert statement.principals.aws == ("111122223333", "*")
    assert statement.principals.service == ("s3.amazonaws.com",)
    assert statement.principals.federated == ("accounts.google.com",)
    assert statement.principals.canonical_user == ("79a59d",)
    assert [(str(one), one.values) for one in statement.conditions] == [
        ("NumericLessThan s3:max-keys", ("10", "20")),
        ("Bool aws:SecureTransport", ("true",)),
    ]


def test_a_policy_without_version_is_of_2008() -> None:
    found = parse_policy({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    assert found.version == "2008-10-17"


BAD: list[tuple[str, PolicyKind, Any, str, str]] = [
    ("no object", "identity", "[]", "", "not_an_object"),
    ("no statement", "identity", {"Version": "2012-10-17"}, "", "no_statement"),
    ("version", "identity", {"Version": "2012-10-18", "Statement": []}, "/Version", "version"),
    ("unknown element", "identity", policy(allow(Foo=1)), "/Statement/0/Foo", "unknown_element"),
    ("effect", "identity", policy(allow(Effect="allow")), "/Statement/0/Effect", "effect"),
    (
        "no action",
        "identity",
        policy({"Effect": "Allow", "Resource": "*"}),
        "/Statement/0",
        "no_action",
    ),
    (
        "no resource",
        "identity",
        policy({"Effect": "Allow", "Action": "*"}),
        "/Statement/0",
        "no_resource",
    ),
    (
        "both",
        "identity",
        policy(allow(NotAction="s3:*")),
        "/Statement/0/NotAction",
        "both_elements",
    ),
    ("action", "identity", policy(allow(Action="GetObject")), "/Statement/0/Action", "action"),
    ("vendor", "identity", policy(allow(Action="s*:Get")), "/Statement/0/Action", "action"),
    ("no actions", "identity", policy(allow(Action=[])), "/Statement/0/Action", "empty_list"),
    (
        "resource",
        "identity",
        policy(allow(Resource=["*", "b/*"])),
        "/Statement/0/Resource/1",
        "resource",
    ),
    ("number", "identity", policy(allow(Action=1)), "/Statement/0/Action", "not_text"),
    ("sid", "identity", policy(allow(Sid="a b")), "/Statement/0/Sid", "sid"),
    (
        "same sid",
        "identity",
        policy(allow(Sid="A"), allow(Sid="A")),
        "/Statement/1/Sid",
        "sid_repeated",
    ),
    (
        "principal",
        "identity",
        policy(allow(Principal="*")),
        "/Statement/0/Principal",
        "misplaced_element",
    ),
    (
        "principal",
        "session",
        policy(allow(Principal="*")),
        "/Statement/0/Principal",
        "misplaced_element",
    ),
    (
        "principal",
        "scp",
        policy(allow(Principal="*")),
        "/Statement/0/Principal",
        "misplaced_element",
    ),
    ("no principal", "resource", policy(allow()), "/Statement/0", "no_principal"),
    (
        "no principal",
        "trust",
        policy({"Effect": "Allow", "Action": "*"}),
        "/Statement/0",
        "no_principal",
    ),
    (
        "resource",
        "trust",
        policy(allow(Principal="*")),
        "/Statement/0/Resource",
        "misplaced_element",
    ),
    (
        "everybody in text",
        "resource",
        policy(allow(Principal="all")),
        "/Statement/0/Principal",
        "principal",
    ),
    ("nobody", "resource", policy(allow(Principal={})), "/Statement/0/Principal", "principal"),
    (
        "aws, not AWS",
        "resource",
        policy(allow(Principal={"aws": "*"})),
        "/Statement/0/Principal/aws",
        "unknown_element",
    ),
    (
        "part of a principal",
        "resource",
        policy(allow(Principal={"AWS": "arn:aws:iam::111122223333:role/*"})),
        "/Statement/0/Principal/AWS",
        "principal_wildcard",
    ),
    (
        "condition",
        "identity",
        policy(allow(Condition=[])),
        "/Statement/0/Condition",
        "not_an_object",
    ),
    (
        "condition without key",
        "identity",
        policy(allow(Condition={"StringEquals": "x"})),
        "/Statement/0/Condition/StringEquals",
        "not_an_object",
    ),
    (
        "condition value",
        "identity",
        policy(allow(Condition={"StringEquals": {"s3:prefix/~": None}})),
        "/Statement/0/Condition/StringEquals/s3:prefix~1~0",
        "condition_value",
    ),
    ("rcp allows", "rcp", policy(allow(Principal="*")), "/Statement/0/Effect", "rcp_allow"),
    (
        "rcp names one",
        "rcp",
        policy(allow(Effect="Deny", Principal={"AWS": "111122223333"})),
        "/Statement/0",
        "rcp_principal",
    ),
]


@pytest.mark.parametrize(("what", "kind", "source", "pointer", "code"), BAD)
def test_a_wrong_document_is_refused_where_it_is_wrong(
    what: str, kind: PolicyKind, source: Any, pointer: str, code: str
) -> None:
    assert (pointer, code) in [(one.pointer, one.code) for one in problems(source, kind)], what


def test_every_problem_is_told_with_line_and_column() -> None:
    source = (
        '{"Version": "2012-10-17",\n'
        ' "Statement": [\n'
        '  {"Effect": "Allow", "Acton": "s3:GetObject", "Resource": "*"},\n'
        '  {"Effect": "Permit", "Action": "s3:*", "Resource": ["*",\n'
        '    "bucket"]}\n'
        "]}"
    )
    found = {one.pointer: (one.where.line, one.where.column) for one in problems(source)}
    assert found == {
        "/Statement/0/Acton": (3, 23),
        "/Statement/0": (3, 3),
        "/Statement/1/Effect": (4, 4),
        "/Statement/1/Resource/1": (5, 5),
    }


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("", 1, 1),
        ("{", 1, 2),
        ('{"a" 1}', 1, 6),
        ('{"a": 1,\n}', 2, 1),
        ("[1 2]", 1, 4),
        ("nul", 1, 1),
        ('"unfinished', 1, 1),
        ('{"Version": "\\x"}', 1, 13),
        ("{} {}", 1, 4),
    ],
)
def test_what_is_no_json_is_told_where(source: str, line: int, column: int) -> None:
    (problem,) = problems(source)
    assert (problem.where.line, problem.where.column) == (line, column)


def test_a_key_given_twice_is_refused() -> None:
    (problem,) = problems('{"Statement": [],\n "Statement": []}')
    assert (problem.code, problem.where.line) == ("duplicate_key", 2)


def test_size_and_depth_are_bounded() -> None:
    assert problems(" " * (MAX_CHARACTERS + 1))[0].code == "too_long"
    assert problems("[" * 100_000)[0].code == "too_deep"
    assert len(problems(policy(*[allow(Action="x")] * 200))) == 50


@pytest.mark.parametrize("source", [None, 7, b"\xff", {"Statement": {1}}, {"a": float("nan")}])
def test_what_is_neither_text_nor_mapping_is_refused(source: Any) -> None:
    assert problems(source)


def test_a_mapping_that_holds_itself_is_refused() -> None:
    source: dict[str, Any] = {}
    source["Statement"] = source
    assert problems(source)


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)), st.sampled_from(KINDS))
def test_reading_raises_nothing_but_policy_invalid(source: str | bytes, kind: PolicyKind) -> None:
    with suppress(PolicyInvalid):
        assert isinstance(parse_policy(source, kind), Policy)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Principal", "Condition", "Sid"])
            | st.text(max_size=4),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(KINDS))
def test_reading_any_json_raises_nothing_but_policy_invalid(source: Any, kind: PolicyKind) -> None:
    for form in (source, json.dumps(source)):
        with suppress(PolicyInvalid):
            assert isinstance(parse_policy(form, kind), Policy)


@given(st.sampled_from(KINDS).flatmap(lambda kind: documents(kind).map(lambda one: (kind, one))))
def test_printing_is_stable(given_one: tuple[PolicyKind, dict[str, Any]]) -> None:
    kind, source = given_one
    found = parse_policy(source, kind)
    for indent in (2, None):
        text = found.text(indent)
        again = parse_policy(text, kind)
        assert again == found
        assert again.text(indent) == text
        assert text.isascii()


def test_a_name_for_reasons_does_not_change_the_policy() -> None:
    found = parse_policy(policy(allow()))
    assert found.named("ReadOnly") == found
    assert found.named("ReadOnly").name == "ReadOnly"
