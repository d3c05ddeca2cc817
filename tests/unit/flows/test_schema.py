"""The JSON Schema of flow documents: what an editor accepts and refuses."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from penstock.catalog.registry import Registry
from penstock.flows.reading import read_as_far_as_possible
from penstock.flows.schema import document_schema
from tests.holding import holding
from tests.unit.catalog.toy import registry
from tests.unit.flows.test_checking import GOOD, SAY, with_card

SCHEMA = document_schema(registry)
EDITOR = Draft202012Validator(SCHEMA)


def accepted(text: str) -> bool:
    reading = read_as_far_as_possible(text)
    assert reading.source is not None
    return EDITOR.is_valid(reading.source.value)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["title"] == "Penstock flow"


def test_a_good_flow_is_accepted() -> None:
    assert accepted(GOOD)


def test_examples_of_cards_are_accepted() -> None:
    for card in registry.cards():
        for example in card.examples:
            use = {"id": "a", "card": card.id, "connection": "b", "inputs": dict(example.inputs)}
            assert EDITOR.is_valid({"flow": "x", "cards": [use]})


@pytest.mark.parametrize(
    "card",
    [
        "- {id: more, card: toy.sya}",
        "- {id: run, card: toy.say, inputs: {text: a}}",
        "- {id: more, card: toy.say}",
        "- {id: more, card: toy.say, inputs: {}}",
        "- {id: more, card: toy.say, connection: a, inputs: {text: a}}",
        "- {id: more, card: toy.say, inputs: {text: a}, blocks: {then: []}}",
        "- {id: more, card: toy.list, inputs: {bucket: a}}",
        SAY + "2024",
        SAY + "a\n    tmies: 2",
        SAY + "a\n    times: two",
        SAY + "a\n    words: [1]",
        "- {id: more, card: toy.copy, connection: a, inputs: {source: {bucket: abc}, target: "
        "'{{ list.objects[0] }}'}}",
        "- {id: more, card: toy.copy, connection: a, inputs: {source: '{{ a.b }}', target: "
        "'{{ a.b }}', storage: GLACIR}}",
        "- {id: more, card: toy.copy, connection: a, inputs: {source: '{{ a.b }}', target: "
        "'{{ a.b }}', parts: 0}}",
    ],
)
def test_typical_mistakes_are_refused(card: str) -> None:
    assert not accepted(with_card(card))


@pytest.mark.parametrize(
    "inputs",
    [
        "{source: '{{ a.b }}', target: '{{ a.b }}', storage: '{{ a.b }}', parts: '{{ a.b }}'}",
        "{source: {bucket: '{{ a.b }}', key: x}, target: '{{ a.b }}', until: '{{ run.date }}'}",
        "{source: '{{ a.b }}', target: '{{ a.b }}', tags: [{key: '{{ a.b }}'}, '{{ a.b }}']}",
        "{source: '{{ a.b }}', target: '{{ a.b }}', metadata: {x: '{{ a.b }}'}, bypass: '{{ a }}'}",
    ],
)
def test_a_mapping_may_stand_wherever_a_value_may(inputs: str) -> None:
    assert accepted(with_card(f"- {{id: more, card: toy.copy, connection: a, inputs: {inputs}}}"))


def test_help_is_where_an_editor_looks_for_it() -> None:
    places: dict[str, Any] = SCHEMA["$defs"]["toy.copy"]["properties"]
    assert places["storage"]["description"] == "How it is kept."
    assert places["storage"]["title"] == "Storage"
    cards = SCHEMA["$defs"]["CardUse"]["properties"]["card"]["oneOf"]
    assert {one["const"]: one["description"] for one in cards} == {
        "toy.copy": "Copies an object.",
        "toy.list": "Lists objects.",
        "toy.say": "Says something.",
    }


def test_without_cards_there_is_still_a_schema() -> None:
    schema = document_schema(Registry())
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid({"flow": "a"})


def test_an_editor_knows_what_a_card_holds() -> None:
    editor = Draft202012Validator(document_schema(Registry([holding])))
    inner = {"id": "a", "card": "holding.say", "inputs": {"text": "x"}}
    use = {"id": "b", "card": "holding.either", "inputs": {"condition": True}}
    right: list[Any] = [{"then": [inner]}, {"then": [inner], "else": []}]
    wrong: list[Any] = [{}, {"then": []}, {"else": [inner]}, {"then": [inner], "esle": []}]
    for blocks in (*right, *wrong):
        document = {"flow": "x", "cards": [{**use, "blocks": blocks}]}
        assert editor.is_valid(document) == (blocks in right)
    assert not editor.is_valid({"flow": "x", "cards": [use]})
