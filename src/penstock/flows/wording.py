"""What pydantic finds wrong, in plain sentences and at its path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from penstock.flows.document import CARD_ID, FLOW_NAME
from penstock.flows.nearest import did_you_mean, nearest, quoted
from penstock.flows.types import Path, Type

_QUOTED: Final = re.compile(r"'([^']*)'")

MOST: Final = 100

_FORMS: Final = {
    CARD_ID: "small letters, digits and `_`, beginning with a letter, at most 63 characters",
    FLOW_NAME: "small letters, digits, `_` and `-`, at most 63 characters",
}
_WRONG_TYPE: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "mapping_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "model_instance_type": "an object",
    "none_required": "null",
    "bytes_type": "text",
    "datetime_type": "a date-time, as in 2026-01-31T09:00:00Z",
    "datetime_parsing": "a date-time, as in 2026-01-31T09:00:00Z",
    "datetime_from_date_parsing": "a date-time, as in 2026-01-31T09:00:00Z",
    "datetime_object_invalid": "a date-time, as in 2026-01-31T09:00:00Z",
    "timezone_aware": "a date-time with its zone, as in 2026-01-31T09:00:00Z",
    "date_type": "a date, as in 2026-01-31",
    "date_parsing": "a date, as in 2026-01-31",
    "date_from_datetime_parsing": "a date, as in 2026-01-31",
    "time_delta_type": "a duration, as in `30s`, `5m` or `1h30m`",
    "time_delta_parsing": "a duration, as in `30s`, `5m` or `1h30m`",
    "url_type": "a URL",
    "url_parsing": "a URL",
}
_LIMITS: Final = {
    "greater_than": "over {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "under {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a value, at a path inside it; `of_key` if it is the name there."""

    path: Path
    code: str
    message: str
    hint: str | None = None
    of_key: bool = False


def findings(error: ValidationError, value: Any, shape: Type) -> list[Finding]:
    """What is wrong with `value`, one finding for each place; never shows the value itself.

    No more than `MOST`: who reads a hundred will try again anyway.

    Args:
        shape: the type that `value` should have, for naming what was probably meant.
    """
    by_path: dict[Path, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False, include_input=False):
        by_path.setdefault(path_in(value, details), []).append(details)
    some = list(by_path.items())[:MOST]
    return [_finding(path, found, value, shape) for path, found in some]


def path_in(value: Any, details: ErrorDetails) -> Path:
    """The path inside `value`: pydantic's location without the names of union branches."""
    path: list[str | int] = []
    here = value
    last = len(details["loc"]) - 1
    new = details["type"] in ("missing", "extra_forbidden")
    for at, step in enumerate(details["loc"]):
        known = step in here if isinstance(here, Mapping) else _is_index(here, step)
        if known:
            here = here[step]
        elif not (new and at == last):
            continue
        path.append(step)
    return tuple(path)


def _is_index(value: Any, step: str | int) -> bool:
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _finding(path: Path, errors: list[ErrorDetails], value: Any, shape: Type) -> Finding:
    expected = [_WRONG_TYPE[one["type"]] for one in errors if one["type"] in _WRONG_TYPE]
    # A union says once for each branch what it expected: the closest miss is the one to tell.
    told = [one for one in errors if one["type"] not in _WRONG_TYPE]
    name = quoted(path[-1]) if path and isinstance(path[-1], str) else "This"
    if expected and (not told or len(expected) == len(errors)):
        wanted = " or ".join(dict.fromkeys(expected))
        return Finding(path, "wrong_type", f"{name} must be {wanted}.")
    if told[0]["type"] in ("literal_error", "enum"):
        return _not_one_of(path, told[0], name, value)
    return _told(path, told[0], name, shape)


def _not_one_of(path: Path, details: ErrorDetails, name: str, value: Any) -> Finding:
    wanted = str(details.get("ctx", {}).get("expected", ""))
    for step in path:
        value = value[step]
    close = nearest(value, _QUOTED.findall(wanted)) if isinstance(value, str) else None
    hint = f"Did you mean `{close}`?" if close else None
    return Finding(path, "not_one_of", f"{name} must be {wanted.replace(chr(39), '`')}.", hint)


def _told(path: Path, details: ErrorDetails, name: str, shape: Type) -> Finding:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return Finding(path, "missing", f"{name} is missing.")
    if kind == "extra_forbidden":
        holder = shape.at(path[:-1])
        hint = did_you_mean(str(path[-1]), holder.names() if holder else ())
        return Finding(path, "unknown_field", f"There is no {name} here.", hint, of_key=True)
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        form = _FORMS.get(pattern, f"of the form {pattern}")
        return Finding(
            path, "form", f"{name} must be {form}.", of_key=details["loc"][-1] == "[key]"
        )
    if kind in ("too_short", "too_long"):
        bound = "at least" if kind == "too_short" else "at most"
        limit = context.get("min_length") or context.get("max_length")
        return Finding(path, "out_of_range", f"{name} must have {bound} {limit} items.")
    if kind in _LIMITS:
        return Finding(path, "out_of_range", f"{name} must be {_LIMITS[kind].format(**context)}.")
    if kind in ("value_error", "assertion_error"):
        said = str(context.get("error", details["msg"])).rstrip(".")
        return Finding(path, "invalid", f"{said[:1].upper()}{said[1:]}.")
    return Finding(path, "invalid", f"{name}: {details['msg']}.")
