"""What a flow begins with: the values of its start card, and the facts of the run."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import to_json

from penstock.errors import InvalidInput, Problem, Severity, Where
from penstock.flows.document import FlowDocument, FlowInput, InputType
from penstock.flows.mapping import texts
from penstock.flows.nearest import did_you_mean, quoted
from penstock.flows.positions import pointer
from penstock.flows.types import Type

_FILE: Final[dict[str, Any]] = {
    "type": "object",
    "x-penstock-type": "file",
    "properties": {
        "key": {"type": "string"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "content_type": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "sha256": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["key", "name", "size"],
}
SCHEMAS: Final[dict[InputType, dict[str, Any]]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date-time": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "list": {"type": "array"},
    "file": _FILE,
}
RUN_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "The run's id."},
        "flow": {"type": "string", "description": "The flow's name."},
        "version": {
            "type": "integer",
            "description": "The flow's version; 0 for a document that was run without saving it.",
        },
        "started_at": {
            "type": "string",
            "format": "date-time",
            "description": "When the run started, in UTC: `2026-01-31T09:00:00Z`.",
        },
        "date": {"type": "string", "description": "The day of that, in UTC: `2026-01-31`."},
    },
    "required": ["id", "flow", "version", "started_at", "date"],
}
RUN: Final = Type.of(RUN_SCHEMA)

_MOMENT: Final = TypeAdapter(datetime)
_WANTED: Final[dict[InputType, str]] = {
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
    "date-time": "a date-time with its zone, as in 2026-01-31T09:00:00Z",
    "object": "an object",
    "list": "a list",
    "file": "a file: an upload (`upload`), or a file of an earlier run (`run` and its `key`)",
}
_FILE_HINT: Final = (
    "Upload it (`POST /api/v1/uploads`) and give the id; the command does so for a path after @."
)
_FILE_FORMS: Final = ({"upload"}, {"run", "key"})
"""How a file is given; what mappings see is `_FILE`."""


def run_values(
    run_id: str, flow: str, version: int | None, started_at: datetime
) -> dict[str, JsonValue]:
    """What `run` gives in mappings; `started_at` is aware."""
    moment = started_at.astimezone(UTC)
    return {
        "id": run_id,
        "flow": flow,
        "version": version or 0,
        "started_at": moment.isoformat().replace("+00:00", "Z"),
        "date": moment.date().isoformat(),
    }


def start_type(document: FlowDocument) -> Type:
    """What `start` gives in mappings."""
    fields: dict[str, Any] = {}
    for name, asked in document.start.inputs.items():
        schema = SCHEMAS[asked.type]
        optional = not asked.required and asked.default is None
        fields[name] = {"anyOf": [schema, {"type": "null"}]} if optional else schema
    return Type.of({"type": "object", "properties": fields, "additionalProperties": False})


def start_values(document: FlowDocument, given: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The start card's values for a run: what is given, else defaults, else null.

    A text that says a number, `true`, `false`, an object or a list in JSON is taken as that where
    the input wants it: command lines and forms have only text. Date-times come back in UTC, and
    files as they were given: who starts the run finds them.

    Raises:
        InvalidInput: `problems` has each input that is unknown, missing or of another type;
            `where.field` is its name, `pointer` its place in what was given.
    """
    problems = [_unknown(name, document) for name in given if name not in document.start.inputs]
    values: dict[str, JsonValue] = {}
    for name, asked in document.start.inputs.items():
        value = given.get(name)
        if value is None:
            values[name] = asked.default
            if asked.default is None and asked.required:
                problems.append(_problem(document, name, "missing", "is missing", asked.help))
            continue
        try:
            values[name] = _kept(read_value(asked.type, value))
        except ValueError:
            wanted = f"must be {_WANTED[asked.type]}"
            hint = asked.help or (_FILE_HINT if asked.type == "file" else None)
            problems.append(_problem(document, name, "wrong_type", wanted, hint))
    if problems:
        first, more = problems[0], f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(
            first.message + more, hint=first.hint, where=first.where, problems=tuple(problems)
        )
    return values


def known_values(document: FlowDocument, given: Mapping[str, Any]) -> dict[str, JsonValue]:
    """As `start_values`, but what is required and not given is left out: for looking ahead.

    Raises:
        InvalidInput: an input that is unknown, or of another type.
    """
    known = {
        name: asked
        for name, asked in document.start.inputs.items()
        if given.get(name) is not None or asked.default is not None or not asked.required
    }
    start = document.start.model_copy(update={"inputs": known})
    return start_values(document.model_copy(update={"start": start}), given)


def _kept(value: JsonValue) -> JsonValue:
    """The value, if it can be said again. Raises ValueError for what JSON has not: half a
    surrogate pair, no number, and more than some 200 levels."""
    json.dumps(value, allow_nan=False)
    to_json(value)
    return value


def read_value(kind: InputType, value: Any) -> JsonValue:
    """`value` as an input of this type has it. Raises ValueError if it cannot be."""
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "date-time":
        return _moment(value)
    if isinstance(value, str) and kind in ("number", "boolean", "object", "list", "file"):
        value = _json(value)
    if kind == "file":
        return _file(value)
    right = {"number": int | float, "boolean": bool, "object": dict, "list": list}.get(kind)
    if right is None or not isinstance(value, right):
        raise ValueError(kind)
    if isinstance(value, bool) is not (kind == "boolean"):
        raise ValueError(kind)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(kind)
    found: JsonValue = value
    return found


def input_problems(document: FlowDocument) -> Iterator[Problem]:
    """What is wrong with the inputs that a flow asks for; their places lack line and column."""
    for name, asked in document.start.inputs.items():
        if asked.type == "file" and asked.secret:
            at = pointer(("start", "inputs", name, "secret"))
            why = "Leave `secret` out: the file is kept with the run, for all who may read that."
            yield Problem(at, "secret_file", "A file cannot be secret.", why)
        if asked.default is None:
            continue
        at = pointer(("start", "inputs", name, "default"))
        if found := _default_problem(asked):
            code, message, hint = found
            severity: Severity = "warning" if code == "secret_in_document" else "error"
            yield Problem(at, code, message, hint, severity=severity)


def _default_problem(asked: FlowInput) -> tuple[str, str, str | None] | None:
    if any(texts(asked.default)):
        hint = "Write the value itself; mappings belong into the inputs of cards."
        return "mapping_in_default", "A default cannot be a mapping.", hint
    if asked.type == "file":
        return "wrong_type", "A file has no default.", "Leave it out: it is given for each run."
    try:
        same = read_value(asked.type, asked.default) == asked.default or asked.type == "date-time"
    except ValueError:
        same = False
    if not same:
        return "wrong_type", f"The default must be {_WANTED[asked.type]}.", None
    if asked.secret:
        hint = "Leave the default out: who reads the document would read the secret."
        return "secret_in_document", "A secret has a default.", hint
    return None


def _unknown(name: str, document: FlowDocument) -> Problem:
    hint = did_you_mean(name, document.start.inputs, "The flow asks for: ")
    where = Where(flow=document.flow, field=name)
    message = f"The flow has no input {quoted(name)}."
    return Problem(pointer((name,)), "unknown_field", message, hint, where)


def _problem(document: FlowDocument, name: str, code: str, said: str, hint: str | None) -> Problem:
    where = Where(flow=document.flow, field=name)
    return Problem(pointer((name,)), code, f"{quoted(name)} {said}.", hint, where)


def _moment(value: Any) -> str:
    if isinstance(value, str) and "-" in value:  # pydantic takes bare numbers for seconds
        try:
            moment = _MOMENT.validate_python(value)
        except ValidationError:
            raise ValueError(value) from None
    elif isinstance(value, datetime):
        moment = value
    else:
        raise ValueError("date-time")
    if moment.tzinfo is None:
        raise ValueError("date-time")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _file(value: Any) -> JsonValue:
    if not isinstance(value, Mapping) or set(value) not in _FILE_FORMS:
        raise ValueError("file")
    if not all(isinstance(one, str) and one for one in value.values()):
        raise ValueError("file")
    return dict(value)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
