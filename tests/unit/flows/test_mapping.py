"""Mappings: `{{ card.path[0].to["odd key"] ?? literal }}` keeps types, text renders."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.errors import InvalidInput
from penstock.flows.mapping import parse, references, resolve
from penstock.flows.template import Reference, Template, parse_text

SCOPE: dict[str, Any] = {
    "start": {"bucket": "archive", "count": 3, "deep": {"odd key": [1, {"a-b": True}]}},
    "run": {"id": "r1", "started_at": datetime(2026, 1, 31, 9, tzinfo=UTC)},
    "search": {"objects": [{"key": "a"}, {"key": "b"}], "complete": True, "next": None},
}


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("plain", "plain"),
        ("{{start.count}}", 3),
        ("{{ search.complete }}", True),
        ("{{ search.objects[1].key }}", "b"),
        ("{{ search.objects[-1] }}", {"key": "b"}),
        ('{{ start.deep["odd key"][1].a-b }}', True),
        ("{{ search.objects }}", [{"key": "a"}, {"key": "b"}]),
        ("{{ search.next }}", None),
        ("n={{ start.count }}, c={{ search.complete }}", "n=3, c=true"),
        ("{{ run.started_at }}!", "2026-01-31T09:00:00Z!"),
        ("{{ search.objects }} ", '[{"key":"a"},{"key":"b"}] '),
        ('{{ search.next ?? "none" }}', "none"),
        ("{{ search.nope ?? 0 }}", 0),
        ("{{ nobody.x ?? [] }}", []),
        ("{{ search.objects[9].key ?? null }}", None),
        ("{{ start.bucket.x ?? {} }}", {}),
        ("{{ search.nope ?? -1.5e3 }}/", "-1500.0/"),
        ('{{ "{{" }} start }}', "{{ start }}"),
        ('{{ "a" }}b{{ "c" }}', "abc"),
        ("{ {} }}", "{ {} }}"),
        ({"a": ["{{ start.count }}", 1], "{{ b }}": None}, {"a": [3, 1], "{{ b }}": None}),
    ],
)
def test_resolves(value: Any, resolved: Any) -> None:
    assert resolve(value, SCOPE) == resolved
    assert type(resolve(value, SCOPE)) is type(resolved)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{{", 3),
        ("ab {{ start.bucket", 4),
        ("{{ }}", 4),
        ("{{ 1 }}", 4),
        ("{{ start. }}", 10),
        ("{{ start.a b }}", 12),
        ("{{ start.a + 1 }}", 12),
        ("{{ start.a | upper }}", 12),
        ("{{ f(start) }}", 5),
        ("{{ start[x] }}", 10),
        ("{{ start[01] }}", 10),
        ('{{ start["x }}', 10),
        ("{{ start[1 }}", 12),
        ("{{ start.a ?? }}", 15),
        ("{{ start.a ?? 'x' }}", 15),
        ("{{ start.a ?? start.b }}", 15),
        ("{{ start.a ?? [1] }}", 15),
        ("{{ start.a ?? 1 ?? 2 }}", 17),
        ("{{{ start }}", 3),
    ],
)
def test_bad_syntax_says_at_which_character(text: str, column: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse({"deep": [text]})
    assert (caught.value.where.column, caught.value.where.field) == (column, "deep[0]")
    assert caught.value.message.startswith("A mapping is wrong: ")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{{ search.objcts }}", "`search` has no `objcts`.", "Did you mean `objects`?"),
        ("{{ serch.objects }}", "`serch` has no value here.", "Did you mean `search`?"),
        ("{{ search.objects[2] }}", "`search.objects` has 2 items and so no `[2]`.", None),
        (
            "{{ search.objects.key }}",
            "`search.objects` is a list.",
            "Pick an item first, as in `[0].key`.",
        ),
        ("{{ start.bucket.x }}", "`start.bucket` is a single value and has no `.x`.", None),
        (
            "{{ search.next.x }}",
            "`search.next` is null.",
            'Say what to use instead, as in `{{ card.field ?? "" }}`.',
        ),
        (
            "a{{ search.next }}",
            "{{ search.next }}: There is nothing to put into the text: the value is null.",
            'Say what to write instead, as in `{{ card.field ?? "" }}`.',
        ),
    ],
)
def test_what_leads_nowhere_is_named(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve({"source": {"keys": [text]}}, SCOPE)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.where.field == "source.keys[0]"


def test_references_come_in_order_with_their_place() -> None:
    found = references({"a": "x{{ start.b }}{{ run.id ?? 1 }}", "c": ["{{ search.objects[0] }}"]})
    assert [reference.name for reference in found] == ["start.b", "run.id", "search.objects[0]"]
    assert [(reference.offset, reference.end) for reference in found] == [
        (1, 14),
        (14, 31),
        (0, 23),
    ]
    assert [reference.has_fallback for reference in found] == [False, True, False]


names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
steps = st.one_of(names, st.text(max_size=6), st.integers(-99, 10**8))
fallbacks = st.one_of(
    st.text(max_size=6),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
    st.just([]),
    st.just({}),
)
bare = st.builds(Reference, names, st.lists(steps, max_size=4).map(tuple))
filled = st.builds(
    Reference, names, st.lists(steps, max_size=4).map(tuple), st.just(True), fallbacks
)
braces = st.text('{}" .?a[]\\', max_size=12)
parts = st.lists(st.one_of(bare, filled, braces.filter(bool)), max_size=5)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Templates as the parser makes them: no two literal stretches side by side."""
    kept: list[str | Reference] = []
    for part in draw(parts):
        if isinstance(part, str) and kept and isinstance(kept[-1], str):
            kept[-1] += part
        else:
            kept.append(part)
    return Template(tuple(kept))


@settings(deadline=None)
@given(templates())
def test_what_is_printed_reads_back_and_prints_the_same(template: Template) -> None:
    text = str(template)
    assert parse_text(text) == template
    assert str(parse_text(text)) == text


@settings(deadline=None)
@given(st.one_of(braces, st.text(), st.text('{}"?.[]\\ab1 -', max_size=40).map("{{".__add__)))
def test_reading_raises_nothing_but_our_error(text: str) -> None:
    offset = 0
    try:
        template = parse_text(text)
    except InvalidInput as error:
        template, offset = parse_text(""), error.details["offset"]
    assert 0 <= offset <= len(text)
    assert parse_text(str(template)) == template


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text("ab{} ", max_size=5)),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=3), inner)),
    max_leaves=10,
).filter(lambda value: "{{" not in json.dumps(value))


@settings(deadline=None)
@given(json_values)
def test_a_literal_resolves_to_itself(value: Any) -> None:
    assert resolve(value, {}) is value
    assert parse(value).is_literal


def test_long_text_is_read_in_linear_time() -> None:
    def seconds(size: int) -> float:
        text = "{{ a.b ?? 1 }} {" * size + " " * size + "{{ a" + " " * size + "[" + "1" * size
        began = time.process_time()
        with pytest.raises(InvalidInput):
            parse_text(text)
        return time.process_time() - began

    small = min(seconds(2_000 + at) for at in range(3))
    assert seconds(40_000) < 200 * small
