"""What an evaluation answers: the outcome, who decided it, and one sentence that says why."""

from dataclasses import dataclass
from typing import Any, Literal

from penstock.iam.kinds import NAMES, PolicyKind

Outcome = Literal["allowed", "explicit_deny", "implicit_deny", "unknown"]


@dataclass(frozen=True, slots=True)
class StatementRef:
    """Which statement: the policy's kind and name (if it has one), Sid, and index from 0."""

    kind: PolicyKind
    policy: str | None
    sid: str | None
    index: int

    def __str__(self) -> str:
        which = f'"{self.sid}"' if self.sid else f"{self.index + 1}"
        policy = f' "{self.policy}"' if self.policy else ""
        return f"statement {which} of the {NAMES[self.kind]}{policy}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request.

    `policy_kind` is the kind of policy that decided: that allowed it, that denies it explicitly,
    or that failed to allow it; for `unknown` the kind in doubt. `statements` are those that
    decided; for an implicit denial those that would have allowed, had their conditions been met.
    `missing_keys` are the context keys that would settle what is unknown.
    """

    outcome: Outcome
    policy_kind: PolicyKind | None
    statements: tuple[StatementRef, ...]
    missing_keys: tuple[str, ...]
    reason: str

    @property
    def allowed(self) -> bool:
        """Whether the request goes through, for sure."""
        return self.outcome == "allowed"

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        return {
            "outcome": self.outcome,
            "allowed": self.allowed,
            "policy_kind": self.policy_kind,
            "statements": [
                {"kind": one.kind, "policy": one.policy, "sid": one.sid, "index": one.index}
                for one in self.statements
            ],
            "missing_keys": list(self.missing_keys),
            "reason": self.reason,
        }
