"""Values as they may stand on one line of YAML, in the manner of what stood there before."""

import json
from typing import Any, Final

from penstock.flows.writing import write_inline, write_yaml

_KEY: Final = "k: "


def inline(value: Any) -> str:
    """A value on one line, objects and lists in brackets."""
    if isinstance(value, dict):
        pairs = (f"{write_inline(str(name))}: {inline(item)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return write_inline(value) if isinstance(value, str) else _plain(value)


def in_the_manner_of(style: str | None, value: Any, *, bracketed: bool) -> str:
    """A value that is no object and no list, quoted as the one was that it replaces, if it can be.

    Args:
        style: the sign of YAML that the other began with, None if it stood plain.
        bracketed: whether it stands inside brackets, where commas and brackets need quotes.
    """
    if not isinstance(value, str):
        return _plain(value)
    if style == '"':
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return write_inline(value) if bracketed else write_yaml({"k": value})[len(_KEY) : -1]


def _plain(value: Any) -> str:
    return write_yaml({"k": value})[len(_KEY) : -1]
