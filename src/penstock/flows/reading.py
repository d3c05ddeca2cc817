"""A flow document out of YAML or JSON, every problem at its line and column."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import JsonValue, ValidationError

from penstock.errors import DocumentInvalid, Problem, Where
from penstock.flows.document import FlowDocument
from penstock.flows.positions import Positions, path_of, pointer, value_at
from penstock.flows.types import Type
from penstock.flows.wording import findings
from penstock.flows.writing import write_flow
from penstock.flows.yaml import YamlText, read_yaml

__all__ = [
    "FlowSource",
    "Reading",
    "in_order",
    "read_as_far_as_possible",
    "read_flow",
    "write_flow",
]


@dataclass(frozen=True, slots=True)
class FlowSource:
    """A flow document with the text it was read from and where each part stands in it."""

    document: FlowDocument
    text: str = field(repr=False)
    positions: Positions = field(repr=False)
    value: JsonValue = field(repr=False)

    @classmethod
    def of(cls, document: FlowDocument) -> "FlowSource":
        """A document that came from no text: places have no line."""
        return cls(document, "", Positions(), document.model_dump(mode="json"))

    def where(self, json_pointer: str, *, key: bool = False) -> Where:
        """Flow, card, field, line and column of a place in the document."""
        return _where(self.value, self.positions, json_pointer, key=key)

    def where_inside(self, json_pointer: str, text: str, offset: int) -> Where:
        """The same for a character inside a text."""
        where = self.where(json_pointer)
        place = self.positions.inside(json_pointer, text, offset)
        return replace(where, line=place[0], column=place[1]) if place else where


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read. `source` is there if the document holds without its wrong parts, which
    were left out of it."""

    source: FlowSource | None
    problems: tuple[Problem, ...]


def read_flow(text: str) -> FlowSource:
    """The document that a YAML or JSON text says.

    Raises:
        DocumentInvalid: with every problem, in document order, each with line and column.
    """
    reading = read_as_far_as_possible(text)
    if reading.problems or reading.source is None:
        raise document_invalid(reading.problems)
    return reading.source


def document_invalid(problems: Iterable[Problem]) -> DocumentInvalid:
    """The error for these problems; its message is the first one's."""
    problems = tuple(problems)
    errors = [problem for problem in problems if problem.severity == "error"] or list(problems)
    if not errors:
        return DocumentInvalid(problems=problems)
    first = errors[0]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return DocumentInvalid(
        first.message + more, hint=first.hint, where=first.where, problems=problems
    )


def read_as_far_as_possible(text: str) -> Reading:
    """The document without its wrong parts, and the problems: for checking all of it at once."""
    yaml = read_yaml(text)
    if yaml.problems:
        return Reading(None, tuple(in_order(yaml.problems)))
    if not isinstance(yaml.value, dict):
        said = "This is empty." if yaml.value is None else "This is not a flow document."
        hint = "A flow begins with `flow: its-name`, followed by `cards:`."
        where = Where(line=1, column=1)
        return Reading(None, (Problem("", "not_a_flow", said, hint, where),))
    try:
        document = FlowDocument.model_validate(yaml.value)
    except ValidationError as error:
        found = _problems(error, yaml)
        return Reading(_without(yaml, found, text), tuple(in_order(found)))
    return Reading(FlowSource(document, text, yaml.positions, yaml.value), ())


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """In document order; what has no place comes first."""
    return sorted(problems, key=lambda one: (one.where.line or 0, one.where.column or 0))


def _problems(error: ValidationError, yaml: YamlText) -> list[Problem]:
    found = []
    for finding in findings(error, yaml.value, _shape()):
        at = pointer(finding.path)
        missing = finding.code == "missing"
        holder = pointer(finding.path[:-1]) if missing else at
        where = _where(yaml.value, yaml.positions, holder, key=finding.of_key)
        if missing:
            where = replace(where, field=str(finding.path[-1]))
        hint = finding.hint or _HINTS.get((finding.code, str(finding.path[-1])))
        found.append(Problem(at, finding.code, finding.message, hint, where))
    return found


_HINTS = {
    ("missing", "flow"): "Name the flow: `flow: its-name`.",
    ("missing", "id"): "Name the card, so that later cards can refer to it: `id: search`.",
    ("missing", "card"): "Say which card it is, as in `card: s3.search_objects`.",
}


def _without(yaml: YamlText, problems: list[Problem], text: str) -> FlowSource | None:
    """The document without its wrong parts, if that much holds. Consumes `yaml.value`."""
    for problem in problems:
        *holder, last = path_of(problem.pointer)
        parent = value_at(yaml.value, pointer(holder))
        if not isinstance(parent, dict):  # an item taken out of a list would move those after it
            return None
        parent.pop(last, None)
    try:
        document = FlowDocument.model_validate(yaml.value)
    except ValidationError:
        return None
    return FlowSource(document, text, yaml.positions, yaml.value)


def _where(value: Any, positions: Positions, json_pointer: str, *, key: bool = False) -> Where:
    place = positions.of_key(json_pointer) if key else positions.of(json_pointer)
    card, rest = _card_and_field(value, path_of(json_pointer))
    flow = value.get("flow") if isinstance(value, dict) else None
    return Where(
        flow=flow if isinstance(flow, str) else None,
        card=card,
        field=rest,
        line=place[0] if place else None,
        column=place[1] if place else None,
    )


def _card_and_field(value: Any, path: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The innermost card that a path goes through, and the field inside it (or inside all)."""
    card: str | None = None
    steps = 2 if path[:1] == ("cards",) else 0
    while steps and len(path) >= steps:
        value = value_at(value, pointer(path[:steps]))
        if not isinstance(value, dict):
            break
        card = value["id"] if isinstance(value.get("id"), str) else None
        path = path[steps:]
        steps = 3 if path[:1] == ("blocks",) else 0
    return card, _dotted(path[1:] if card and path[:1] == ("inputs",) else path)


def _dotted(path: tuple[str, ...]) -> str | None:
    written = "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path)
    return written.removeprefix(".") or None


@cache
def _shape() -> Type:
    return Type.of(FlowDocument.model_json_schema())
