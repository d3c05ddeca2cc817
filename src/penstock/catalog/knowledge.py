"""What is known of a card's inputs before it runs: literals, and patterns for what is mapped."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from penstock.catalog.card import Card
from penstock.catalog.partial import UNKNOWN, Partial, Pattern, Unknown, model_of
from penstock.errors import InvalidInput
from penstock.flows.mapping import Scope, is_template, look_up, render
from penstock.flows.template import Reference, Template, parse_text
from penstock.iam.permission import literal


def partial_inputs(card: Card, inputs: Mapping[str, Any], scope: Scope) -> Partial:
    """The card's inputs as far as `scope` gives them.

    Literals are known, and so is what refers to a value in `scope`. A reference to anything else
    is `UNKNOWN` if it stands alone; inside text it becomes the `*` of a `Pattern`
    (`reports/{{ run.date }}/x` -> `reports/*/x`), the literal text around it escaped.

    Raises:
        InvalidInput: a mapping has bad syntax.
    """
    return _partial(card.inputs, {name: _known(value, scope) for name, value in inputs.items()})


def _partial(model: type[BaseModel], values: Mapping[str, Any]) -> Partial:
    return Partial({name: _typed(model, name, value) for name, value in values.items()}, model)


def _typed(model: type[BaseModel], name: str, value: Any) -> Any:
    """A value as the field has it in a run (`"true"` in a boolean is true), if wholly known."""
    if isinstance(value, Unknown | Pattern) or name not in model.model_fields:
        return value
    if _holds_unknown(value):
        inner = model_of(model, name)
        return _partial(inner, value) if inner and isinstance(value, Mapping) else value
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError:
        return value


def _known(value: Any, scope: Scope) -> Any:
    if is_template(value):
        return _known_text(parse_text(value), scope)
    if isinstance(value, Mapping):
        return {name: _known(item, scope) for name, item in value.items()}
    if isinstance(value, list):
        return [_known(item, scope) for item in value]
    return value


def _known_text(template: Template, scope: Scope) -> Any:
    if template.lone:
        return _value_of(template.lone, scope)
    parts = [part if isinstance(part, str) else _rendered(part, scope) for part in template.parts]
    if not any(isinstance(part, Unknown) for part in parts):
        return "".join(str(part) for part in parts)
    pattern = "".join("*" if isinstance(part, Unknown) else literal(part) for part in parts)
    return Pattern(re.sub(r"(?<!\{)\*+", "*", pattern))


def _rendered(reference: Reference, scope: Scope) -> str | Unknown:
    value = _value_of(reference, scope)
    try:
        return value if isinstance(value, Unknown) else render(value)
    except InvalidInput:
        return UNKNOWN


def _value_of(reference: Reference, scope: Scope) -> Any:
    if reference.root not in scope:
        return UNKNOWN
    try:
        return look_up(reference, scope)
    except InvalidInput:
        return UNKNOWN


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    return isinstance(value, Unknown | Pattern)


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    annotation: Any = info.annotation
    if info.metadata:
        annotation = Annotated[annotation, *info.metadata]
    return TypeAdapter(annotation)
