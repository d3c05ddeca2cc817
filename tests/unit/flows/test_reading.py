"""Reading flow documents: YAML 1.2 or JSON in, every problem with its line and column."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.errors import DocumentInvalid, Problem
from penstock.flows.document import (
    CardUse,
    ErrorHandling,
    FlowDocument,
    FlowInput,
    Retry,
    Settings,
    Start,
)
from penstock.flows.reading import read_as_far_as_possible, read_flow, write_flow

TIDY = """\
# What leavers leave behind
flow: tidy-up
title: Tidy up
start:
  inputs:
    bucket: {type: text, title: Bucket}
cards:
  - id: search
    card: s3.search_objects
    connection: archive
    inputs:
      bucket: "{{ start.bucket }}"
      limit: 10          # enough for a day
      since: 2026-01-31
      answer: yes
      note: |
        two
        lines
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DocumentInvalid) as caught:
        read_flow(text)
    assert caught.value.problems
    return caught.value.problems


def found(text: str) -> list[tuple[str, int | None, int | None, str]]:
    return [(one.code, one.where.line, one.where.column, one.pointer) for one in problems(text)]


def test_yaml_becomes_a_document() -> None:
    source = read_flow(TIDY)
    assert source.text == TIDY
    assert source.document.start.inputs == {"bucket": FlowInput(title="Bucket")}
    assert source.document.cards[0].inputs == {
        "bucket": "{{ start.bucket }}",
        "limit": 10,
        "since": "2026-01-31",
        "answer": "yes",
        "note": "two\nlines\n",
    }


def test_json_is_accepted() -> None:
    text = '{"flow": "a",\t"cards": [{"id": "b", "card": "c.d", "note": "\\ud83d\\ude00 \\/"}]}'
    assert read_flow(text).document.cards[0].note == "\N{GRINNING FACE} /"


def test_every_part_knows_its_place() -> None:
    source = read_flow(TIDY)
    where = source.where("/cards/0/inputs/limit")
    assert (where.flow, where.card, where.field) == ("tidy-up", "search", "limit")
    assert (where.line, where.column) == (13, 14)
    assert source.where("/cards/0/inputs/limit", key=True).column == 7
    assert source.where("/cards/0/inputs/nothing").line == 12
    inside = source.where_inside("/cards/0/inputs/bucket", "{{ start.bucket }}", 3)
    assert (inside.line, inside.column) == (12, 19)
    block = source.where_inside("/cards/0/inputs/note", "two\nlines\n", 6)
    assert (block.line, block.column) == (18, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("not_a_flow", 1, 1, "")]),
        ("- a", [("not_a_flow", 1, 1, "")]),
        ("flow: a\ncards: [\n", [("yaml", 3, 1, "")]),
        ("flow: a: b", [("yaml", 1, 8, "")]),
        ("flow:\n\t- a", [("yaml", 2, 1, "")]),
        ("flow: a\x07", [("yaml", 1, 8, "")]),
        ("flow: a\nflow: b", [("duplicate_key", 2, 1, "/flow")]),
        ("flow: a\n--- \nflow: b", [("yaml", 2, 1, "")]),
        (
            "flow: &x a\ntitle: *x",
            [("yaml_anchor", 1, 7, "/flow"), ("yaml_anchor", 2, 8, "/title")],
        ),
        ("flow: !!python/name:os.system a", [("yaml_tag", 1, 7, "/flow")]),
        ("flow: a\n<<: {title: b}", [("yaml", 2, 1, "")]),
        ("flow: a\ntitle: {{ start.x }}", [("unquoted_mapping", 2, 8, "/title")]),
        ("flow: a\n? [b]\n: c", [("yaml", 2, 3, "")]),
        ("flow: 0123", [("number", 1, 7, "/flow")]),
        ("flow: .nan", [("number", 1, 7, "/flow")]),
        ("flow: 1e999", [("number", 1, 7, "/flow")]),
        ('flow: "\\ud800"', [("yaml", 1, 7, "/flow")]),
        ("flow: " + "[" * 1_000_000, [("too_deep", 1, 70, "/flow" + "/0" * 63)]),
        ("#" * 1_100_000, [("too_large", 1, 1, "")]),
        ("? " + "a" * 2000 + "\n: b", [("too_large", 1, 3, "")]),
        ("title: a", [("missing", 1, 1, "/flow")]),
        ("flow: Not A Name", [("form", 1, 7, "/flow")]),
        ("flow: a\ntitle: 5", [("wrong_type", 2, 8, "/title")]),
        ("flow: a\ntitel: b", [("unknown_field", 2, 1, "/titel")]),
        ("flow: a\ncards: {}", [("wrong_type", 2, 8, "/cards")]),
        (
            "flow: a\ncards:\n  - id: b\n  - card: c.d\n    id: E",
            [("missing", 3, 5, "/cards/0/card"), ("form", 5, 9, "/cards/1/id")],
        ),
        (
            "flow: a\nstart: {card: start.never, inputs: {x: {type: texxt}}}",
            [
                ("not_one_of", 2, 15, "/start/card"),
                ("not_one_of", 2, 47, "/start/inputs/x/type"),
            ],
        ),
        (
            "flow: a\ncards:\n  - id: b\n    card: c.d\n    on_error: {retry: {delay: soon}}",
            [("wrong_type", 5, 31, "/cards/0/on_error/retry/delay")],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    text: str, expected: list[tuple[str, int, int, str]]
) -> None:
    assert found(text) == expected
    assert all(len(one.message) < 300 for one in problems(text))


def test_a_misspelt_key_brings_the_nearest_name() -> None:
    (problem,) = problems("flow: a\ncards:\n  - id: b\n    card: c.d\n    conection: e")
    assert (problem.message, problem.hint) == (
        "There is no `conection` here.",
        "Did you mean `connection`?",
    )
    assert (problem.where.card, problem.where.field) == ("b", "conection")


def test_problems_are_counted_in_the_message_and_bounded() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_flow("flow: a\n" + "".join(f"x{number}: 1\n" for number in range(5000)))
    assert len(caught.value.problems) == 100
    assert caught.value.message == "There is no `x0` here. (99 more)"
    assert caught.value.where.line == 2


def test_what_can_be_read_is_read_without_the_wrong_parts() -> None:
    reading = read_as_far_as_possible(TIDY + "    notee: x\nsettings: {save_values: 7}\n")
    assert [one.pointer for one in reading.problems] == ["/cards/0/notee", "/settings/save_values"]
    assert reading.source is not None
    assert reading.source.document == read_flow(TIDY).document


def test_what_is_written_reads_well() -> None:
    document = read_flow(TIDY).document.model_copy(
        update={"description": "One\nTwo", "title": "Tidy: up"}
    )
    assert write_flow(document) == (
        """\
flow: tidy-up
title: "Tidy: up"
description: |-
  One
  Two
start:
  inputs:
    bucket:
      title: Bucket
cards:
  - id: search
    card: s3.search_objects
    connection: archive
    inputs:
      bucket: "{{ start.bucket }}"
      limit: 10
      since: "2026-01-31"
      answer: "yes"
      note: |
        two
        lines
"""
    )


texts = st.one_of(
    st.text(max_size=12),
    st.text("ab \n\t#:-{}[]'\"\\,&*!|>%@`~?01.eE_+", max_size=12),
    st.sampled_from(
        ["yes", "0123", "1e5", ".inf", "2026-01-31", "~", "null", "0x1F", "", " a", "a ", "\n"]
    ),
    st.sampled_from(
        ["a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a \nb", "12:30:45", "=", "<<", "1_000"]
    ),
).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(texts, inner, max_size=4),
    ),
    max_leaves=8,
)
ids = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
optional_texts = st.one_of(st.none(), texts)
retries = st.builds(
    Retry,
    attempts=st.integers(0, 20),
    delay=st.timedeltas(timedelta(0), timedelta(hours=1)),
)
handlings = st.builds(
    ErrorHandling,
    retry=st.one_of(st.none(), retries),
    then=st.sampled_from(["stop", "continue"]),
    values=st.dictionaries(texts, json_values, max_size=2),
)


def cards(blocks: st.SearchStrategy[dict[str, list[CardUse]]]) -> st.SearchStrategy[CardUse]:
    return st.builds(
        CardUse,
        id=ids,
        card=texts,
        connection=optional_texts,
        inputs=st.dictionaries(texts, json_values, max_size=3),
        note=optional_texts,
        on_error=st.one_of(st.none(), handlings),
        blocks=blocks,
    )


inner_cards = cards(st.just({}))
documents = st.builds(
    FlowDocument,
    flow=ids,
    title=optional_texts,
    description=optional_texts,
    start=st.builds(
        Start,
        inputs=st.dictionaries(
            ids,
            st.builds(FlowInput, type=st.sampled_from(["text", "list"]), default=json_values),
            max_size=2,
        ),
    ),
    cards=st.lists(
        cards(st.dictionaries(texts, st.lists(inner_cards, max_size=2), max_size=2)), max_size=3
    ),
    settings=st.builds(Settings, save_values=st.booleans()),
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_what_is_written_reads_back_the_same(document: FlowDocument) -> None:
    text = write_flow(document)
    assert read_flow(text).document == document
    assert write_flow(read_flow(text).document) == text


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("flow: a\n-[]{}\"'#&*!|>?%@\t", max_size=60)))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_as_far_as_possible(text)
    assert reading.problems or reading.source
    assert all(one.where.line for one in reading.problems)


def test_a_limit_is_told() -> None:
    (problem,) = problems(
        "flow: a\ncards:\n  - {id: b, card: c.d, on_error: {retry: {delay: 1h30m}}}"
    )
    assert problem.message == "`delay` must be 1 hour or less."


@pytest.mark.parametrize(
    ("written", "seconds"), [("30s", 30), ("59m1s", 3541), ("0.5s", 0.5), ("PT5M", 300), (2, 2)]
)
def test_a_delay_is_read(written: str | int, seconds: float) -> None:
    assert Retry.model_validate({"delay": written}).delay == timedelta(seconds=seconds)


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    assert read_flow("\ufeffflow: a\r\ntitle: b\r\n").document.title == "b"
    assert found("flow: a\r\ntitel: b\r\n") == [("unknown_field", 2, 1, "/titel")]


def test_a_place_inside_a_text_is_exact_where_it_can_be() -> None:
    source = read_flow(
        "flow: a\ncards:\n  - id: b\n    card: c.d\n    inputs:\n"
        "      plain: ab {{ x }}\n"
        "      quoted: 'ab {{ x }}'\n"
        '      escaped: "\\tab {{ x }}"\n'
        "      folded: >-\n        ab\n        {{ x }}\n"
        "      block: |2-\n         ab\n        {{ x }}\n"
    )
    inputs = source.document.cards[0].inputs
    places = {}
    for name, text in inputs.items():
        assert isinstance(text, str)
        where = source.where_inside(f"/cards/0/inputs/{name}", text, text.index("{{"))
        places[name] = (where.line, where.column)
    assert places == {
        "plain": (6, 17),
        "quoted": (7, 19),
        "escaped": (8, 16),
        "folded": (9, 15),
        "block": (14, 9),
    }
