"""Types as mappings know them, read out of JSON Schemas (draft 2020-12, as pydantic writes it)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

Kind = Literal["text", "number", "boolean", "date-time", "object", "list", "file", "null", "any"]
Schema = Mapping[str, Any] | bool
Path = tuple[str | int, ...]

_KINDS: Final[dict[str, Kind]] = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "object": "object",
    "array": "list",
    "null": "null",
}
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_WORDS: Final[dict[Kind, str]] = {
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
    "date-time": "a date-time",
    "object": "an object",
    "list": "a list",
    "file": "a file",
    "null": "null",
    "any": "anything",
}


@dataclass(frozen=True)
class Type:
    """What a value may be: one or more alternatives, each of one kind.

    `alternatives` are schemas without references or unions at their top; none means anything.
    `fields` are those of an object whose types come from elsewhere.
    """

    alternatives: tuple[Mapping[str, Any], ...]
    root: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)
    fields: Mapping[str, "Type"] = field(repr=False, compare=False, default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, root: Mapping[str, Any] | None = None) -> "Type":
        """The type that a schema describes; `root` holds the `$defs` it refers to."""
        if root is None:
            root = schema if isinstance(schema, Mapping) else {}
        found = tuple(_flatten(schema, root))
        return cls(() if any(not _kind(one) for one in found) else found, root)

    @classmethod
    def of_value(cls, value: Any) -> "Type":
        """The type of a literal."""
        return cls((_schema_of(value),))

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        found = {kind for one in self.alternatives if (kind := _kind(one))}
        return frozenset(found or {"any"})

    @property
    def is_any(self) -> bool:
        return "any" in self.kinds

    @property
    def nullable(self) -> bool:
        return "null" in self.kinds

    @property
    def is_secret(self) -> bool:
        """Whether forms hide it and history never keeps it."""
        return any(
            one.get("x-penstock-widget") == "secret" or one.get("writeOnly")
            for one in self.alternatives
        )

    @property
    def is_open(self) -> bool:
        """Whether an object may have fields beside those that are known."""
        return self.is_any or any(
            _kind(one) == "object" and one.get("additionalProperties", not one.get("properties"))
            for one in self.alternatives
        )

    def without_null(self) -> "Type":
        """The same, when it is there."""
        rest = tuple(one for one in self.alternatives if _kind(one) != "null")
        return Type(rest, self.root)

    def union(self, other: "Type") -> "Type":
        """Either. Alternatives of `other` must not refer to definitions of their own."""
        if self.is_any or other.is_any:
            return ANY
        return Type(self.alternatives + other.alternatives, self.root)

    def with_fields(self, fields: Mapping[str, "Type"]) -> "Type":
        """The same object, but for these of its fields."""
        return Type(self.alternatives, self.root, fields)

    def of_kind(self, *kinds: Kind) -> "Type | None":
        """Only the alternatives of these kinds, if there are any."""
        found = tuple(one for one in self.alternatives if _kind(one) in kinds)
        return Type(found, self.root) if found else None

    def field(self, name: str) -> "Type | None":
        """The type of an object's field; None where no alternative has it."""
        if name in self.fields:
            return self.fields[name]
        return self._either(_field(one, name) for one in self.alternatives)

    def item(self, index: int = 0) -> "Type | None":
        """The type of a list's item; None where no alternative is a list."""
        return self._either(_item(one, index) for one in self.alternatives)

    def at(self, path: Path) -> "Type | None":
        """The type that a path leads to, or None. What may be anything has every path."""
        here: Type | None = self
        for step in path:
            if here is None or here.is_any:
                return here
            here = here.field(step) if isinstance(step, str) else here.item(step)
        return here

    def names(self) -> tuple[str, ...]:
        """The names of fields that are known, in order."""
        named = (one.get("properties", {}) for one in self.alternatives)
        return tuple(dict.fromkeys(name for properties in named for name in properties))

    def required(self) -> tuple[str, ...]:
        """The names of fields that an object must have, whichever alternative it is."""
        every = [tuple(one.get("required", ())) for one in self.alternatives]
        first, *rest = every or [()]
        return tuple(name for name in first if all(name in names for names in rest))

    def __str__(self) -> str:
        """As messages say it: `text`, `a list of text`, `a number or null`."""
        return self._said(0)

    def _said(self, depth: int) -> str:
        if self.is_any:
            return "anything"
        said = [self._said_of(one, depth) for one in self.alternatives]
        return " or ".join(dict.fromkeys(sorted(said, key=lambda word: word == "null")))

    def _said_of(self, one: Mapping[str, Any], depth: int) -> str:
        kind = _kind(one)
        if kind == "list" and depth < 2:  # a list may hold itself
            item = self._either([_item(one, 0)])
            if item and not item.is_any:
                inner = item._said(depth + 1).removeprefix("a ").removeprefix("an ")
                return f"a list of {inner if inner == 'text' else _plural(inner)}"
        return _WORDS[kind or "any"]

    def _either(self, schemas: "Iterator[Schema | None] | list[Schema | None]") -> "Type | None":
        if not self.alternatives:
            return ANY
        found = [Type.of(schema, self.root) for schema in schemas if schema is not None]
        if not found:
            return None
        if any(one.is_any for one in found):
            return ANY
        return Type(tuple(part for one in found for part in one.alternatives), self.root)


ANY: Final = Type(())


def _flatten(
    schema: Schema, root: Mapping[str, Any], seen: frozenset[str] = frozenset()
) -> Iterator[Mapping[str, Any]]:
    """The alternatives of a schema, references followed; `seen` are those being followed."""
    if isinstance(schema, bool):
        yield {}
    elif (target := schema.get("$ref")) is not None:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        found = {} if target in seen else _pointed(root, str(target))
        for one in _flatten(found, root, seen | {target}):
            yield {**one, **rest}
    elif word := next((word for word in _ALTERNATIVES if word in schema), None):
        hints = {key: value for key, value in schema.items() if key.startswith("x-penstock-")}
        for one in schema[word]:
            for part in _flatten(one, root, seen):
                yield {**part, **hints}
    elif "allOf" in schema:
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for one in schema["allOf"]:
            for part in _flatten(one, root, seen):
                merged = {**part, **merged}
        yield merged
    elif isinstance(named := schema.get("type"), list):
        for one in named:
            yield {**schema, "type": one}
    elif named is None and ("enum" in schema or "const" in schema):
        values = schema.get("enum", [schema.get("const")])
        yield from {str(one): one for one in map(_schema_of, values)}.values()
    else:
        yield schema


def _pointed(root: Mapping[str, Any], target: str) -> Schema:
    here: Any = root
    for step in target.removeprefix("#").split("/")[1:]:
        here = here.get(step.replace("~1", "/").replace("~0", "~"), {})
    return here if isinstance(here, Mapping | bool) else {}


def _kind(schema: Mapping[str, Any]) -> Kind | None:
    if schema.get("x-penstock-type") == "file":
        return "file"
    kind = _KINDS.get(schema.get("type", ""))
    if kind is None and "properties" in schema:
        return "object"
    if kind == "text" and schema.get("format") == "date-time":
        return "date-time"
    return kind


def _field(schema: Mapping[str, Any], name: str) -> Schema | None:
    if _kind(schema) not in ("object", "file"):
        return None
    properties = schema.get("properties", {})
    if name in properties:
        found: Schema = properties[name]
        return found
    # pydantic leaves `additionalProperties` out where it ignores what else is there.
    others = schema.get("additionalProperties", not properties)
    return None if others is False else others


def _item(schema: Mapping[str, Any], index: int) -> Schema | None:
    if _kind(schema) != "list":
        return None
    first = schema.get("prefixItems", [])
    if 0 <= index < len(first):
        found: Schema = first[index]
        return found
    items: Schema = schema.get("items", True)
    return items


def _schema_of(value: Any) -> Mapping[str, Any]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    if isinstance(value, datetime):
        return {"type": "string", "format": "date-time"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, list):
        items = {str(one): one for one in map(_schema_of, value)}
        return {"type": "array", "items": {"anyOf": list(items.values())} if items else True}
    if isinstance(value, Mapping):
        fields = {name: _schema_of(one) for name, one in value.items()}
        return {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
    return {"type": "null"}


def _plural(word: str) -> str:
    return word if word.endswith("s") or " " in word else f"{word}s"
