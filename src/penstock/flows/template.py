"""The syntax of mappings inside one text: `{{ card_id.path[0].to["odd key"] ?? literal }}`.

    template  = { text | "{{" inside "}}" }
    inside    = reference [ "??" literal ] | json-string
    reference = root { "." name | "[" integer "]" | "[" json-string "]" }
    literal   = json-string | json-number | true | false | null | [] | {}

Blanks may stand between tokens. A JSON string alone is that text: `{{ "{{" }}` is how a literal
`{{` is written. There is no expression language, on purpose.
"""

import json
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NoReturn

from pydantic import JsonValue

from penstock.errors import InvalidInput, Where

_JSON: Final = json.JSONDecoder()
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_ROOT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_INDEX: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?![0-9])")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_WORDS: Final[dict[str, JsonValue]] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Reference:
    """One `{{ ... }}`: where a value comes from, and what stands in where there is none.

    `offset` and `end` count characters in the text it was read from.
    """

    root: str
    path: tuple[str | int, ...] = ()
    has_fallback: bool = False
    fallback: JsonValue = None
    offset: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """As written inside the braces, without the fallback: `search.objects[0].key`."""
        return self.root + dotted(self.path)

    def __str__(self) -> str:
        fallback = f" ?? {json.dumps(self.fallback, ensure_ascii=False)}"
        return f"{{{{ {self.name}{fallback if self.has_fallback else ''} }}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut into literal stretches and references, in order. Its `str` is canonical."""

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(part for part in self.parts if isinstance(part, Reference))

    @property
    def lone(self) -> Reference | None:
        """The reference, if the text is nothing else: then its value keeps its type."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Reference) else None

    def __str__(self) -> str:
        written: list[str] = []
        for at, part in enumerate(self.parts):
            if isinstance(part, Reference):
                written.append(str(part))
                continue
            text = part.replace("{{", '{{ "{{" }}')
            if text.endswith("{") and at + 1 < len(self.parts):
                text = text[:-1] + '{{ "{" }}'
            written.append(text)
        return "".join(written)


def dotted(path: tuple[str | int, ...]) -> str:
    """A path as references write it: `.objects[0]["odd key"]`."""
    written = []
    for step in path:
        if isinstance(step, int):
            written.append(f"[{step}]")
        elif _NAME.fullmatch(step):
            written.append(f".{step}")
        else:
            written.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(written)


@lru_cache(maxsize=8192)
def parse_text(text: str) -> Template:
    """The template that `text` is; a text without `{{` is one literal stretch.

    Raises:
        InvalidInput: with `details["offset"]`, the character at which it stops making sense.
    """
    parts: list[str | Reference] = []
    at = 0
    while (opening := text.find("{{", at)) >= 0:
        if opening > at:
            parts.append(text[at:opening])
        part, at = _Inside(text, opening).read()
        parts.append(part)
    if at < len(text):
        parts.append(text[at:])
    return Template(_merged(parts))


def _merged(parts: list[str | Reference]) -> tuple[str | Reference, ...]:
    merged: list[str | Reference] = []
    literal: list[str] = []
    for part in parts:
        if isinstance(part, str):
            literal.append(part)
            continue
        if text := "".join(literal):
            merged.append(text)
        literal.clear()
        merged.append(part)
    if text := "".join(literal):
        merged.append(text)
    return tuple(merged)


class _Inside:
    """Reads what stands between one pair of braces; never looks back, so time is linear."""

    def __init__(self, text: str, opening: int) -> None:
        self.text = text
        self.opening = opening
        self.at = opening + 2

    def read(self) -> tuple[str | Reference, int]:
        self._blanks()
        if self._peek() == '"':
            escaped = self._string()
            self._close()
            return escaped, self.at
        root = self._match(_ROOT)
        if root is None:
            self._fail(
                "`{{` must be followed by the id of a card, `start` or `run`",
                'Write `{{ card_id.field }}`; a literal `{{` is written `{{ "{{" }}`.',
            )
        path = self._path()
        self._blanks()
        has_fallback = self.text.startswith("??", self.at)
        fallback: JsonValue = None
        if has_fallback:
            self.at += 2
            self._blanks()
            fallback = self._literal()
        self._close()
        return Reference(root, path, has_fallback, fallback, self.opening, self.at), self.at

    def _path(self) -> tuple[str | int, ...]:
        path: list[str | int] = []
        while (sign := self._peek()) in (".", "["):
            self.at += 1
            path.append(self._name() if sign == "." else self._key())
        return tuple(path)

    def _name(self) -> str:
        name = self._match(_NAME)
        if name is None:
            self._fail(
                "a field name must follow the dot",
                'A list item is `[0]`; a field with other characters is `["odd key"]`.',
            )
        return name

    def _key(self) -> str | int:
        self._blanks()
        if self._peek() == '"':
            key: str | int = self._string()
        elif index := self._match(_INDEX):
            key = int(index)
        else:
            self._fail(
                "between `[` and `]` there must be a whole number or a text in double quotes",
                'As in `objects[0]` or `metadata["odd key"]`.',
            )
        self._blanks()
        if self._peek() != "]":
            self._fail("`]` is missing", None)
        self.at += 1
        return key

    def _literal(self) -> JsonValue:
        if self._peek() == '"':
            return self._string()
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        for brackets, empty in (("[]", list[JsonValue]), ("{}", dict[str, JsonValue])):
            if self.text.startswith(brackets, self.at):
                self.at += 2
                return empty()
        if number := self._match(_NUMBER):
            read: int | float = json.loads(number)
            if math.isfinite(read):
                return read
        return self._fail(
            "`??` must be followed by a literal",
            "A text in double quotes, a number, `true`, `false`, `null`, `[]` or `{}`.",
        )

    def _string(self) -> str:
        try:
            value, self.at = _JSON.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self.at = min(error.pos, len(self.text))
            self._fail(
                "this text in double quotes is not complete",
                'It is written as in JSON: `\\"` for a quote, `\\\\` for a backslash.',
            )
        return str(value)

    def _close(self) -> None:
        self._blanks()
        if not self.text.startswith("}}", self.at):
            if self.at >= len(self.text):
                self.at = self.opening
                self._fail(
                    "`{{` is never closed",
                    'Close it with `}}`; a literal `{{` is written `{{ "{{" }}`.',
                )
            self._fail(
                f"`{self.text[self.at]}` has no place in a reference",
                "There are no expressions: a path, and `??` with a literal for when it is missing.",
            )
        self.at += 2

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        if not (found := pattern.match(self.text, self.at)):
            return None
        self.at = found.end()
        return found.group()

    def _blanks(self) -> None:
        if found := _BLANKS.match(self.text, self.at):
            self.at = found.end()

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _fail(self, message: str, hint: str | None) -> NoReturn:
        raise InvalidInput(
            f"A mapping is wrong: {message}.",
            hint=hint,
            where=Where(column=self.at + 1),
            details={"offset": self.at},
        )
