"""Where inputs come from: literals, references and templates, at any depth of a value.

A text that is one reference and nothing else becomes the referenced value, with its type. In a
longer text each reference is rendered. Keys of objects are taken as they are written.
"""

import json
import math
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard

from pydantic import JsonValue

from penstock.errors import InvalidInput, Where
from penstock.flows.nearest import did_you_mean
from penstock.flows.template import Reference, Template, dotted, parse_text

Scope = AbstractMapping[str, Any]
"""Root -> value: `start`, `run`, and the ids of cards that have run, each with its outputs."""

Path = tuple[str | int, ...]

_Resolver = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A parsed value: ask once, resolve often."""

    value: JsonValue
    references: tuple[Reference, ...]
    _resolver: _Resolver | None = field(repr=False, compare=False)

    @property
    def is_literal(self) -> bool:
        return self._resolver is None

    def resolve(self, scope: Scope) -> Any:
        """The value that this is in `scope`; a literal is given back as it is.

        Raises:
            InvalidInput: a reference leads nowhere and has no `??`, or cannot stand in text;
                `where.field` says in which part of the value.
        """
        return self.value if self._resolver is None else self._resolver(scope)


def parse(value: JsonValue) -> Mapping:
    """The mapping that `value` is.

    Raises:
        InvalidInput: bad syntax; `where.field` and `where.column` say where.
    """
    found: list[Reference] = []
    resolver = _compile(value, (), found)
    return Mapping(value, tuple(found), resolver)


def references(value: JsonValue) -> tuple[Reference, ...]:
    """Every reference in `value`, in order. Raises InvalidInput for bad syntax."""
    return parse(value).references


def resolve(value: JsonValue, scope: Scope) -> Any:
    """`parse(value).resolve(scope)`: raises InvalidInput as those do."""
    return parse(value).resolve(scope)


def is_template(value: JsonValue) -> TypeGuard[str]:
    """Whether the text has mapping syntax in it."""
    return isinstance(value, str) and "{{" in value


def texts(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in `value` with mapping syntax in it, with its path."""
    if is_template(value):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index))


def field_name(path: Path) -> str | None:
    """A path inside inputs as messages show it: `source.bucket`, `tags[0].key`."""
    return dotted(path).removeprefix(".") or None


def look_up(reference: Reference, scope: Scope) -> Any:
    """What `reference` leads to, or its fallback where that is missing or null.

    Raises:
        InvalidInput: it leads nowhere and has no fallback; the hint names the nearest field.
    """
    if reference.root not in scope:
        if reference.has_fallback:
            return reference.fallback
        raise InvalidInput(
            f"`{reference.root}` has no value here.", hint=did_you_mean(reference.root, scope)
        )
    value = scope[reference.root]
    for at, step in enumerate(reference.path):
        missing = _missing(value, step)
        if missing is not None:
            if reference.has_fallback:
                return reference.fallback
            so_far = reference.root + dotted(reference.path[:at])
            raise InvalidInput(f"`{so_far}` {missing[0]}.", hint=missing[1])
        value = value[step]
    return reference.fallback if value is None and reference.has_fallback else value


def render(value: Any) -> str:
    """A value inside text: numbers and booleans as JSON writes them, date-times as ISO 8601,
    objects and lists as compact JSON.

    Raises:
        InvalidInput: there is nothing (null), or no text for it (not a number).
    """
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        raise InvalidInput(
            f"There is nothing to put into the text: the value is {json.dumps(value)}.",
            hint='Say what to write instead, as in `{{ card.field ?? "" }}`.',
        )
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=render)


def _compile(value: JsonValue, path: Path, found: list[Reference]) -> _Resolver | None:
    """How to resolve `value`, or None if it is a literal."""
    if isinstance(value, str):
        return _compile_text(value, path, found) if "{{" in value else None
    if isinstance(value, dict):
        fields = {name: _compile(item, (*path, name), found) for name, item in value.items()}
        if not any(fields.values()):
            return None
        pairs = [(name, value[name], resolver) for name, resolver in fields.items()]
        return lambda scope: {
            name: item if resolver is None else resolver(scope) for name, item, resolver in pairs
        }
    if isinstance(value, list):
        items = [(item, _compile(item, (*path, at), found)) for at, item in enumerate(value)]
        if not any(resolver for _, resolver in items):
            return None
        return lambda scope: [
            item if resolver is None else resolver(scope) for item, resolver in items
        ]
    return None


def _compile_text(text: str, path: Path, found: list[Reference]) -> _Resolver:
    try:
        template = parse_text(text)
    except InvalidInput as error:
        error.where = Where(field=field_name(path), column=error.where.column)
        raise
    found.extend(template.references)

    def resolver(scope: Scope) -> Any:
        try:
            return _resolve_template(template, scope)
        except InvalidInput as error:
            error.where = Where(field=field_name(path))
            raise

    return resolver


def _resolve_template(template: Template, scope: Scope) -> Any:
    if template.lone:
        return look_up(template.lone, scope)
    rendered = []
    for part in template.parts:
        if isinstance(part, str):
            rendered.append(part)
            continue
        try:
            rendered.append(render(look_up(part, scope)))
        except InvalidInput as error:
            raise InvalidInput(f"{part}: {error.message}", hint=error.hint) from error
    return "".join(rendered)


def _missing(value: Any, step: str | int) -> tuple[str, str | None] | None:
    """Why `value` has no `step`, with a hint; None if it has."""
    if isinstance(value, list):
        if not isinstance(step, int):
            return "is a list", f"Pick an item first, as in `[0]{dotted((step,))}`."
        if -len(value) <= step < len(value):
            return None
        return f"has {len(value)} items and so no `[{step}]`", None
    if isinstance(value, AbstractMapping):
        if isinstance(step, str) and step in value:
            return None
        names = [name for name in value if isinstance(name, str)]
        return f"has no `{step}`", did_you_mean(str(step), names)
    if value is None:
        return "is null", 'Say what to use instead, as in `{{ card.field ?? "" }}`.'
    return f"is a single value and has no `{dotted((step,))}`", None
