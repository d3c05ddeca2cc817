"""The JSON Schemas (draft 2020-12) of a card's inputs and outputs, field docstrings included."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from penstock.catalog.card import Block, Card


def inputs_schema(card: Card) -> dict[str, Any]:
    """What the card accepts. Shared: do not change it."""
    return _schema(card.inputs, accepted=True)


def outputs_schema(card: Card) -> dict[str, Any]:
    """What the card gives. Shared: do not change it."""
    return _schema(card.outputs, accepted=False)


def gives_schema(block: Block) -> dict[str, Any] | None:
    """What the cards of a block can refer to; None if nothing. Shared: do not change it."""
    return _schema(block.gives, accepted=False) if block.gives else None


@cache
def _schema(model: type[BaseModel], *, accepted: bool) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation" if accepted else "serialization")
    schema.pop("description", None)  # the docstring of the model is for who reads the code
    return schema
