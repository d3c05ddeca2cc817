"""JSON as IAM reads it, with the place of every value, so that a problem can be shown where it is.

The standard library's decoder neither tells where a value stood nor minds a key given twice,
and IAM refuses the second ("Grammar of the IAM JSON policy language").
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penstock.errors import Problem, Where

MAX_CHARACTERS: Final = 131_072  # AWS allows 20 KiB at most (bucket policies); this is generous
MAX_DEPTH: Final = 16  # a policy's deepest value lies at depth 6

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(
    r'"(?:[^"\\\x00-\x1f]+|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"',
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Number(str):
    """A JSON number, as it was written: IAM compares it as text or as a number, by operator."""

    __slots__ = ()


Value = str | bool | None | list["Value"] | dict[str, "Value"]


Places = dict[tuple[int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON value. `places` has, by parent's number and token, each value's number and offset;
    a member of an object is where its key is. The document itself is number 0."""

    value: Value
    places: Places
    lines: "Lines"

    def problem(self, pointer: str, code: str, message: str, hint: str | None = None) -> Problem:
        """A problem at `pointer`, shown at the nearest value around it that exists."""
        number, offset = 0, self.places[-1, ""][1]
        for step in pointer.split("/")[1:]:
            if (number, step) not in self.places:
                break
            number, offset = self.places[number, step]
        return Problem(pointer, code, message, hint, self.lines.where(offset))


@dataclass(slots=True)
class Lines:
    """Offsets to line and column, both from 1; nothing if the text is not the user's own."""

    text: str
    shown: bool = True
    _starts: list[int] = field(default_factory=list)

    def where(self, offset: int) -> Where:
        """The place of `offset`."""
        if not self.shown:
            return Where()
        if not self._starts:
            self._starts = [0, *(found.end() for found in re.finditer(r"\n", self.text))]
        line = bisect_right(self._starts, offset)
        return Where(line=line, column=offset - self._starts[line - 1] + 1)


class Unreadable(Exception):
    """The text is not JSON that IAM would take; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_document(text: str, *, shown: bool = True) -> Document:
    """`text` as a `Document`; raises `Unreadable`. Linear in the length of the text."""
    lines = Lines(text, shown)
    if len(text) > MAX_CHARACTERS:
        message = f"The policy has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        raise Unreadable(Problem("", "too_long", message, where=lines.where(0)))
    return _Reader(text, lines).document()


def token(key: str) -> str:
    """`key` as one reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


class _Reader:
    def __init__(self, text: str, lines: Lines) -> None:
        self.text = text
        self.lines = lines
        self.places: Places = {}
        self.path: list[str] = []
        self.at = 0

    def document(self) -> Document:
        if self.text.startswith("\ufeff"):
            self.at = 1
        self.space()
        number = self.place(-1, "", self.at)
        value = self.value(number)
        self.space()
        if self.at < len(self.text):
            raise self.unreadable("After the policy there is something more")
        return Document(value, self.places, self.lines)

    def place(self, parent: int, step: str, offset: int) -> int:
        number = len(self.places)
        self.places[parent, step] = (number, offset)
        return number

    def unreadable(self, message: str, code: str = "not_json") -> Unreadable:
        pointer = "".join(f"/{step}" for step in self.path)
        return Unreadable(Problem(pointer, code, message, where=self.lines.where(self.at)))

    def space(self) -> None:
        if found := _SPACE.match(self.text, self.at):
            self.at = found.end()

    def value(self, number: int) -> Value:
        if len(self.path) > MAX_DEPTH:
            raise self.unreadable(f"Values are nested more than {MAX_DEPTH} deep", "too_deep")
        first = self.text[self.at : self.at + 1]
        if first == "{":
            return self.members(number)
        if first == "[":
            return self.elements(number)
        if first == '"':
            return self.string()
        for word, meaning in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return meaning
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            return Number(found.group())
        if not first:
            raise self.unreadable("The text ends where a value should be")
        raise self.unreadable(f"A JSON value should be here, not {first!r}")

    def string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            message = "This text has no end, or a control character or a wrong escape in it"
            raise self.unreadable(message)
        said: str = json.loads(found.group())
        if _SURROGATE.search(said):
            raise self.unreadable("This text has half a surrogate pair in it")
        self.at = found.end()
        return said

    def elements(self, number: int) -> list[Value]:
        elements: list[Value] = []
        for index in self.items("]"):
            self.space()
            self.path.append(str(index))
            elements.append(self.value(self.place(number, str(index), self.at)))
            self.path.pop()
        return elements

    def members(self, number: int) -> dict[str, Value]:
        members: dict[str, Value] = {}
        for _ in self.items("}"):
            self.space()
            start = self.at
            if self.text[start : start + 1] != '"':
                raise self.unreadable('A key in double quotes, or "}", should be here')
            key = self.string()
            self.path.append(token(key))
            if key in members:
                self.at = start
                raise self.unreadable("The same key is given twice here", "duplicate_key")
            self.space()
            if self.text[self.at : self.at + 1] != ":":
                raise self.unreadable('A ":" should follow the key')
            self.at += 1
            self.space()
            members[key] = self.value(self.place(number, token(key), start))
            self.path.pop()
        return members

    def items(self, closing: str) -> Iterator[int]:
        """Counts the items of the list or object that opens here; the caller reads each."""
        self.at += 1
        self.space()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            return
        index = 0
        while True:
            yield index
            index += 1
            self.space()
            mark = self.text[self.at : self.at + 1]
            if mark not in (",", closing):
                raise self.unreadable(f'A "," or "{closing}" should be here')
            self.at += 1
            if mark == closing:
                return
