"""A card's inputs as far as they are known: what `permissions` functions read.

With a run's resolved inputs everything is known; for the policy of a flow only literals are,
and what is mapped becomes a wildcard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from penstock.iam.permission import literal


class Unknown:
    """An input whose value is only known when the flow runs."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown input is neither true nor false: ask may_be or may_have")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text known in part: an IAM pattern in which `*` stands for what is mapped."""

    pattern: str


class Partial:
    """Inputs known in part.

    Args:
        values: nested mapping of field -> value, `UNKNOWN`, `Pattern`, or a nested mapping.
            A field that is absent has its default, which `defaults` gives.
        defaults: the input model, whose field defaults stand in for absent fields.
    """

    def __init__(self, values: Mapping[str, Any], defaults: type[BaseModel] | None = None) -> None:
        self._values = values
        self._defaults = defaults

    @classmethod
    def of(cls, inputs: BaseModel) -> "Partial":
        """All known: the inputs of a card run."""
        return cls(
            {name: getattr(inputs, name) for name in type(inputs).model_fields}, type(inputs)
        )

    @classmethod
    def unknown(cls, model: type[BaseModel]) -> "Partial":
        """Nothing known: what a card may need with whatever inputs."""
        return cls(dict.fromkeys(model.model_fields, UNKNOWN), model)

    def get(self, name: str) -> Any:
        """The value, `UNKNOWN`, `Pattern`, or the field's default."""
        if name in self._values:
            return self._values[name]
        if self._defaults is not None and name in self._defaults.model_fields:
            found = self._defaults.model_fields[name]
            return UNKNOWN if found.is_required() else found.get_default(call_default_factory=True)
        return None

    def part(self, name: str) -> "Partial":
        """A nested group of inputs."""
        value = self.get(name)
        if isinstance(value, Partial):
            return value
        if isinstance(value, BaseModel):
            return Partial.of(value)
        model = model_of(self._defaults, name) if self._defaults else None
        if isinstance(value, Mapping):
            return Partial(value, model)
        if value is UNKNOWN and model is not None:
            return Partial.unknown(model)
        return Partial({}, model)

    def text(self, name: str) -> str:
        """For an ARN: the value escaped to match only itself, or a pattern with `*`."""
        value = self.get(name)
        if isinstance(value, Pattern):
            return value.pattern
        if value is UNKNOWN or value is None:
            return "*"
        return literal(str(value))

    def may_have(self, name: str) -> bool:
        """Whether the input is given (not None, not empty), or may be."""
        value = self.get(name)
        if value is UNKNOWN or isinstance(value, Pattern):
            return True
        return value is not None and value not in ("", [], {})

    def may_be(self, name: str, *values: object) -> bool:
        """Whether the input is one of `values`, or may be."""
        value = self.get(name)
        return value is UNKNOWN or isinstance(value, Pattern) or value in values


def model_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model that a field holds, alone or among alternatives."""
    info = model.model_fields.get(name)
    annotation = info.annotation if info else None
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
