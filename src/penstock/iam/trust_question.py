"""The question why a role could not be assumed: what is known, and what the evaluator answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from penstock.iam.decision import Decision
from penstock.iam.denial_explanation import Cause, Certainty, DenialExplanation, Place
from penstock.iam.denial_reading import Denial
from penstock.iam.evaluation import PolicySet, evaluate_trust
from penstock.iam.policy import Policy
from penstock.iam.request import Principal, Request
from penstock.iam.statement import Condition, Principals, Statement

EXTERNAL_ID: Final = "sts:externalid"
_ANYTHING: Final = Policy((Statement("Allow", ("*",), ("*",)),))


@dataclass(frozen=True)
class TrustQuestion:
    """Who asked for which role with which external ID, and the policies that are known."""

    denial: Denial
    role_arn: str
    caller: Principal
    external_id: str | None
    trust: Policy | None
    own: tuple[Policy, ...] | None

    @property
    def who(self) -> str:
        """Whom a trust policy would name."""
        return self.caller.role or self.caller.arn

    @property
    def partition(self) -> str:
        """The role's partition."""
        parts = self.role_arn.split(":")
        return parts[1] if len(parts) > 5 else "aws"

    def statement(self) -> Policy:
        """What the role's trust policy would have to say."""
        return trust_statement(self.caller, self.external_id)

    def decide(self, trust: Policy) -> Decision:
        """What `trust` says to this caller. Where Penstock calls from counts as unknown."""
        parts = self.role_arn.split(":")
        context = {"aws:SecureTransport": ("true",)}
        if self.external_id is not None:
            context["sts:ExternalId"] = (self.external_id,)
        known = {EXTERNAL_ID, *(key.lower() for key in context)}
        action = self.denial.action or "sts:AssumeRole"
        request = Request(
            self.caller,
            action,
            self.role_arn,
            context,
            (parts[4] if len(parts) > 5 else None) or None,
            frozenset(key for key in _keys(trust) if key not in known),
        )
        own = (_ANYTHING,) if self.own is None else self.own
        return evaluate_trust(request, trust, PolicySet(own))

    def said(
        self,
        cause: Cause,
        happened: str,
        place: Place,
        where: str,
        statement: Policy | None = None,
        *,
        certain: bool = True,
        hints: tuple[str, ...] = (),
    ) -> DenialExplanation:
        kind = self.denial.through or self.denial.policy_kind
        if kind is None and place == "trust":
            kind = "trust" if certain else None
        sure = self.denial.policy_kind is not None or self.trust is None
        certainty: Certainty = (
            "certain" if certain and sure else "likely" if certain else "possible"
        )
        return DenialExplanation(
            cause,
            happened,
            kind,
            "A session policy has no part in assuming a role.",
            place,
            where,
            statement,
            certainty,
            hints,
        )


def trust_statement(
    caller: Principal, external_id: str | None, actions: tuple[str, ...] = ("sts:AssumeRole",)
) -> Policy:
    """The trust policy that lets `caller` in with `external_id`, and no one else."""
    who = caller.role or caller.arn
    test = (Condition("StringEquals", "sts:ExternalId", (external_id,)),) if external_id else ()
    statement = Statement(
        "Allow", actions, None, Principals(aws=(who,)), test, sid="PenstockAssumesThisRole"
    )
    return Policy((statement,), "trust")


def with_conditions(trust: Policy, keys: tuple[str, ...]) -> Policy:
    """The trust policy with only those conditions of its Allow statements that are on `keys`."""

    def change(one: Statement) -> Statement:
        if one.effect == "Deny":
            return one
        return replace(one, conditions=tuple(c for c in one.conditions if c.key.lower() in keys))

    return replace(trust, statements=tuple(change(one) for one in trust.statements))


def external_ids(trust: Policy) -> tuple[str, ...]:
    """The external IDs that a trust policy asks for."""
    return tuple(
        dict.fromkeys(
            value
            for statement in trust.statements
            if statement.effect == "Allow"
            for one in statement.conditions
            if one.key.lower() == EXTERNAL_ID
            for value in one.values
        )
    )


def names_the_deleted(trust: Policy) -> bool:
    """Whether a unique ID stands for someone: so IAM shows principals that are gone."""
    return any(
        name.startswith(("AROA", "AIDA")) and ":" not in name
        for statement in trust.statements
        if statement.principals is not None
        for name in statement.principals.aws
    )


def _keys(trust: Policy) -> Iterator[str]:
    for statement in trust.statements:
        yield from (one.key.lower() for one in statement.conditions)
