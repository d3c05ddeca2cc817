"""The answer of the denial explainer."""

from dataclasses import dataclass
from typing import Any, Literal

from penstock.iam.denial_reading import DenyingKind
from penstock.iam.policy import Policy

Certainty = Literal["certain", "likely", "possible"]
Place = Literal[
    "role",
    "session",
    "boundary",
    "bucket",
    "key",
    "resource",
    "trust",
    "platform",
    "organization",
    "vpc_endpoint",
    "settings",
    "unknown",
]
Cause = Literal[
    "not_allowed",
    "denied",
    "key_unusable",
    "public_access_blocked",
    "object_locked",
    "not_told",
    "no_external_id",
    "wrong_external_id",
    "not_trusted",
    "trust_condition",
    "role_missing",
    "session_tags",
    "root_user",
    "duration_too_long",
    "role_chaining",
    "trust_not_told",
]


@dataclass(frozen=True, slots=True)
class DenialExplanation:
    """Why AWS said no and what to do.

    `happened` is one sentence. `policy_kind` is the kind of policy that said no, None if that is
    open or none did. `session` says what of it the run's session policy did. `statement` is the
    least to add, ready to paste (a policy of its own with one statement or a few); None if
    adding does not help. `place` and `where` say to what, and who can. `certainty` is how sure
    the cause is: `certain` AWS said so, `likely` the known policies say so, `possible` it is one
    of several (`hints` has the others).
    """

    cause: Cause
    happened: str
    policy_kind: DenyingKind | None
    session: str
    place: Place
    where: str
    statement: Policy | None
    certainty: Certainty
    hints: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        return {
            "cause": self.cause,
            "happened": self.happened,
            "policy_kind": self.policy_kind,
            "session": self.session,
            "place": self.place,
            "where": self.where,
            "statement": self.statement.as_dict() if self.statement else None,
            "certainty": self.certainty,
            "hints": list(self.hints),
        }

    def text(self) -> str:
        """All of it for a terminal or a run's history; the statement as JSON at the end."""
        lines = [self.happened, self.session, self.where, *self.hints]
        if self.statement:
            lines.append(self.statement.text())
        return "\n".join(line for line in lines if line)
