"""Session policies: a session can do what the flow's cards declare, however broad the role is."""

from collections.abc import Mapping
from typing import Final

from penstock.catalog.policies import needs_of_use
from penstock.connections.model import Partition
from penstock.engine.plan import Plan
from penstock.iam.generation import Need, SessionPolicy, session_policy

LONGEST: Final = 2048
"""Characters of an inline session policy (STS API Reference, "AssumeRole", Policy)."""


def needs_by_connection(plan: Plan) -> Mapping[str, list[Need]]:
    """What the flow's cards declare, by the connection's nickname.

    Only the document's literals are taken as known, and not what a run's inputs are: so that all
    runs of a version of a flow have the same session policy, and share one session.
    """
    found: dict[str, list[Need]] = {}
    for planned in plan.cards:
        if planned.use.connection is None:
            continue
        needs = found.setdefault(planned.use.connection, [])
        needs += needs_of_use(planned.card, planned.use)
    return found


def narrow(needs: list[Need], partition: Partition) -> SessionPolicy:
    """The session policy that allows these needs; without needs, one that allows nothing."""
    return session_policy(needs, partition=partition, limit=LONGEST)
