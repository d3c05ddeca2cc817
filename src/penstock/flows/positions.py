"""Where each part of a document stands in its text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Place = tuple[int, int]
"""Line and column, counted from 1."""


def pointer(path: Iterable[str | int]) -> str:
    """The RFC 6901 JSON pointer of a path."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def path_of(json_pointer: str) -> tuple[str, ...]:
    """The steps of a JSON pointer; an index stays text."""
    steps = json_pointer.split("/")[1:]
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def value_at(value: Any, json_pointer: str) -> Any:
    """What a pointer leads to in `value`, or None."""
    for step in path_of(json_pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


@dataclass(frozen=True, slots=True)
class TextSpan:
    """How a text stands in the document: its first line and column, its style (the YAML sign it
    begins with, None for plain), and from which character up to which it goes."""

    line: int
    column: int
    style: str | None
    start: int
    end: int


@dataclass(slots=True)
class Extent:
    """From which character an object or a list goes, and up to which if it stands in brackets
    (`flow`, as YAML calls that)."""

    start: int
    flow: bool
    end: int | None = None


@dataclass(slots=True)
class Positions:
    """Places of values and of keys, by JSON pointer; of keys also from and up to which character.
    `spans` are those of texts, numbers and the like, `extents` those of objects and lists."""

    values: dict[str, Place] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    spans: dict[str, TextSpan] = field(default_factory=dict)
    extents: dict[str, Extent] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def of(self, json_pointer: str) -> Place | None:
        """The place of a value, or of the nearest thing that holds it."""
        return self._nearest(self.values, json_pointer)

    def of_key(self, json_pointer: str) -> Place | None:
        """The place of a key; of its value if it has none, as in a list."""
        return self.keys.get(json_pointer) or self.of(json_pointer)

    def inside(self, json_pointer: str, value: str, offset: int) -> Place | None:
        """The place of the character at `offset` of a text.

        Exact for texts on one line and for block literals (`|`); in other texts of several lines
        or with escapes it is the place where the text begins.
        """
        span = self.spans.get(json_pointer)
        if span is None:
            return self.of(json_pointer)
        if span.style == "|":
            return self._inside_block(span, value, offset)
        begin = span.column + (1 if span.style in ("'", '"') else 0)
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        if line[begin - 1 : begin - 1 + len(value)] == value:
            return span.line, begin + offset
        return span.line, span.column

    def _inside_block(self, span: TextSpan, value: str, offset: int) -> Place:
        before = value[:offset]
        line = span.line + 1 + before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        content = value.split("\n")[before.count("\n")]
        if not written.endswith(content):
            return span.line, span.column
        return line, len(written) - len(content) + column + 1

    def _nearest(self, places: dict[str, Place], json_pointer: str) -> Place | None:
        while json_pointer not in places:
            if not json_pointer:
                return None
            json_pointer = json_pointer.rpartition("/")[0]
        return places[json_pointer]
