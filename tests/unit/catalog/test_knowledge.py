"""What is known of a card's inputs before it runs, and the permissions that follow."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.catalog.knowledge import partial_inputs
from penstock.catalog.partial import UNKNOWN, Partial, Pattern
from penstock.iam.permission import literal
from tests.unit.catalog.toy import CopyInputs, Place, registry

COPY = registry.card("toy.copy")


def known(value: Any, scope: Mapping[str, Any] | None = None) -> Any:
    inputs = {"source": {"bucket": "abc", "key": value}}
    return partial_inputs(COPY, inputs, scope or {}).part("source").get("key")


@pytest.mark.parametrize(
    ("value", "scope", "expected"),
    [
        ("plain*", {}, "plain*"),
        ("{{ start.key }}", {}, UNKNOWN),
        ("{{ start.key }}", {"start": {"key": "a"}}, "a"),
        ('{{ start.key ?? "b" }}', {}, UNKNOWN),
        ('{{ start.key ?? "b" }}', {"start": {}}, "b"),
        ("{{ start.key }}", {"start": {}}, UNKNOWN),
        ("reports/{{ run.date }}/x", {}, Pattern("reports/*/x")),
        ("reports/{{ run.date }}{{ a.b }}/x", {}, Pattern("reports/*/x")),
        ("re*p$?/{{ run.date }}", {}, Pattern("re${*}p${$}${?}/*")),
        ("{{ run.flow }}/{{ run.id }}", {"run": {"flow": "a*"}}, Pattern("a${*}/*")),
        ("{{ run.flow }}/x", {"run": {"flow": "a*"}}, "a*/x"),
        ("a{{ run.flow }}", {"run": {"flow": None}}, Pattern("a*")),
    ],
)
def test_what_is_known_of_a_text(value: str, scope: dict[str, Any], expected: Any) -> None:
    assert known(value, scope) == expected


def permissions(inputs: dict[str, Any]) -> list[tuple[str, str]]:
    partial = partial_inputs(COPY, inputs, {})
    return [(one.action, one.resource) for one in COPY.permissions(partial)]


def test_permissions_follow_from_what_is_known() -> None:
    inputs = {
        "source": {"bucket": "abc", "key": "a*", "version_id": None},
        "target": {"bucket": "{{ start.bucket }}", "key": "x/{{ run.id }}"},
    }
    assert permissions(inputs) == [
        ("s3:GetObject", "arn:aws:s3:::abc/a${*}"),
        ("s3:PutObject", "arn:aws:s3:::*/x/*"),
    ]


def test_what_may_be_is_permitted() -> None:
    inputs = {
        "source": "{{ list.objects[0] }}",
        "target": {"bucket": "abc", "key": "b"},
        "bypass": "{{ start.bypass }}",
        "tags": [{"key": "{{ start.tag }}"}],
    }
    assert permissions(inputs) == [
        ("s3:GetObject", "arn:aws:s3:::*/*"),
        ("s3:GetObjectVersion", "arn:aws:s3:::*/*"),
        ("s3:PutObject", "arn:aws:s3:::abc/b"),
        ("s3:BypassGovernanceRetention", "arn:aws:s3:::abc/b"),
        ("s3:PutObjectTagging", "arn:aws:s3:::abc/b"),
    ]


def test_literals_have_the_field_s_own_type() -> None:
    """A literal that a run would take for true must be true for its permissions as well."""
    partial = partial_inputs(COPY, {"bypass": "true", "tags": [{"key": "a"}]}, {})
    assert partial.get("bypass") is True
    assert partial.may_be("bypass", True)
    assert not partial_inputs(COPY, {"bypass": "no"}, {}).may_be("bypass", True)


def test_absent_inputs_have_their_defaults() -> None:
    partial = partial_inputs(COPY, {}, {})
    assert partial.get("storage") == "STANDARD"
    assert partial.get("source") is UNKNOWN
    assert partial.part("source").text("bucket") == "*"
    assert not partial.may_have("tags")
    assert partial.get("no_such_field") is None


def test_nothing_known_may_be_anything() -> None:
    partial = Partial.unknown(CopyInputs)
    assert partial.may_be("storage", "GLACIER")
    assert partial.may_have("tags")
    assert partial.part("target").text("key") == "*"
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(partial.get("bypass"))


def test_resolved_inputs_are_all_known() -> None:
    place = Place(bucket="a?c", key="k")
    partial = Partial.of(CopyInputs(source=place, target=Place(bucket="abc", key="k")))
    assert partial.part("source").text("bucket") == "a${?}c"
    assert not partial.part("source").may_have("version_id")
    assert not partial.may_be("bypass", True)


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: "{{" not in text))
def test_literal_text_in_a_pattern_matches_only_itself(text: str) -> None:
    found = known(f"{text} {{{{ start.x }}}}")
    assert found == Pattern(literal(f"{text} ") + "*")
