"""A connector of cards that hold others, as tests of nested cards need them.

Nothing of it runs: what runs such cards is the engine's, and they are of the real catalog. It
imports nothing of the tests, so that it can be installed beside a server by itself.
"""

from typing import Annotated, Any

from pydantic import Field

from penstock.catalog.card import Block, CardModel, CardOutputs, Connector, ItemOf
from penstock.catalog.context import CardContext

holding = Connector("holding", title="Holding", summary="Cards that hold other cards.")


class EachInputs(CardModel):
    items: list[Any]
    """What to go through."""

    at_once: int = Field(default=1, ge=1, le=100)
    """How many at once."""


class EachGives(CardOutputs):
    item: Annotated[Any, ItemOf("items")]
    """The item that is being worked on."""

    index: int
    """Its place, from 0."""


class EachOutputs(CardOutputs):
    count: int
    """How many there were."""

    failed: int
    """How many failed."""


@holding.card(
    "each",
    title="For Each",
    effect="pure",
    needs_connection=False,
    blocks=(
        Block(
            "do",
            title="For each item",
            help="What happens to each item.",
            required=True,
            repeated=True,
            gives=EachGives,
        ),
    ),
)
def each(ctx: CardContext, inputs: EachInputs) -> EachOutputs:
    """Does the same with every item of a list."""
    raise NotImplementedError


class EitherInputs(CardModel):
    condition: bool
    """Whether to go the first way."""


class EitherOutputs(CardOutputs):
    went: str
    """Which way it went."""


@holding.card(
    "either",
    title="If",
    effect="pure",
    needs_connection=False,
    blocks=(
        Block("then", title="Then", help="If the condition holds.", required=True),
        Block("else", title="Else", help="If it does not."),
    ),
)
def either(ctx: CardContext, inputs: EitherInputs) -> EitherOutputs:
    """Goes one of two ways."""
    raise NotImplementedError


class SayInputs(CardModel):
    text: str
    """What to say."""

    times: int = 1
    """How often."""


class SayOutputs(CardOutputs):
    said: str
    """What was said."""

    count: int
    """How many letters."""

    quiet: bool | None = None
    """Whether nobody heard it."""

    words: list[str] = Field(default_factory=list)
    """Its words."""


@holding.card("say", title="Say", effect="pure", needs_connection=False)
def say(ctx: CardContext, inputs: SayInputs) -> SayOutputs:
    """Says something."""
    text = inputs.text * inputs.times
    return SayOutputs(said=text, count=len(text), words=text.split())
