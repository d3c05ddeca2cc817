"""Every permission that a card may need, and which inputs make it need them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from penstock.catalog.card import Card
from penstock.catalog.choices import offered_for
from penstock.catalog.partial import UNKNOWN, Partial, Pattern, model_of
from penstock.iam.permission import Permission

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """A permission, its resource written with the names of inputs (`arn:aws:s3:::{bucket}`).

    Needed always (but not if one of `unless` is given), or if one of `inputs` is given; neither if
    only several together need it.
    """

    permission: Permission
    always: bool
    inputs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def needed(card: Card, known: Mapping[str, str] | None = None) -> tuple[Needed, ...]:
    """In the order in which the card declares them.

    Args:
        known: what inputs that name one of a kind are given: `{"buckets": "archive"}`.
    """
    known = known or {}
    values = {
        path: _placeholder(card.inputs, path, known)
        for path, _ in _paths(card.inputs, (), required=True)
    }
    paths = [
        (path, required or isinstance(values[path], str))
        for path, required in _paths(card.inputs, (), required=True)
    ]
    required = [path for path, is_required in paths if is_required]
    always = _permissions(card, required, values)
    with_input = {
        ".".join(path): _permissions(card, [*required, path], values)
        for path, is_required in paths
        if not is_required
    }
    everything = _permissions(card, [path for path, _ in paths], values)
    found = {**always, **everything}
    for permissions in with_input.values():
        found = {**found, **permissions}
    return tuple(
        Needed(
            permission,
            always=key in always,
            inputs=()
            if key in always
            else tuple(name for name, permissions in with_input.items() if key in permissions),
            unless=tuple(name for name, permissions in with_input.items() if key not in permissions)
            if key in always
            else (),
        )
        for key, permission in found.items()
    )


def _permissions(
    card: Card, given: list[Path], placed: Mapping[Path, object]
) -> dict[tuple[str, str, str], Permission]:
    values: dict[str, Any] = {}
    for path in given:
        here = values
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = placed[path]
    found = card.permissions(Partial(values, card.inputs))
    kept: dict[tuple[str, str, str], Permission] = {}
    for one in found:
        # Of two reasons for the same permission the card gives the weightier first.
        kept.setdefault((one.action, one.resource, repr(one.conditions)), one)
    return kept


def _paths(model: type[BaseModel], prefix: Path, *, required: bool) -> Iterator[tuple[Path, bool]]:
    """Every input, inner ones of groups too, and whether a run cannot be without it."""
    for name, info in model.model_fields.items():
        here = required and info.is_required()
        inner = model_of(model, name)
        if inner is not None and _is_group(info.annotation):
            yield from _paths(inner, (*prefix, name), required=here)
        else:
            yield (*prefix, name), here


def _is_group(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _placeholder(model: type[BaseModel], path: Path, known: Mapping[str, str]) -> object:
    """What is known is itself; another text stands for itself in resources; of all else only
    that it is given is known."""
    for step in path[:-1]:
        model = model_of(model, step) or model
    info = model.model_fields[path[-1]]
    if (name := known.get(offered_for(info) or "")) is not None:
        return name
    annotation: Any = info.annotation
    if annotation is str or str in getattr(annotation, "__args__", ()):
        return Pattern("{" + ".".join(path) + "}")
    return UNKNOWN
