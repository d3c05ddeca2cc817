"""A flow document made ready to run: cards with parsed mappings, cut into segments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from penstock.catalog.card import Card
from penstock.engine.redaction import SecretPaths, secret_paths
from penstock.errors import InternalFault, InvalidInput, Where
from penstock.flows.document import CardUse, FlowDocument, Retry
from penstock.flows.mapping import Mapping, parse

DEFAULT_RETRY: Final = Retry()

Segments = Sequence[Sequence[str]]


class CardSource(Protocol):
    """The catalog, as far as a plan needs it."""

    def card(self, card_id: str) -> Card:
        """Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """A card of the flow. `wanted` says whether a later card refers to its outputs."""

    id: str
    use: CardUse
    card: Card
    inputs: Mapping
    values: Mapping
    retry: Retry
    secrets: SecretPaths
    wanted: bool

    @property
    def changes(self) -> bool:
        return self.card.effect in ("write", "destroy")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of cards up to and including one that writes. Only pure cards: no checkpoint."""

    cards: tuple[PlannedCard, ...]

    @property
    def checkpointed(self) -> bool:
        return any(planned.card.effect != "pure" for planned in self.cards)


@dataclass(frozen=True, slots=True)
class Plan:
    document: FlowDocument
    segments: tuple[Segment, ...]

    @property
    def cards(self) -> tuple[PlannedCard, ...]:
        return tuple(planned for segment in self.segments for planned in segment.cards)


def make_plan(document: FlowDocument, cards: CardSource, segments: Segments | None = None) -> Plan:
    """The plan of a document.

    Args:
        segments: where a run of it was cut when it started; cut by effect if not given.

    Raises:
        NotFound: a card that the catalog does not have.
        InvalidInput: a mapping that cannot be read, or a card inside a card.
    """
    planned = _planned(document, cards)
    cut = _by_effect(planned) if segments is None else _as_recorded(planned, segments)
    return Plan(document, tuple(Segment(tuple(part)) for part in cut))


def segment_ids(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """What is kept with a run, to cut it again the same way."""
    return tuple(tuple(planned.id for planned in segment.cards) for segment in plan.segments)


def _planned(document: FlowDocument, cards: CardSource) -> list[PlannedCard]:
    found: list[PlannedCard] = []
    wanted: set[str] = set()
    # Backwards, so that what later cards refer to is known.
    for use in reversed(document.cards):
        where = Where(flow=document.flow, card=use.id)
        card = cards.card(use.card)
        if use.blocks or card.blocks:
            raise InvalidInput(
                f"`{use.id}` holds cards inside it, and those cannot be run yet.",
                hint="Put them in a row instead, or leave the flow for a later version.",
                where=where,
            )
        try:
            inputs = parse(dict(use.inputs))
            values = parse(dict(use.on_error.values) if use.on_error else {})
        except InvalidInput as error:
            error.where = Where(document.flow, use.id, error.where.field)
            raise
        found.append(
            PlannedCard(
                id=use.id,
                use=use,
                card=card,
                inputs=inputs,
                values=values,
                retry=(use.on_error and use.on_error.retry) or DEFAULT_RETRY,
                secrets=secret_paths(card.inputs),
                wanted=use.id in wanted,
            )
        )
        wanted |= {reference.root for reference in (*inputs.references, *values.references)}
    found.reverse()
    return found


def _by_effect(cards: Iterable[PlannedCard]) -> list[list[PlannedCard]]:
    cut: list[list[PlannedCard]] = [[]]
    for planned in cards:
        cut[-1].append(planned)
        if planned.changes:
            cut.append([])
    return cut if cut[-1] else cut[:-1]


def _as_recorded(cards: Sequence[PlannedCard], segments: Segments) -> list[list[PlannedCard]]:
    by_id = {planned.id: planned for planned in cards}
    if [card_id for segment in segments for card_id in segment] != [one.id for one in cards]:
        raise InternalFault("A run's segments are not those of its document.")
    return [[by_id[card_id] for card_id in segment] for segment in segments]
