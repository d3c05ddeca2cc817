"""`/flows/excerpt`: what a test of one card asks for, and what is known of it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from penstock.flows.blocks import every_use
from penstock.flows.document import InputType
from penstock.server.authority import needs
from penstock.server.bodies import FlowText
from penstock.server.dependencies import Served, problems

router = APIRouter(prefix="/flows", tags=["flows"])


class ExcerptOf(FlowText):
    """A document, kept or not, and the id of one of its cards. The other cards may be wrong."""

    card: Annotated[str, Field(min_length=1, max_length=63)]


class ExcerptInput(BaseModel):
    """A value that the card takes from elsewhere in the flow.

    `reference` is what it takes, as in `find.objects[0].key`. `value` is what that was in `run`,
    one of the flow's newest; both are null if it is not known. A file of it is given as that run's.
    """

    name: str
    reference: str
    type: InputType
    title: str | None
    help: str | None
    required: bool
    default: Any
    secret: bool
    value: Any
    run: str | None


class CardExcerpt(BaseModel):
    """What a test of one card runs.

    `along` are earlier cards that are run before it, because it takes files of theirs; `destroys`
    are those of all its cards that delete.
    """

    flow: str
    card: str
    inputs: list[ExcerptInput]
    along: list[str]
    destroys: list[str]


@router.post("/excerpt", summary="What a test of one card asks for", responses=problems(404))
@needs("read")
def excerpt(body: ExcerptOf, served: Served) -> CardExcerpt:
    """The values that it takes from earlier cards, each with what it was in the newest runs.

    Keeps and runs nothing: `POST /runs` with the same `card` runs it.
    """
    found = served.flows.excerpt(body.text, body.card)
    known = served.runs.samples(found.document.flow, found)
    inputs = [
        ExcerptInput(
            name=name,
            reference=found.taken[name].name,
            **asked.model_dump(include={"type", "title", "help", "required", "default", "secret"}),
            value=known[name].value if name in known else None,
            run=known[name].run_id if name in known else None,
        )
        for name, asked in found.document.start.inputs.items()
    ]
    uses = [use for use, _ in every_use(found.document.cards, ())]
    return CardExcerpt(
        flow=found.document.flow,
        card=found.card,
        inputs=inputs,
        along=list(found.along),
        destroys=[use.id for use in uses if served.catalog.card(use.card).effect == "destroy"],
    )
