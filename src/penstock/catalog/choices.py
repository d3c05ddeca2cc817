"""What a connector can offer for an input of a card, such as the names of buckets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic.fields import FieldInfo

from penstock.catalog.context import CardContext
from penstock.iam.permission import Permission


@dataclass(frozen=True, slots=True)
class Offer:
    """Names in order; `complete` says whether these are all that begin as was asked."""

    names: tuple[str, ...]
    complete: bool


Ask = Callable[[CardContext, str], Offer]
"""Asks, by requests that only read, for names that begin with a text. Raises PenstockError."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One kind of thing that inputs name (`Ui(options_from=kind)`).

    `permissions` are all that asking needs; `check` raises ValueError for what is no such name.
    """

    kind: str
    permissions: tuple[Permission, ...]
    check: Callable[[str], object]
    ask: Ask


def offered_for(info: FieldInfo) -> str | None:
    """The kind of choices that a field's hint names, also inside `... | None`."""
    return next((one for one in _sources([*info.metadata, *_inner(info.annotation)])), None)


def _inner(annotation: Any) -> Iterator[object]:
    for each in (annotation, *get_args(annotation)):
        yield from getattr(each, "__metadata__", ())


def _sources(metadata: list[object]) -> Iterator[str]:
    for each in metadata:
        if found := getattr(each, "options_from", None):
            yield str(found)
