"""Every connector and every card there is; the catalog that flows are checked against."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from penstock.catalog.card import Card, Connector
from penstock.catalog.choices import Choices
from penstock.catalog.inputs import literal_findings
from penstock.catalog.schema import gives_schema, inputs_schema, outputs_schema
from penstock.errors import InternalFault, NotFound
from penstock.flows.nearest import nearest
from penstock.flows.signature import BlockSignature, CardSignature
from penstock.flows.wording import Finding

GROUP: Final = "penstock.connectors"


class Registry:
    """Connectors and cards by id. Implements `flows.signature.CardLookup`."""

    def __init__(self, connectors: Iterable[Connector] = ()) -> None:
        found = sorted(connectors, key=lambda connector: connector.id)
        self._connectors = {connector.id: connector for connector in found}
        if len(self._connectors) != len(found):
            ids = [connector.id for connector in found]
            twice = next(one for one in ids if ids.count(one) > 1)
            raise InternalFault(f"Two connectors are called `{twice}`.")
        cards = (card for connector in found for card in connector.cards.values())
        self._cards = {card.id: card for card in sorted(cards, key=lambda card: card.id)}
        self._signatures: dict[str, CardSignature] = {}

    @classmethod
    def discover(cls) -> "Registry":
        """All connectors installed: those that packages name in entry points of the group
        `penstock.connectors`.

        Raises:
            InternalFault: one of them cannot be loaded, or is no connector.
        """
        return cls(_load(entry) for entry in entry_points(group=GROUP))

    def connectors(self) -> Sequence[Connector]:
        return tuple(self._connectors.values())

    def cards(self) -> Sequence[Card]:
        """By id."""
        return tuple(self._cards.values())

    def ids(self) -> Sequence[str]:
        return tuple(self._cards)

    def card(self, card_id: str) -> Card:
        """Raises NotFound, with the nearest id as hint."""
        if found := self._cards.get(card_id):
            return found
        close = nearest(card_id, self._cards)
        hint = f"Did you mean `{close}`?" if close else "`penstock cards list` shows all cards."
        raise NotFound(f"There is no card `{card_id}`.", hint=hint)

    def choices(self, kind: str) -> Choices:
        """Raises NotFound: no connector offers such names."""
        for connector in self._connectors.values():
            if found := connector.choices.get(kind):
                return found
        raise NotFound(f"No connector offers names of {kind}.")

    def signature(self, card_id: str) -> CardSignature | None:
        """The card seen from outside, or None if there is none."""
        if card_id not in self._signatures:
            if (card := self._cards.get(card_id)) is None:
                return None
            self._signatures[card_id] = signature_of(card)
        return self._signatures[card_id]

    def findings(self, card_id: str, inputs: Mapping[str, Any]) -> Sequence[Finding]:
        """What is wrong with the literals among a card's inputs."""
        return literal_findings(self.card(card_id), inputs)


def signature_of(card: Card) -> CardSignature:
    """What the language needs to know of a card."""
    return CardSignature(
        id=card.id,
        title=card.title,
        kind=card.kind,
        effect=card.effect,
        inputs=inputs_schema(card),
        outputs=outputs_schema(card),
        connector=card.connector,
        needs_connection=card.needs_connection,
        summary=card.summary,
        blocks=tuple(
            BlockSignature(
                name=block.name,
                title=block.title,
                help=block.help,
                required=block.required,
                repeated=block.repeated,
                gives=gives_schema(block),
            )
            for block in card.blocks
        ),
    )


def _load(entry: EntryPoint) -> Connector:
    try:
        connector = entry.load()
        if isinstance(connector, Connector):
            return connector.load()
    except Exception as error:
        raise InternalFault(
            f"The connector `{entry.name}` ({entry.value}) cannot be loaded: {error}."
        ) from error
    raise InternalFault(f"`{entry.value}`, named as a connector, is none.")
