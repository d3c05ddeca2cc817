"""Keeps secrets out of events: by their field, and by their value wherever it turns up."""

import base64
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import quote, quote_plus

from pydantic import BaseModel

from penstock.catalog.card import Ui

MARK: Final = "•••"
_SHORTEST_PART: Final = 4

SecretPaths = tuple[tuple[str, ...], ...]


@cache
def secret_paths(model: type[BaseModel]) -> SecretPaths:
    """Paths of the fields whose widget is `secret`, also inside groups of inputs."""
    found: list[tuple[str, ...]] = []
    for name, info in model.model_fields.items():
        if any(isinstance(hint, Ui) and hint.widget == "secret" for hint in info.metadata):
            found.append((name,))
            continue
        for candidate in (info.annotation, *getattr(info.annotation, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                found += [(name, *path) for path in secret_paths(candidate)]
    return tuple(found)


def values_at(inputs: Any, paths: SecretPaths) -> list[Any]:
    """The values that `paths` lead to, where they lead anywhere."""
    found = []
    for path in paths:
        value = inputs
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            found.append(value)
    return found


class Redactor:
    """Replaces known secret values in JSON values by a mark.

    A text of four characters or more is replaced inside other text too, also as URLs, JSON,
    base64 and messages of Python's own spell it; anything else only where it is the whole value,
    for "1" inside a bucket's name is no leak.
    """

    def __init__(self, secrets: Iterable[Any] = ()) -> None:
        self._parts: set[str] = set()
        self._whole: set[Any] = set()
        self.add(secrets)

    def add(self, secrets: Iterable[Any]) -> None:
        for secret in secrets:
            self._add(secret)

    def __call__(self, value: Any) -> Any:
        """The value without secrets; itself, if there are none."""
        if not self._parts and not self._whole:
            return value
        return self._redacted(value)

    def _add(self, secret: Any) -> None:
        if isinstance(secret, Mapping):
            self.add(secret.values())
        elif isinstance(secret, list | tuple):
            self.add(secret)
        elif isinstance(secret, str) and len(secret) >= _SHORTEST_PART:
            self._parts |= _forms(secret)
        elif secret is not None and secret != "" and not isinstance(secret, bool):
            self._whole.add(secret)
            # A number becomes text on its way through a template.
            if not isinstance(secret, str) and len(str(secret)) >= _SHORTEST_PART:
                self._parts.add(str(secret))

    def _redacted(self, value: Any) -> Any:
        if isinstance(value, str):
            if value in self._whole:
                return MARK
            # The longest first: one secret may be part of another.
            for part in sorted(self._parts, key=len, reverse=True):
                value = value.replace(part, MARK)
            return value
        if isinstance(value, Mapping):
            return {self._redacted(name): self._redacted(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._redacted(item) for item in value]
        if isinstance(value, int | float) and not isinstance(value, bool) and value in self._whole:
            return MARK
        return value


def _forms(secret: str) -> set[str]:
    """The text as it may stand in a message, in a URL, in JSON, or encoded."""
    written = secret.encode("utf-8", "surrogatepass")
    found = {
        secret,
        repr(secret)[1:-1],
        repr(written)[2:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(written).decode(),
        quote(written),
        quote(written, safe=""),
        quote_plus(written),
    }
    # Messages quote the end of what they tell of without the white space around it.
    return found | {each.strip() for each in found if len(each.strip()) >= _SHORTEST_PART}
