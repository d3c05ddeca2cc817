"""YAML 1.2 (and so JSON) as plain values with their places; only what a document needs of it.

Values are built from the parser's events and not by a constructor: there are no tags, anchors,
aliases or merge keys that could name a class or grow without bound, and a date stays text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from penstock.errors import Problem, Where
from penstock.flows.positions import Extent, Place, Positions, TextSpan, pointer
from penstock.flows.scalars import plain_value

MAX_SIZE: Final = 1024 * 1024
"""Bytes of UTF-8."""
MAX_DEPTH: Final = 64
MAX_KEY: Final = 1024
MAX_VALUES: Final = 150_000
"""Names and values, objects and lists among them: reading each costs 50 microseconds, and 1 MiB
holds half a million."""
MAX_PROBLEMS: Final = 500


class _Fatal(Exception):
    """Reading cannot go on; the problem is noted already."""


@dataclass(slots=True)
class YamlText:
    """What a text says: its value, places, and what is wrong with it (then `value` is partial)."""

    value: JsonValue = None
    positions: Positions = field(default_factory=Positions)
    problems: list[Problem] = field(default_factory=list)


def read_yaml(text: str) -> YamlText:
    """The value of a YAML or JSON text. Never raises: see `problems`, in document order."""
    read = YamlText(positions=Positions(lines=re.split(r"\r\n|\r|\n", text)))
    if len(text.encode("utf-8", "surrogatepass")) > MAX_SIZE:
        hint = "Keep data in a bucket or a run input, and only the flow in the document."
        read.problems.append(_problem("too_large", "The document is over 1 MiB.", hint, (1, 1)))
        return read
    builder = _Builder(read)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except _Fatal:
        pass
    except MarkedYAMLError as error:
        read.problems.append(_syntax(error))
    except (YAMLError, ValueError) as error:
        place = _place_of_character(text, getattr(error, "position", 0))
        message = "A character here may not stand in YAML."
        read.problems.append(_problem("yaml", message, _ESCAPE_IT, place))
    return read


_ESCAPE_IT: Final = 'Write it as an escape in double quotes, as in "\\u0007", or take it out.'


@dataclass(slots=True)
class _Frame:
    """An object or a list being read."""

    value: Any
    path: tuple[str | int, ...]
    place: Place
    key: str | None = None
    skip: bool = False


class _Builder:
    def __init__(self, read: YamlText) -> None:
        self.read = read
        self.stack: list[_Frame] = []
        self.documents = 0
        self.values = 0

    def take(self, event: Event) -> None:
        if isinstance(event, NodeEvent):
            self._count(event)
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                hint = "Put each flow into a file of its own, and take the `---` out."
                self._note("yaml", "There is more than one document here.", hint, _place(event))
                raise _Fatal
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close(self.stack.pop(), event)
        elif isinstance(event, AliasEvent):
            self._refuse_anchor(event)
            self._put(None, event)
        elif isinstance(event, ScalarEvent):
            self._refuse_decoration(event)
            if self._wants_key():
                self._take_key(event)
            else:
                self._put(self._scalar(event), event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._refuse_decoration(event)
            if self._wants_key():
                self._refuse_key(event)
            self._open({} if isinstance(event, MappingStartEvent) else [], event)

    def _count(self, event: Event) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            hint = "Keep data in a bucket or a run input, and only the flow in the document."
            message = f"The document has over {MAX_VALUES:,} values."
            self._note("too_large", message, hint, _place(event))
            raise _Fatal

    def _wants_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return top is not None and isinstance(top.value, dict) and top.key is None

    def _open(self, value: Any, event: Event) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._note("too_deep", f"This is over {MAX_DEPTH} levels deep.", None, _place(event))
            raise _Fatal
        path, kept = self._put(value, event)
        self.stack.append(_Frame(value, path, _place(event), skip=not kept))

    def _put(self, value: Any, event: Event) -> tuple[tuple[str | int, ...], bool]:
        """Put a value where it belongs; its path, and whether it is part of the whole."""
        if not self.stack:
            self.read.value = value
            self._remember((), event)
            return (), True
        top = self.stack[-1]
        if isinstance(top.value, list):
            path: tuple[str | int, ...] = (*top.path, len(top.value))
            top.value.append(value)
            kept = not top.skip
        else:
            key, top.key = top.key or "", None
            path = (*top.path, key)
            kept = not top.skip and key not in top.value
            top.value.setdefault(key, value)
        if kept:
            self._remember(path, event)
        return path, kept

    def _remember(self, path: tuple[str | int, ...], event: Event) -> None:
        at = pointer(path)
        self.read.positions.values[at] = _place(event)
        if isinstance(event, ScalarEvent):
            self.read.positions.spans[at] = TextSpan(
                *_place(event), event.style, event.start_mark.index, event.end_mark.index
            )
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            extent = Extent(event.start_mark.index, bool(event.flow_style))
            self.read.positions.extents[at] = extent

    def _close(self, frame: _Frame, event: Event) -> None:
        if not frame.skip and (extent := self.read.positions.extents[pointer(frame.path)]).flow:
            extent.end = event.end_mark.index

    def _take_key(self, event: ScalarEvent) -> None:
        top = self.stack[-1]
        key = self._text(event)
        if event.implicit[0] and key in ("", "<<"):
            self._refuse_key(event)
        if len(key) > MAX_KEY:
            self._note("too_large", f"A name is over {MAX_KEY} characters.", None, _place(event))
            raise _Fatal
        if key in top.value and not top.skip:
            first = self.read.positions.of_key(pointer((*top.path, key)))
            hint = f"It is in line {first[0]} already." if first else None
            self._note(
                "duplicate_key", f"`{key}` is given twice.", hint, _place(event), (*top.path, key)
            )
        elif not top.skip:
            at = pointer((*top.path, key))
            self.read.positions.keys[at] = _place(event)
            self.read.positions.names[at] = (event.start_mark.index, event.end_mark.index)
        top.key = key

    def _refuse_key(self, event: Event) -> None:
        line, column = _place(event)
        before = self.read.positions.lines[line - 1][: column - 1]
        if before.endswith("{") and isinstance(event, MappingStartEvent):
            message = "A mapping must stand in quotes here."
            hint = 'Write `"{{ card_id.field }}"`: without quotes, YAML takes braces for itself.'
            self._note("unquoted_mapping", message, hint, (line, column - 1))
        else:
            self._note("yaml", "A name must stand before the colon.", None, (line, column))
        raise _Fatal

    def _refuse_decoration(self, event: Event) -> None:
        tag = getattr(event, "tag", None)
        if tag and str(tag) != "!":
            message = f"Tags such as `{str(tag)[:40]}` have no meaning here."
            self._note("yaml_tag", message, "Take it out.", _place(event))
        self._refuse_anchor(event)

    def _refuse_anchor(self, event: Event) -> None:
        if getattr(event, "anchor", None):
            hint = "Write the value out where it is needed."
            message = "Anchors and aliases (`&name`, `*name`) are not used here."
            self._note("yaml_anchor", message, hint, _place(event))

    def _scalar(self, event: ScalarEvent) -> JsonValue:
        text = self._text(event)
        if not event.implicit[0]:
            return text
        try:
            return plain_value(text)
        except ValueError as error:
            message = f"`{text[:40]}` cannot be used: {error}."
            self._note("number", message, "Put it in quotes if it is a text.", _place(event))
            return text

    def _text(self, event: ScalarEvent) -> str:
        text: str = event.value
        if not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        try:  # JSON escapes a character beyond the basic plane as a pair
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            message = "Half of a surrogate pair is no character."
            self._note("yaml", message, None, _place(event))
            return text.encode("utf-8", "replace").decode()

    def _note(
        self,
        code: str,
        message: str,
        hint: str | None,
        place: Place,
        path: tuple[str | int, ...] | None = None,
    ) -> None:
        at = pointer(self._here() if path is None else path)
        problems = self.read.problems
        problems.append(_problem(code, message, hint, place, at))
        if len(problems) == MAX_PROBLEMS:
            message = f"There are over {MAX_PROBLEMS} problems; what follows was not read."
            problems.append(_problem("too_many_problems", message, None, place, at))
            raise _Fatal

    def _here(self) -> tuple[str | int, ...]:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            return (*top.path, len(top.value))
        return (*top.path, top.key) if top.key is not None else top.path


def _problem(code: str, message: str, hint: str | None, place: Place, at: str = "") -> Problem:
    return Problem(at, code, message, hint, Where(line=place[0], column=place[1]))


def _syntax(error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = ", ".join(_clean(error))
    return _problem("yaml", f"This is not YAML: {said}.", _syntax_hint(said), place)


def _clean(error: MarkedYAMLError) -> Iterator[str]:
    for part in (error.problem, error.context):
        if part:
            yield str(part).strip().replace("<", "").replace(">", "")


def _syntax_hint(said: str) -> str | None:
    if "'\\t'" in said:
        return "Indent with blanks, not with tabs."
    if "mapping values are not allowed" in said:
        return "A text with a colon must stand in quotes; or the indentation is wrong."
    if "quoted scalar" in said:
        return "A quote is never closed."
    if "block end" in said:
        return "Check the indentation: what belongs together begins in the same column."
    if "flow" in said:
        return "A bracket or brace is never closed, or a text with braces must stand in quotes."
    return None


def _place(event: Event) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


def _place_of_character(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
