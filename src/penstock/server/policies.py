"""The least-privilege policy of flows and cards, from what their cards declare."""

from collections.abc import Iterable, Iterator, Sequence

from penstock.catalog.knowledge import partial_inputs
from penstock.catalog.partial import UNKNOWN, Partial
from penstock.flows.document import CardUse, FlowDocument
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.server.application import Application


def policy_of(
    application: Application,
    *,
    flows: Iterable[str] = (),
    cards: Iterable[str] = (),
    partition: str = "aws",
    connection: str | None = None,
) -> Policy:
    """What a role needs for these flows (as they are now) and cards (with any inputs).

    Args:
        connection: of flows, only the cards that use this connection.

    Raises:
        NotFound: no such flow or card.
    """
    needs: list[Need] = []
    for name in flows:
        document = application.flows.get(name).document
        needs += needs_of(application, document, connection=connection)
    for card_id in cards:
        card = application.catalog.card(card_id)
        unknown = Partial(dict.fromkeys(card.inputs.model_fields, UNKNOWN), card.inputs)
        needs += [Need(each, card_id) for each in card.permissions(unknown)]
    return policy_for(needs, partition=partition)


def needs_of(
    application: Application, document: FlowDocument, *, connection: str | None = None
) -> Sequence[Need]:
    """What the cards of a document need, each with the id it has there."""
    return [
        Need(permission, use.id)
        for use in _uses(document.cards)
        if connection is None or (use.connection or "").casefold() == connection.casefold()
        for permission in _permissions(application, use)
    ]


def _permissions(application: Application, use: CardUse) -> Iterable[Permission]:
    card = application.catalog.card(use.card)
    return card.permissions(partial_inputs(card, use.inputs, {}))


def _uses(cards: Iterable[CardUse]) -> Iterator[CardUse]:
    for use in cards:
        yield use
        for block in use.blocks.values():
            yield from _uses(block)
