"""The check of a flow when it is saved: every problem, at its place, with a hint."""

from collections.abc import Iterable
from typing import ClassVar

import pytest

from penstock.errors import Problem
from penstock.flows.checking import check
from penstock.flows.document import FlowDocument
from penstock.flows.reading import read_flow
from tests.unit.catalog.toy import registry


class Directory:
    """Connections by nickname."""

    statuses: ClassVar = {
        "archive": "verified",
        "fresh": "draft",
        "shut": "denied",
        "open": "unsafe",
    }

    def status(self, nickname: str) -> str | None:
        return self.statuses.get(nickname)

    def nicknames(self) -> Iterable[str]:
        return self.statuses


GOOD = """\
flow: tidy
start:
  inputs:
    bucket: {type: text}
    times: {type: number, required: false, default: 3}
cards:
  - id: list
    card: toy.list
    connection: archive
    inputs:
      bucket: "{{ start.bucket }}"
      prefix: "reports/{{ run.date }}/"
  - id: copy
    card: toy.copy
    connection: archive
    inputs:
      source: "{{ list.objects[0] }}"
      target: {bucket: abc, key: "old/{{ list.objects[0].key }}"}
      bypass: "{{ list.complete }}"
      metadata: {by: "{{ run.id }}", count: "{{ start.times }}"}
  - id: say
    card: toy.say
    inputs:
      text: "{{ copy.size }}"
      times: "{{ start.times }}"
      words: ["{{ copy.copied_at }}", "{{ copy.version_id ?? \\"none\\" }}"]
      extra: {all: "{{ copy }}", body: "{{ copy.body.a.b[0] }}"}
"""


def problems(text: str) -> list[Problem]:
    return check(read_flow(text), registry, Directory())


def with_card(card: str, more: str = "") -> str:
    """A good flow with one more card; the card's first line is 28."""
    return GOOD + "".join(f"  {line}\n" for line in card.splitlines()) + more


Told = tuple[str, int | None, int | None, str | None]


def told(text: str) -> list[Told]:
    return [(one.code, one.where.line, one.where.column, one.hint) for one in problems(text)]


def test_a_good_flow_has_no_problem() -> None:
    assert problems(GOOD) == []


SAY = "- id: more\n  card: toy.say\n  inputs:\n    text: "


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("- {id: more, card: toy.sya}", [("unknown_card", 28, 22, "Did you mean `toy.say`?")]),
        (
            "- {id: more, card: s3.x}",
            [("unknown_card", 28, 22, "Cards are: `toy.copy`, `toy.list`, `toy.say`.")],
        ),
        ("- {id: more, card: toy.say}", [("missing", 28, 5, None)]),
        (
            SAY + "a\n    tmies: 2",
            [("unknown_field", 32, 7, "Did you mean `times`?")],
        ),
        (SAY + "2024", [("wrong_type", 31, 13, "Put it in quotes.")]),
        (SAY + "true", [("wrong_type", 31, 13, "Put it in quotes.")]),
        (SAY + "[a]", [("wrong_type", 31, 13, None)]),
        (SAY + "a\n    times: much", [("wrong_type", 32, 14, None)]),
        (SAY + "null", [("wrong_type", 31, 13, None)]),
        (
            SAY + "'a {{ list'",
            [
                (
                    "mapping",
                    31,
                    16,
                    'Close it with `}}`; a literal `{{` is written `{{ "{{" }}`.',
                )
            ],
        ),
        (SAY + "'{{ lst.complete }}'", [("unknown_reference", 31, 14, "Did you mean `list`?")]),
        (SAY + "'{{ more.said }}'", [("self_reference", 31, 14, None)]),
        (
            SAY + "'{{ last.said }}'\n- {id: last, card: toy.say, inputs: {text: a}}",
            [("later_card", 31, 14, "Move `last` (line 32) before this card.")],
        ),
        (SAY + "'{{ list.complet }}'", [("unknown_path", 31, 14, "Did you mean `complete`?")]),
        (
            SAY + "'{{ list.objects.key }}'",
            [("unknown_path", 31, 14, "Pick an item first: `{{ list.objects[0].key }}`.")],
        ),
        (SAY + "'{{ list.complete.x }}'", [("unknown_path", 31, 14, None)]),
        (SAY + "'{{ list[0] }}'", [("unknown_path", 31, 14, None)]),
        (SAY + "'{{ start.bukket }}'", [("unknown_path", 31, 14, "Did you mean `bucket`?")]),
        (SAY + "'{{ run.dates }}'", [("unknown_path", 31, 14, "Did you mean `date`?")]),
        (
            SAY + "'{{ list.objects }}'",
            [("wrong_type", 31, 14, None)],
        ),
        (
            SAY + "'{{ list.objects[0] }}'",
            [
                (
                    "wrong_type",
                    31,
                    14,
                    "Pick a field, as in `{{ list.objects[0].bucket }}`.",
                )
            ],
        ),
        (
            SAY + "a\n    words: '{{ copy.etag }}'",
            [("wrong_type", 32, 15, 'Put it into a list: `["{{ copy.etag }}"]`.')],
        ),
        (
            SAY + "a\n    extra: {'{{ run.id }}': 1}",
            [("mapping_in_name", 32, 15, None)],
        ),
        (
            SAY + "a\n    times: '{{ copy.etag }}'",
            [("may_not_fit", 32, 15, "It is read when the flow runs.")],
        ),
        (
            SAY + "'v{{ copy.version_id }}'",
            [
                (
                    "may_be_missing",
                    31,
                    15,
                    'Say what to use then, as in `{{ copy.version_id ?? "" }}`.',
                )
            ],
        ),
        (
            SAY + "'{{ copy.version_id }}'",
            [
                (
                    "may_be_missing",
                    31,
                    14,
                    'Say what to use then, as in `{{ copy.version_id ?? "" }}`.',
                )
            ],
        ),
        (
            SAY + "a\n    times: '{{ copy.version_id ?? 1 }}'",
            [("may_not_fit", 32, 15, "It is read when the flow runs.")],
        ),
        (
            "- {id: copy, card: toy.say, inputs: {text: a}}",
            [("duplicate_id", 28, 10, "The other one is in line 13.")],
        ),
        (
            "- {id: start, card: toy.say, inputs: {text: a}}",
            [("reserved_id", 28, 10, "Call the card something else.")],
        ),
        (
            "- {id: more, card: toy.list, inputs: {bucket: abc}}",
            [
                (
                    "missing_connection",
                    28,
                    5,
                    "Connections are: `archive`, `fresh`, `shut`, `open`.",
                )
            ],
        ),
        (
            "- {id: more, card: toy.list, connection: archiv, inputs: {bucket: abc}}",
            [("unknown_connection", 28, 44, "Did you mean `archive`?")],
        ),
        (
            "- {id: more, card: toy.list, connection: fresh, inputs: {bucket: abc}}",
            [
                (
                    "unverified_connection",
                    28,
                    44,
                    "Before the flow runs: `penstock connections verify fresh`.",
                )
            ],
        ),
        (
            "- {id: more, card: toy.list, connection: open, inputs: {bucket: abc}}",
            [
                (
                    "unsafe_connection",
                    28,
                    44,
                    "`penstock connections show open` says which line of the policy to change.",
                )
            ],
        ),
        (
            "- {id: more, card: toy.say, connection: archive, inputs: {text: a}}",
            [("needless_connection", 28, 43, "Take it out.")],
        ),
        (
            "- {id: more, card: toy.say, inputs: {text: a}, blocks: {then: []}}",
            [("unknown_block", 28, 59, "Put them after it.")],
        ),
        (
            "- {id: more, card: toy.say, inputs: {text: a}, on_error: {values: {said: b}}}",
            [("unused_values", 28, 61, "Write `then: continue`, or take the values out.")],
        ),
        (
            "- id: more\n  card: toy.say\n  inputs: {text: a}\n"
            "  on_error: {then: continue, values: {siad: b}}\n"
            "- {id: last, card: toy.say, inputs: {text: '{{ more.said }}'}}",
            [
                ("unknown_field", 31, 41, "Did you mean `said`?"),
                (
                    "may_be_missing",
                    32,
                    47,
                    'Say what to use then, as in `{{ more.said ?? "" }}`.',
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_is_found(card: str, expected: list[Told]) -> None:
    assert told(with_card(card)) == expected


def test_literals_are_held_against_the_card_s_model() -> None:
    text = with_card(
        "- id: more\n"
        "  card: toy.copy\n"
        "  connection: archive\n"
        "  inputs:\n"
        "    source: {bucket: a, key: '{{ run.id }}', key2: x}\n"
        "    target: {bucket: '{{ run.id }}'}\n"
        "    storage: GLACIR\n"
        "    parts: 0\n"
        "    until: tomorrow\n"
        "    tags: [{key: a}, {value: b}]\n"
        "    secret: hush\n"
    )
    assert [(one.where.field, one.code, one.hint) for one in problems(text)] == [
        ("source.bucket", "out_of_range", None),
        ("source.key2", "unknown_field", "Did you mean `key`?"),
        ("target.key", "missing", None),
        ("storage", "not_one_of", "Did you mean `GLACIER`?"),
        ("parts", "out_of_range", None),
        ("until", "wrong_type", None),
        ("tags[1].key", "missing", None),
        (
            "secret",
            "secret_in_document",
            "Ask for it when the flow starts: an input with `secret: true`.",
        ),
    ]
    assert "hush" not in str(problems(text))


def test_a_rule_over_several_fields_waits_until_all_are_known() -> None:
    place = "{bucket: abc, key: a}"
    both = "- id: more\n  card: toy.copy\n  connection: archive\n  inputs: {source: %s, target: %s}"
    (problem,) = problems(with_card(both % (place, place)))
    assert (problem.code, problem.message) == ("invalid", "Source and target are the same.")
    assert problems(with_card(both % (place, "'{{ list.objects[0] }}'"))) == []


def test_inputs_of_the_flow_are_checked() -> None:
    text = """\
flow: a
start:
  inputs:
    one: {type: number, default: x}
    two: {default: "{{ run.id }}"}
    three: {secret: true, default: hush}
    four: {type: date-time, default: "2026-01-31T09:00:00Z"}
cards:
  - {id: say, card: toy.say, inputs: {text: "{{ start.one }}", words: ["{{ start.three }}"]}}
"""
    assert [(one.code, one.where.line, one.severity) for one in problems(text)] == [
        ("wrong_type", 4, "error"),
        ("unused_input", 5, "warning"),
        ("mapping_in_default", 5, "error"),
        ("secret_in_document", 6, "warning"),
        ("unused_input", 7, "warning"),
    ]


def test_an_optional_input_may_be_missing() -> None:
    text = GOOD.replace("bucket: {type: text}", "bucket: {type: text, required: false}")
    assert [one.code for one in problems(text)] == ["may_be_missing"]


def test_a_card_sees_those_before_it_and_around_it() -> None:
    inner = (
        "- id: outer\n  card: toy.say\n  inputs: {text: a}\n  blocks:\n    then:\n"
        "    - {id: one, card: toy.say, inputs: {text: '{{ list.complete }}'}}\n"
        "    - {id: two, card: toy.say, inputs: {text: '{{ one.said }}'}}\n"
        "- {id: last, card: toy.say, inputs: {text: '{{ two.said }}'}}\n"
    )
    assert [(one.code, one.where.card) for one in problems(with_card(inner))] == [
        ("unknown_block", "outer"),
        ("inner_card", "last"),
    ]


def test_without_connections_they_are_not_looked_up() -> None:
    text = GOOD.replace("archive", "nowhere")
    assert check(read_flow(text), registry) == []


def test_a_document_without_text_is_checked_too() -> None:
    document = FlowDocument.model_validate(
        {"flow": "a", "cards": [{"id": "b", "card": "toy.say", "inputs": {"text": "{{ c.d }}"}}]}
    )
    (problem,) = check(document, registry)
    assert (problem.code, problem.pointer) == ("unknown_reference", "/cards/0/inputs/text")
    assert (problem.where.card, problem.where.field) == ("b", "text")
    assert problem.where.line is None


def test_an_empty_flow_is_told() -> None:
    assert [(one.code, one.severity) for one in problems("flow: a")] == [("no_cards", "warning")]
