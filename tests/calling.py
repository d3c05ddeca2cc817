"""A connector with a card that calls a flow, as tests of the map of flows need it.

The real catalog has none yet. It imports nothing of the tests, so that it can be installed beside a
server by itself.
"""

from typing import Annotated

from penstock.catalog.card import CardModel, CardOutputs, Connector, Ui
from penstock.catalog.context import CardContext

calling = Connector("calling", title="Calling", summary="Cards that call flows.")


class CallInputs(CardModel):
    flow: Annotated[str, Ui(widget="flow")]
    """Which flow."""


class CallOutputs(CardOutputs):
    pass


@calling.card("flow", title="Call Flow", effect="pure", needs_connection=False)
def flow(ctx: CardContext, inputs: CallInputs) -> CallOutputs:
    """Calls a flow."""
    return CallOutputs()
