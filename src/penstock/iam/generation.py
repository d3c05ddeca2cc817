"""The least policy that lets cards do their work, for a role and for a session.

Both say what the cards' permissions say, merged: readable for the person who attaches the one
to a role, short for AssumeRole, which takes 2,048 characters of the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from penstock.errors import InvalidInput
from penstock.iam.coarsening import coarsen
from penstock.iam.grants import Grant, distinct, grant, statements
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.iam.statement import Statement

SESSION_POLICY_LIMIT: Final = 2048  # characters of the Policy parameter of AssumeRole

# A session policy has to have a statement; this one adds nothing to "nothing is allowed".
_NOTHING: Final = (Statement("Deny", ("*",), ("*",)),)


@dataclass(frozen=True, slots=True)
class Need:
    """A permission, and the name of the card that needs it.

    `inputs` are the card's inputs that make it need it; none if it always does.
    """

    permission: Permission
    card: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """The text of a session policy; `coarsened` says in sentences what was made broader."""

    text: str
    coarsened: tuple[str, ...] = ()


def policy_for(needs: Iterable[Need], *, partition: str = "aws") -> Policy:
    """The identity-based policy that allows `needs` and nothing else, optional ones too.

    The same needs give the same policy, in whatever order they come. Each Sid names the cards
    that its statement is for. Without needs it denies everything.
    """
    return Policy(statements(_grants(needs, partition)) or _NOTHING)


def session_policy(
    needs: Iterable[Need], *, partition: str = "aws", limit: int = SESSION_POLICY_LIMIT
) -> SessionPolicy:
    """A session policy of at most `limit` characters that allows `needs`.

    If they do not fit, resources are made broader first, then actions; the session stays within
    what its role allows in any case. Raises InvalidInput for a limit that nothing fits.
    """
    found = coarsen(_grants(needs, partition), lambda grants: len(_text(grants)) <= limit)
    if found is None:
        raise InvalidInput(
            f"No session policy fits in {limit} characters",
            hint=f"AssumeRole takes {SESSION_POLICY_LIMIT:,}.",
        )
    return SessionPolicy(_text(found.grants), found.said)


def _grants(needs: Iterable[Need], partition: str) -> list[Grant]:
    return distinct(grant(need.permission, need.card, partition) for need in needs)


def _text(grants: list[Grant]) -> str:
    return Policy(statements(grants, sids=False) or _NOTHING, "session").text(indent=None)
