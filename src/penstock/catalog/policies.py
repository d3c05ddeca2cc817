"""What flows and cards need of IAM, from what their cards declare.

Literals of a flow document are known, whatever is mapped is a wildcard: `reports/{{ run.date }}/x`
needs `reports/*/x`, whenever the flow runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from penstock.catalog.card import Card
from penstock.catalog.knowledge import partial_inputs
from penstock.catalog.partial import Partial
from penstock.errors import InvalidInput, Where
from penstock.flows.document import CardUse, FlowDocument
from penstock.flows.mapping import is_template
from penstock.iam.flow_policy import owned_by
from penstock.iam.generation import Need
from penstock.iam.permission import Permission

_OWNER: Final = "expected_bucket_owner"


class CardSource(Protocol):
    """The catalog, as far as needs ask for it."""

    def card(self, card_id: str) -> Card:
        """Raises NotFound."""
        ...


def needs_of_use(card: Card, use: CardUse, *, name: str | None = None) -> list[Need]:
    """What one card of a flow needs; its name there is `name`, or else its id."""
    inputs = partial_inputs(card, use.inputs, {})
    return [Need(permission, name or use.id) for permission in card.permissions(inputs)]


def needs_of_flow(
    document: FlowDocument,
    cards: CardSource,
    *,
    connection: str | None = None,
    owner: str | None = None,
    qualified: bool = False,
) -> list[Need]:
    """What the cards of a flow need, cards inside cards too.

    Args:
        connection: a nickname; only the cards that use it count.
        owner: the account that is expected to own the buckets. S3 permissions are then for its
            resources only, but for cards that name another owner themselves.
        qualified: call cards `flow/id`, where several flows come together.

    Raises:
        NotFound: a card that the catalog does not have.
        InvalidInput: a mapping that cannot be read.
    """
    found: list[Need] = []
    for use in uses_of(document):
        if connection is not None and (use.connection or "").casefold() != connection.casefold():
            continue
        try:
            name = f"{document.flow}/{use.id}" if qualified else use.id
            needs = needs_of_use(cards.card(use.card), use, name=name)
        except InvalidInput as error:
            error.where = Where(document.flow, use.id, error.where.field)
            raise
        account = _owner_of(use.inputs, owner) if owner else None
        found += [_owned(need, account) for need in needs] if account else needs
    return found


def needs_of_card(card: Card) -> list[Need]:
    """What a card may need with any inputs."""
    unknown = Partial.unknown(card.inputs)
    return [Need(permission, card.id) for permission in card.permissions(unknown)]


def uses_of(document: FlowDocument) -> Iterator[CardUse]:
    """Every card of a flow, in order, those inside others after them."""
    return _uses(document.cards)


def _uses(cards: Sequence[CardUse]) -> Iterator[CardUse]:
    for use in cards:
        yield use
        for block in use.blocks.values():
            yield from _uses(block)


def _owned(need: Need, account: str) -> Need:
    return replace(need, permission=_in_account(need.permission, account))


def _in_account(permission: Permission, account: str) -> Permission:
    # An access point's resources may be in another account than the access point.
    plain = permission.resource.startswith("arn:aws:s3:::")
    return owned_by(permission, account) if plain else permission


def _owner_of(inputs: Mapping[str, Any], default: str) -> str | None:
    """The one account whose buckets a card works on; None if it may be several, or any."""
    if set(_owners(inputs)) <= {default}:
        return default
    # Of a copy one side may be another account's: what it needs does not say which is which.
    own = inputs.get(_OWNER)
    return own if isinstance(own, str) and not is_template(own) else None


def _owners(inputs: Mapping[str, Any]) -> Iterator[str]:
    for name, value in inputs.items():
        if name == _OWNER and value:
            yield str(value)
        elif isinstance(value, Mapping):
            yield from _owners(value)
