"""One declaration per card: everything else is read off the function and its models."""

import pytest
from pydantic import BaseModel, ValidationError

from penstock.catalog.card import CardModel, Connector
from penstock.catalog.context import CardContext
from penstock.catalog.inputs import validate_inputs
from penstock.catalog.schema import inputs_schema, outputs_schema
from penstock.errors import InvalidInput
from tests.unit.catalog.toy import CopyInputs, CopyOutputs, SayInputs, SayOutputs, registry

COPY = registry.card("toy.copy")
PLACES = {"source": {"bucket": "abc", "key": "a"}, "target": {"bucket": "abc", "key": "b"}}


def test_a_card_is_read_off_its_function() -> None:
    assert (COPY.id, COPY.kind, COPY.connector, COPY.effect) == (
        "toy.copy",
        "action",
        "toy",
        "write",
    )
    assert (COPY.summary, COPY.help) == ("Copies an object.", "It may go to another bucket.")
    assert (COPY.inputs, COPY.outputs) == (CopyInputs, CopyOutputs)
    assert COPY.needs_connection


def test_field_help_is_the_attribute_docstring() -> None:
    schema = inputs_schema(COPY)
    assert schema["properties"]["storage"]["description"] == "How it is kept."
    assert schema["properties"]["secret"]["x-penstock-widget"] == "secret"
    assert schema["required"] == ["source", "target"]
    assert outputs_schema(COPY)["properties"]["size"]["description"] == "In bytes."


def test_a_card_is_declared_once() -> None:
    connector = Connector("twice", title="Twice", summary="Twice.")
    declare = connector.card("a", title="A", effect="pure")

    def function(ctx: CardContext, inputs: SayInputs) -> SayOutputs:
        """Says."""
        return SayOutputs(said="")

    declare(function)
    with pytest.raises(ValueError, match=r"twice\.a is declared twice"):
        declare(function)


def test_a_card_needs_models() -> None:
    declare = Connector("odd", title="Odd", summary="Odd.").card("a", title="A", effect="pure")

    def takes_text(ctx: CardContext, inputs: str) -> BaseModel:
        return CardModel()

    def takes_more(ctx: CardContext, inputs: SayInputs, more: int) -> SayOutputs:
        return SayOutputs(said="")

    for function in (takes_text, takes_more):
        with pytest.raises(TypeError, match="must take"):
            declare(function)  # type: ignore[arg-type]  # that is the point


def test_inputs_refuse_what_they_do_not_know_and_outputs_do_not() -> None:
    with pytest.raises(ValidationError):
        SayInputs.model_validate({"text": "a", "sound": 1})
    assert SayOutputs.model_validate({"said": "a", "sound": 1}) == SayOutputs(said="a")


def test_values_of_mappings_become_text_where_text_is_wanted() -> None:
    said = validate_inputs(
        registry.card("toy.say"), {"text": True, "words": [1, 2.5, False, "a"], "loud": True}
    )
    assert said == SayInputs(text="true", words=["1", "2.5", "false", "a"], loud=True)
    copied = validate_inputs(COPY, {**PLACES, "metadata": {"a": True, "b": 3}})
    assert isinstance(copied, CopyInputs)
    assert copied.metadata == {"a": "true", "b": "3"}


def test_wrong_values_are_told_field_by_field_and_never_shown() -> None:
    wrong = {**PLACES, "secret": ["hush"], "parts": 0, "sorce": "hush", "tags": [{"value": "v"}]}
    with pytest.raises(InvalidInput) as caught:
        validate_inputs(COPY, wrong)
    told = {(one.where.field, one.code, one.message, one.hint) for one in caught.value.problems}
    assert told == {
        ("secret", "wrong_type", "`secret` must be text.", None),
        ("parts", "out_of_range", "`parts` must be 1 or more.", None),
        ("sorce", "unknown_field", "There is no `sorce` here.", "Did you mean `source`?"),
        ("tags[0].key", "missing", "`key` is missing.", None),
    }
    assert "hush" not in repr(caught.value.as_dict())
    assert caught.value.__suppress_context__


def test_what_fields_say_together_is_told_of_all() -> None:
    with pytest.raises(InvalidInput, match="Source and target are the same") as caught:
        validate_inputs(COPY, {**PLACES, "target": PLACES["source"]})
    assert caught.value.problems[0].pointer == ""
