"""The map of flows: which of them use which connections, and which call which.

A card calls a flow where one of its inputs names one: a field declared with the widget `flow`. What
a mapping will name when it runs cannot be known before, so only what is written out is on the map.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from penstock.flows.blocks import every_use
from penstock.flows.document import CardUse
from penstock.flows.mapping import is_template
from penstock.flows.nicknames import nickname_key
from penstock.flows.repository import KeptFlow
from penstock.flows.signature import CardLookup, ConnectionLookup

_WIDGET = "x-penstock-widget"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class MapFlow(_Part):
    """A flow on the map. `exists` is false for one that is called and not there."""

    flow: str
    title: str | None = None
    folder: str = ""
    enabled: bool = True
    exists: bool = True


class MapConnection(_Part):
    """A connection on the map. `status` is null for one that is named and not there."""

    nickname: str
    status: str | None


class MapLine(_Part):
    """From a flow to the connection that it uses, or to the flow that it calls.

    `to` is a nickname or a flow's name; `cards` are the ids of the cards that do it.
    """

    kind: Literal["uses", "calls"]
    flow: str
    to: str
    cards: tuple[str, ...]


class FlowMap(_Part):
    """All flows and all connections, by name, and the lines between them."""

    flows: tuple[MapFlow, ...]
    connections: tuple[MapConnection, ...]
    lines: tuple[MapLine, ...]


def map_of(
    kept: Sequence[KeptFlow], cards: CardLookup, connections: ConnectionLookup | None
) -> FlowMap:
    """The map of these flows, in their current versions."""
    known = list(connections.nicknames()) if connections else []
    spelt = {nickname_key(each): each for each in known}
    flows = {one.flow: _flow(one) for one in kept}
    found = dict.fromkeys(known)
    lines: dict[tuple[Literal["uses", "calls"], str, str], list[str]] = {}
    for one in kept:
        for use, _ in every_use(one.current.document.cards, ()):
            if use.connection is not None:
                nickname = spelt.setdefault(nickname_key(use.connection), use.connection)
                found.setdefault(nickname)
                lines.setdefault(("uses", one.flow, nickname), []).append(use.id)
            for name in flows_named(use, cards):
                flows.setdefault(name, MapFlow(flow=name, exists=False))
                lines.setdefault(("calls", one.flow, name), []).append(use.id)
    return FlowMap(
        flows=tuple(flows[name] for name in sorted(flows)),
        connections=tuple(
            MapConnection(nickname=name, status=connections.status(name) if connections else None)
            for name in sorted(found, key=nickname_key)
        ),
        lines=tuple(
            MapLine(kind=kind, flow=flow, to=to, cards=tuple(ids))
            for (kind, flow, to), ids in lines.items()
        ),
    )


def flows_named(use: CardUse, cards: CardLookup) -> Sequence[str]:
    """The flows that a card's inputs name, each once; none for a card that is not known."""
    signature = cards.signature(use.card)
    if signature is None:
        return ()
    return tuple(dict.fromkeys(_named(use.inputs, signature.inputs, signature.inputs)))


def _named(value: Any, schema: Any, root: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    if isinstance(reference := schema.get("$ref"), str):
        inner = root.get("$defs", {}).get(reference.rpartition("/")[2])
        yield from _named(value, inner, root)
    for word in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(word, ()):
            yield from _named(value, each, root)
    if isinstance(value, str):
        if schema.get(_WIDGET) == "flow" and value and not is_template(value):
            yield value
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        for name, each in value.items():
            inner = properties.get(name, schema.get("additionalProperties"))
            yield from _named(each, inner, root)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, schema.get("items"), root)


def _flow(kept: KeptFlow) -> MapFlow:
    return MapFlow(
        flow=kept.flow,
        title=kept.current.document.title,
        folder=kept.folder,
        enabled=kept.enabled,
    )
