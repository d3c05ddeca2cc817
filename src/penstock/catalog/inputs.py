"""Inputs checked against a card's model: literals when a flow is saved, all of them in a run."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from penstock.catalog.card import Card
from penstock.catalog.schema import inputs_schema
from penstock.errors import InvalidInput, Problem, Where
from penstock.flows.mapping import Path, field_name, is_template
from penstock.flows.positions import pointer
from penstock.flows.types import Type
from penstock.flows.wording import Finding, findings


class _Mapped:
    """Stands where a mapping is; no field accepts it, and what is said of it is dropped."""


_MAPPED: Final = _Mapped()


def literal_findings(card: Card, inputs: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the literals among `inputs`, missing and unknown fields included.

    Values with mappings in them are taken to be right.
    """
    holes: list[Path] = []
    values = _with_holes(dict(inputs), (), holes)
    try:
        card.inputs.model_validate(values)
    except ValidationError as error:
        found = findings(error, values, input_type(card))
        return [one for one in found if not any(_touch(one.path, hole) for hole in holes)]
    except Exception:
        # A validator of the card's own met a hole in a field that may be anything.
        if not holes:
            raise
    return []


def validate_inputs(card: Card, values: Mapping[str, Any]) -> BaseModel:
    """The card's input model with these resolved values.

    Raises:
        InvalidInput: `problems` has each field that is wrong; values are never shown.
    """
    try:
        return card.inputs.model_validate(values)
    except ValidationError as error:
        found = findings(error, values, input_type(card))
    problems = tuple(
        Problem(
            pointer(one.path), one.code, one.message, one.hint, Where(field=field_name(one.path))
        )
        for one in found
    )
    first, more = problems[0], f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    raise InvalidInput(
        first.message + more, hint=first.hint, where=first.where, problems=problems
    ) from None


def input_type(card: Card) -> Type:
    """The type of the card's inputs as a whole."""
    return Type.of(inputs_schema(card))


def _with_holes(value: Any, path: Path, holes: list[Path]) -> Any:
    if is_template(value):
        holes.append(path)
        return _MAPPED
    if isinstance(value, dict):
        return {name: _with_holes(item, (*path, name), holes) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_holes(item, (*path, at), holes) for at, item in enumerate(value)]
    return value


def _touch(one: Path, other: Path) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
