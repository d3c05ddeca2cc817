"""The one sentence of a decision, for people."""

from collections.abc import Sequence

from penstock.iam.decision import StatementRef
from penstock.iam.finding import Finding
from penstock.iam.kinds import NAMES
from penstock.iam.request import Request
from penstock.iam.variables import Unknown


def _what(request: Request) -> str:
    return f"{request.action} on {request.resource}"


def _which(refs: Sequence[StatementRef]) -> str:
    more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
    return f"{refs[0]}{more}"


def allowed_because(request: Request, refs: Sequence[StatementRef]) -> str:
    """Why it is allowed."""
    if not refs:
        return f"{_what(request)} is allowed: the root user has full access to its account."
    return f"{_what(request)} is allowed by {_which(refs)}."


def denied_because(request: Request, refs: Sequence[StatementRef]) -> str:
    """Which statement denies it explicitly."""
    return f"{_what(request)} is explicitly denied by {_which(refs)}."


def not_allowed_because(request: Request, finding: Finding) -> str:
    """Which kind of policy does not allow it, and what nearly would have."""
    found = f"No {NAMES[finding.kind]} allows {_what(request)}"
    if finding.kind == "trust":
        found = f"The role's trust policy does not let this caller perform {_what(request)}"
    if finding.nearly:
        ref, condition = finding.nearly[0]
        found += f": {ref} would, but its condition {condition} is not met"
    return f"{found}."


def unknown_because(request: Request, doubts: Sequence[Unknown]) -> str:
    """What would have to be known."""
    whys = list(dict.fromkeys(doubt.why for doubt in doubts))
    return f"Whether {_what(request)} is allowed cannot be told: {'; '.join(whys)}."
