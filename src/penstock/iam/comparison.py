"""Whether given policies are what cards need: too much, too little, or just right.

Every verdict is the evaluator's, for a session of the role; patterns are judged by requests that
stand for them (see `samples`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from penstock.iam.evaluation import PolicySet
from penstock.iam.excess import Excess, excesses
from penstock.iam.generation import Need
from penstock.iam.grants import Grant, grant
from penstock.iam.judging import Judge, Judgement, Verdict
from penstock.iam.policy import Policy

CardVerdict = Literal["works", "partly", "fails", "unknown"]


@dataclass(frozen=True, slots=True)
class PermissionVerdict:
    """One permission that a card needs, and what the policies say of it.

    `action`, `resource` are as the role's partition has them. `optional`: the card succeeds
    without it. `inputs`: the inputs with which it is needed, none if it always is.
    """

    action: str
    resource: str
    optional: bool
    judgement: Judgement
    inputs: tuple[str, ...] = ()

    @property
    def always(self) -> bool:
        """Whether the card cannot do without it, whatever its inputs."""
        return not self.optional and not self.inputs

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        found = self.judgement
        return {
            "action": self.action,
            "resource": self.resource,
            "optional": self.optional,
            "inputs": list(self.inputs),
            "verdict": found.verdict,
            "statements": [
                {"kind": one.kind, "policy": one.policy, "sid": one.sid, "index": one.index}
                for one in found.statements
            ],
            "missing_keys": list(found.missing_keys),
            "reason": found.reason,
        }


@dataclass(frozen=True, slots=True)
class CardComparison:
    """What becomes of one card under the policies.

    `works`: all it needs is allowed. `fails`: something it always needs is denied. `partly`:
    something is denied that is optional or needed with certain inputs only, or allowed for a part
    of the resources only. `unknown`: some of it cannot be told.
    """

    card: str
    verdict: CardVerdict
    permissions: tuple[PermissionVerdict, ...]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        return {
            "card": self.card,
            "verdict": self.verdict,
            "reason": self.reason,
            "permissions": [one.as_dict() for one in self.permissions],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Card by card in the order of the needs; then what is granted beyond them."""

    cards: tuple[CardComparison, ...]
    too_much: tuple[Excess, ...]

    @property
    def too_little(self) -> tuple[PermissionVerdict, ...]:
        """What cards need and the policies do not surely allow, each once."""
        return self._permissions(allowed=False)

    @property
    def enough(self) -> tuple[PermissionVerdict, ...]:
        """What cards need and the policies allow, each once."""
        return self._permissions(allowed=True)

    @property
    def just_right(self) -> bool:
        """Whether the policies grant all that is needed and nothing else."""
        return not self.too_much and not self.too_little

    def _permissions(self, *, allowed: bool) -> tuple[PermissionVerdict, ...]:
        found: dict[tuple[str, str, str], PermissionVerdict] = {}
        for card in self.cards:
            for one in card.permissions:
                if (one.judgement.verdict == "allowed") is allowed:
                    found.setdefault((one.action, one.resource, one.judgement.reason), one)
        return tuple(found.values())

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        return {
            "just_right": self.just_right,
            "cards": [one.as_dict() for one in self.cards],
            "too_much": [one.as_dict() for one in self.too_much],
            "too_little": [one.as_dict() for one in self.too_little],
        }


def compare(
    needs: Iterable[Need],
    policies: PolicySet | Iterable[Policy],
    *,
    role_arn: str,
    context: Mapping[str, tuple[str, ...]] | None = None,
) -> Comparison:
    """What `policies` (a set, or the role's identity-based ones) make of the cards' `needs`.

    Needs are written for partition `aws` and moved to the role's. The role's account is taken
    to own all resources. `context` are keys known of every request (`aws:RequestedRegion`);
    what else a condition asks for makes a verdict unknown. Raises RoleArnInvalid.
    """
    given = policies if isinstance(policies, PolicySet) else PolicySet(tuple(policies))
    judge = Judge(given, role_arn, context)
    partition = role_arn.split(":", 2)[1]
    by_card: dict[str, dict[tuple[Grant, bool, tuple[str, ...]], None]] = {}
    grants: dict[Grant, None] = {}
    for need in needs:
        one = grant(need.permission, "", partition)
        by_card.setdefault(need.card, {})[one, need.permission.optional, need.inputs] = None
        grants[one] = None
    judged = {one: judge.judge(one.action, one.resource, one.conditions) for one in grants}
    cards = tuple(
        _card(
            card,
            tuple(
                PermissionVerdict(g.action, g.resource, optional, judged[g], inputs)
                for g, optional, inputs in several
            ),
        )
        for card, several in by_card.items()
    )
    return Comparison(cards, excesses(tuple(grants), judge))


_ORDER: Final[tuple[tuple[bool, Verdict, CardVerdict], ...]] = (
    (True, "denied", "fails"),
    (True, "partly", "partly"),
    (True, "unknown", "unknown"),
    (False, "denied", "partly"),
    (False, "partly", "partly"),
    (False, "unknown", "unknown"),
)


def _card(card: str, permissions: tuple[PermissionVerdict, ...]) -> CardComparison:
    # What matters most decides, and of that the first: what is optional comes last.
    ordered = sorted(permissions, key=lambda one: one.optional)
    for always, found, verdict in _ORDER:
        for one in ordered:
            if one.always is always and one.judgement.verdict == found:
                return CardComparison(card, verdict, permissions, _why(one))
    said = "Everything it needs is allowed." if permissions else "It needs no permission."
    return CardComparison(card, "works", permissions, said)


def _why(one: PermissionVerdict) -> str:
    if one.inputs:
        return f"With {' or '.join(one.inputs)}: {one.judgement.reason}"
    return f"Not always needed: {one.judgement.reason}" if one.optional else one.judgement.reason
