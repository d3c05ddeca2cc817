"""Cards inside cards: walking them, and what they can refer to of the card that holds them."""

from collections.abc import Iterator, Sequence
from typing import Final

from penstock.errors import InvalidInput
from penstock.flows.document import CardUse
from penstock.flows.mapping import is_template
from penstock.flows.scope import Scope
from penstock.flows.signature import BlockSignature
from penstock.flows.template import parse_text
from penstock.flows.types import ANY, Path, Type

MAX_HELD: Final = 8
"""How deep cards may stand inside cards."""

_ITEM_OF: Final = "x-penstock-item-of"


def every_use(cards: Sequence[CardUse], path: Path) -> Iterator[tuple[CardUse, Path]]:
    """Every card with its path, those inside a card after it."""
    for at, use in enumerate(cards):
        yield use, (*path, at)
        for name, inner in use.blocks.items():
            yield from every_use(inner, (*path, at, "blocks", name))


def ids_inside(use: CardUse) -> Iterator[str]:
    """The ids of the cards that a card holds, at any depth."""
    for inner in use.blocks.values():
        yield from (one.id for one, _ in every_use(inner, ()))


def given_inside(use: CardUse, block: BlockSignature, scope: Scope) -> Type | None:
    """What the cards of a block can refer to by the id of `use`, which holds it; None if nothing.

    Args:
        scope: the one in which the inputs of `use` stand.
    """
    if block.gives is None:
        return None
    items = {
        name: item
        for name, schema in block.gives.get("properties", {}).items()
        if (source := schema.get(_ITEM_OF)) and (item := _item(use, source, scope))
    }
    return Type.of(block.gives).with_fields(items)


def _item(use: CardUse, source: str, scope: Scope) -> Type | None:
    """The type of an item of an input; None if it is not known."""
    value = use.inputs.get(source)
    if is_template(value):
        try:
            lone = parse_text(value).lone
        except InvalidInput:
            return None
        given = scope.type_of(lone)[0] if lone else ANY
    elif isinstance(value, list) and not any(is_template(one) for one in value):
        given = Type.of_value(value)
    else:
        return None
    return given.item()
