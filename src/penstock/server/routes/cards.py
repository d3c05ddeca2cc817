"""`/cards`: the catalog."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from penstock.catalog.card import Card
from penstock.catalog.partial import UNKNOWN, Partial
from penstock.server.authority import needs
from penstock.server.bodies import (
    CardBlock,
    CardDetail,
    CardExample,
    CardPermission,
    CardSummary,
)
from penstock.server.dependencies import Served, problems
from penstock.server.paging import Cursor, Limit, Page, page_of

router = APIRouter(prefix="/cards", tags=["cards"])


@router.get("", summary="List cards", responses=problems())
@needs("read")
def list_cards(
    served: Served,
    connector: Annotated[str | None, Query(description="Only of this connector.")] = None,
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Page[CardSummary]:
    """By id."""
    found = [
        CardSummary(**_summary(each))
        for each in served.catalog.cards()
        if connector is None or each.connector == connector
    ]
    return page_of(found, lambda each: each.id, limit=limit, cursor=cursor)


@router.get("/{card_id}", summary="Show a card", responses=problems(404))
@needs("read")
def show(card_id: str, served: Served) -> CardDetail:
    """Its schemas, help, examples, and the permissions it may need."""
    card = served.catalog.card(card_id)
    signature = served.catalog.signature(card_id)
    assert signature is not None
    unknown = Partial(dict.fromkeys(card.inputs.model_fields, UNKNOWN), card.inputs)
    permissions = {
        (each.action, each.resource): CardPermission(
            action=each.action, resource=each.resource, optional=each.optional
        )
        for each in card.permissions(unknown)
    }
    return CardDetail(
        **_summary(card),
        help=card.help,
        needs_connection=card.needs_connection,
        operations=list(card.operations),
        inputs=dict(signature.inputs),
        outputs=dict(signature.outputs),
        blocks=[CardBlock(**asdict(each)) for each in signature.blocks],
        permissions=list(permissions.values()),
        examples=[
            CardExample(title=each.title, inputs=dict(each.inputs)) for each in card.examples
        ],
    )


def _summary(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "kind": card.kind,
        "effect": card.effect,
        "summary": card.summary,
        "connector": card.connector,
        "holds": bool(card.blocks),
    }
