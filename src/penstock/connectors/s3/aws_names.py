"""Between a card's fields and the API's parameters: `Aws("VersionId")` on a field names its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Aws:
    """The member of the API's input or output that a field stands for."""

    name: str


def parameters(inputs: BaseModel) -> dict[str, Any]:
    """The named inputs that are given, as parameters of the API.

    What is None, empty or false is left out: S3 has no parameter where that says anything
    else than leaving it out does.
    """
    found: dict[str, Any] = {}
    for field, name in _names(type(inputs)):
        value = getattr(inputs, field)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if value is not None and value != "" and value is not False and value not in ({}, []):
            found[name] = value
    return found


def outputs(model: type[M], response: Mapping[str, Any], **others: Any) -> M:
    """A card's outputs from the API's response, with its HTTP status as `status_code`."""
    values = {
        field: response[name]
        for field, name in _names(model)
        if name in response and response[name] is not None
    }
    values["status_code"] = response["ResponseMetadata"]["HTTPStatusCode"]
    return model(**{**values, **others})


def _names(model: type[BaseModel]) -> list[tuple[str, str]]:
    return [
        (field, mark.name)
        for field, info in model.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Aws)
    ]
