"""Policy variables: `${aws:username}`, defaults, and the three that stand for `*`, `?` and `$`.

"IAM policy elements: Variables and tags". They exist in version 2012-10-17 only; before, the
text stands for itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from penstock.iam.matching import Piece, Pieces, Wild

# Written so that text which is none costs no second look.
_VARIABLE = re.compile(
    r"\$\{(?:(?P<letter>[*?$])|(?P<key>[^${}']++)(?:'(?P<default>[^']*+)'\s*+)?)\}"
)


class Facts(Protocol):
    """What is known of a request's context keys."""

    def values(self, key: str) -> tuple[str, ...] | None:
        """The values of a key (in lower case); None if it is absent; raises `Unknown`."""
        ...


class Unknown(Exception):
    """What was asked for cannot be told: `why` says it, `key` is the key that would tell."""

    def __init__(self, why: str, key: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.key = key


class Unresolved(Exception):
    """A variable's key is absent from the request and has no default."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable to be replaced; `key` in lower case."""

    key: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Text of a policy, taken apart."""

    parts: tuple[Piece | Variable, ...]
    variable: bool

    def pieces(self, facts: Facts) -> Pieces:
        """The pattern for one request; values of variables stand for themselves.

        Raises `Unknown` if a key is not known, `Unresolved` if it is absent without default.
        """
        return tuple(
            _resolve(part, facts) if isinstance(part, Variable) else part for part in self.parts
        )

    @property
    def fixed(self) -> Pieces:
        """The pattern of a template without variables."""
        return tuple(part for part in self.parts if not isinstance(part, Variable))


def template(text: str, *, variables: bool, wildcards: bool = True) -> Template:
    """`text` taken apart; without `wildcards`, `*` and `?` are ordinary characters."""
    parts: list[Piece | Variable] = []
    at = 0
    if variables:
        for found in _VARIABLE.finditer(text):
            part = _variable(found)
            if part is None:
                continue
            parts.extend(_plain(text[at : found.start()], wildcards))
            parts.append(part)
            at = found.end()
    parts.extend(_plain(text[at:], wildcards))
    return Template(_joined(parts), any(isinstance(part, Variable) for part in parts))


def _variable(found: re.Match[str]) -> str | Variable | None:
    """The letter or variable that was found; None if it is not well formed, hence plain text."""
    if letter := found["letter"]:
        return letter
    key, default = found["key"].strip(), found["default"]
    if default is not None:
        if not key.endswith(","):
            return None
        key = key[:-1].rstrip()
    if not key or "," in key:
        return None
    return Variable(key.lower(), default)


def _plain(text: str, wildcards: bool) -> Iterator[Piece]:
    if not wildcards:
        if text:
            yield text
        return
    for part in re.split(r"([*?])", text):
        if part in ("*", "?"):
            yield Wild(part)
        elif part:
            yield part


def _joined(parts: list[Piece | Variable]) -> tuple[Piece | Variable, ...]:
    """Neighbouring texts as one, neighbouring stars as one."""
    found: list[Piece | Variable] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part is not Wild.STAR or last is not Wild.STAR:
            found.append(part)
    return tuple(found)


def _resolve(variable: Variable, facts: Facts) -> str:
    values = facts.values(variable.key)
    if values is not None and len(values) > 1:
        raise Unknown(f"the variable ${{{variable.key}}} has several values", variable.key)
    if values:
        return values[0]
    if variable.default is not None:
        return variable.default
    raise Unresolved
