"""What the models of cards are made of: inputs refuse what they do not know, outputs may grow."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator

Renderer = Callable[[Any], Any]

_WORDS: Final = "ACL ACP API ARN AWS ETag ID JSON KMS MD5 MFA S3 SHA256 SSE TTL URI URL XML"
_SPELT: Final = {word.lower(): word for word in _WORDS.split()}


def title_of(name: str, _: Any = None) -> str:
    """A field's label: `sse_customer_key_md5` is "SSE Customer Key MD5"."""
    return " ".join(_SPELT.get(word, word.capitalize()) for word in name.split("_") if word)


class CardModel(BaseModel):
    """A card's inputs, or a group of them inside an input.

    Each field's docstring is its help, everywhere the card is shown. An unknown field is an
    error. Where a field is text, a number, a boolean or a date-time is taken as its text
    (`12`, `true`, `2026-01-31T09:00:00Z`), because that is what a mapping may give.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        field_title_generator=title_of,
        coerce_numbers_to_str=True,
        # Inputs hold customers' keys and data: a message says which field is wrong, not its value.
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _text_of_values(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        renderers = _renderers(cls)
        return {
            name: renderers[name](value) if name in renderers else value
            for name, value in values.items()
        }


class CardOutputs(BaseModel):
    """What a card gives. Fields may be added later: what an older run saved still validates."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        field_title_generator=title_of,
        hide_input_in_errors=True,
    )


def as_text(value: Any) -> Any:
    """A boolean or date-time as the text that mappings make of it; all else as it is.

    Numbers are left to pydantic, which knows what the field accepts.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


@cache
def _renderers(model: type[BaseModel]) -> dict[str, Renderer]:
    found = ((name, _renderer(info.annotation)) for name, info in model.model_fields.items())
    return {name: renderer for name, renderer in found if renderer is not None}


def _renderer(annotation: Any) -> Renderer | None:
    """How values of this annotation become text, or None where nothing is text."""
    if annotation is str:
        return as_text
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _renderer(arguments[0])
    if origin in (Union, UnionType):
        others = [argument for argument in arguments if argument is not type(None)]
        return _renderer(others[0]) if len(others) == 1 else None
    if origin is list and (item := _renderer(arguments[0])):
        return partial(_each_item, item)
    if origin in (dict, Mapping) and (item := _renderer(arguments[1])):
        return partial(_each_value, item)
    return None


def _each_item(render: Renderer, value: Any) -> Any:
    return [render(one) for one in value] if isinstance(value, list) else value


def _each_value(render: Renderer, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: render(one) for name, one in value.items()}
