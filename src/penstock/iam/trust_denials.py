"""Why a role could not be assumed: its trust policy, the caller's own policies, or the request.

STS words nearly all of it alike, and says the same of roles that do not exist. With the trust
policy at hand the evaluator finds the reason; without it the possible reasons are listed.
Sources: IAM user guide, "Troubleshoot IAM roles" and "Troubleshoot access denied error messages".
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from penstock.iam.decision import Decision
from penstock.iam.denial_explanation import Cause, Certainty, DenialExplanation, Place
from penstock.iam.denial_reading import Denial
from penstock.iam.evaluation import PolicySet, evaluate_trust
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.iam.request import Principal, Request
from penstock.iam.statement import Condition, Principals, Statement

_EXTERNAL_ID: Final = "sts:externalid"
_TAGS: Final = frozenset({"sts:TagSession", "sts:SetSourceIdentity"})
_OWNER: Final = "Whoever administers the role's account can change the trust policy."
_SLOW: Final = "A change of a trust policy can take a minute until it counts everywhere."
_ANYTHING: Final = Policy((Statement("Allow", ("*",), ("*",)),))


def explain_trust(
    denial: Denial,
    *,
    role_arn: str,
    caller: Principal,
    external_id: str | None,
    trust: Policy | None = None,
    caller_policies: Iterable[Policy] | None = None,
    role_exists: bool | None = None,
) -> DenialExplanation:
    """Why `caller` could not assume `role_arn` giving `external_id`, and what to do.

    `trust` is the role's trust policy and `caller_policies` the caller's own, where they are
    known, `role_exists` whether the role is there. The statement to add lets in this caller with this external ID and no one else.
    Never raises.
    """
    own = None if caller_policies is None else tuple(caller_policies)
    question = _Question(denial, role_arn, caller, external_id, trust=trust, own=own)
    if role_exists is False:
        return question.missing()
    return question.told() or question.worked_out() or question.open()


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


class _Question:
    def __init__(
        self,
        denial: Denial,
        role_arn: str,
        caller: Principal,
        external_id: str | None,
        *,
        trust: Policy | None,
        own: tuple[Policy, ...] | None,
    ) -> None:
        self.denial = denial
        self.role_arn = role_arn
        self.caller = caller
        self.external_id = external_id
        self.trust = trust
        self.own = own
        self.who = caller.role or caller.arn
        parts = role_arn.split(":")
        self.account = parts[4] if len(parts) > 5 else None
        self.partition = parts[1] if len(parts) > 5 else "aws"

    def missing(self) -> DenialExplanation:
        return self.said(
            "role_missing",
            f"There is no role {self.role_arn}.",
            "trust",
            "Make the role with this trust policy, or correct the ARN: path and name both count.",
            trust_statement(self.caller, self.external_id),
        )

    def told(self) -> DenialExplanation | None:
        """What AWS's message settles by itself."""
        denial = self.denial
        if denial.form == "root":
            return self.said(
                "root_user",
                "The root user of an account cannot assume roles.",
                "platform",
                "Run Penstock as a role or user of its own, not with the root user's keys.",
            )
        if denial.form == "role_chaining":
            return self.said(
                "role_chaining",
                "A role that assumes a role gets at most one hour, and more was asked for.",
                "platform",
                "Ask for 3,600 seconds or less, or run Penstock as a user or on a longer role.",
            )
        if denial.form == "duration":
            return self.said(
                "duration_too_long",
                f"The session asked for is longer than the role {self.role_arn} allows.",
                "settings",
                "Raise the role's maximum session duration to an hour or more, or ask for less.",
            )
        if denial.action in _TAGS:
            actions = ("sts:AssumeRole", denial.action)
            return self.said(
                "session_tags",
                f"The role's trust policy does not let {self.who} perform {denial.action}, which "
                "session tags and source identities need.",
                "trust",
                f"Add this to the role's trust policy, or switch them off. {_OWNER}",
                trust_statement(self.caller, self.external_id, actions),
            )
        kind = denial.through or denial.policy_kind
        if kind in ("scp", "rcp"):
            name = "service" if kind == "scp" else "resource"
            return self.said(
                "denied" if denial.explicit else "not_allowed",
                f"A {name} control policy of the AWS organization does not let {self.who} assume "
                "the role.",
                "organization",
                "Ask whoever administers that organization; for a service control policy it is "
                "that of Penstock's account, for a resource control policy that of the role's.",
            )
        if kind in ("identity", "session", "boundary", "vpc_endpoint"):
            return self.callers_own(explicit=bool(denial.explicit))
        return None

    def callers_own(self, *, explicit: bool) -> DenialExplanation:
        need = Need(Permission("sts:AssumeRole", self.role_arn), "Assume roles")
        kind = self.denial.through or self.denial.policy_kind or "identity"
        happened = f"Penstock's own identity {self.who} may not perform sts:AssumeRole"
        if explicit:
            return self.said(
                "denied",
                f"{happened}: a policy denies it explicitly.",
                "vpc_endpoint" if kind == "vpc_endpoint" else "platform",
                "Narrow that Deny; whoever administers Penstock's account or network can.",
            )
        return self.said(
            "not_allowed",
            f"{happened} on this role.",
            "vpc_endpoint" if kind == "vpc_endpoint" else "platform",
            "Add it to a policy of Penstock's identity; whoever administers Penstock can.",
            policy_for([need], partition=self.partition),
        )

    def worked_out(self) -> DenialExplanation | None:
        """The reason as the evaluator finds it in the trust policy."""
        if self.trust is None:
            return None
        decision = self.decide(self.trust, self.external_id)
        if decision.outcome == "explicit_deny":
            if decision.policy_kind == "identity":
                return self.callers_own(explicit=True)
            return self.said(
                "denied",
                f"The role's trust policy denies it explicitly: {decision.reason}",
                "trust",
                f"Narrow that Deny. {_OWNER}",
                hints=("Adding an Allow does not help: a Deny wins.",),
            )
        if decision.allowed:
            if self.own is None:
                return None
            return self.said(
                "trust_not_told",
                "As far as the policies at hand say, the role can be assumed.",
                "unknown",
                "Wait a minute and try again, then look for a policy of an organization.",
                certain=False,
                hints=(_SLOW,),
            )
        if decision.policy_kind == "identity" and self.own is not None:
            return self.callers_own(explicit=False)
        return self.not_trusted(decision)

    def not_trusted(self, decision: Decision) -> DenialExplanation:
        assert self.trust is not None
        unconditional = _without_conditions(self.trust)
        if not self.decide(unconditional, self.external_id).allowed:
            hints = [_SLOW]
            if any(_is_unique_id(one) for one in _named(self.trust)):
                hints.insert(
                    0,
                    "It names someone by unique ID: a role or user that was deleted. One made "
                    "again under the same name is another; name it anew.",
                )
            return self.said(
                "not_trusted",
                f"The role's trust policy does not name {self.who}.",
                "trust",
                f"Add this statement to it. {_OWNER}",
                trust_statement(self.caller, self.external_id),
                hints=tuple(hints),
            )
        asked = _external_ids(self.trust)
        if asked and self.decide(_without_conditions(self.trust, only=_EXTERNAL_ID), None).allowed:
            shown = " or ".join(asked)
            fix = f"Write this connection's external ID into it. {_OWNER}"
            statement = trust_statement(self.caller, self.external_id)
            if self.external_id is None:
                return self.said(
                    "no_external_id",
                    f"The role's trust policy asks for the external ID {shown}; none was given.",
                    "trust",
                    "Connect with the external ID that the connection shows.",
                    statement,
                )
            return self.said(
                "wrong_external_id",
                f"The role's trust policy asks for the external ID {shown}, and "
                f"{self.external_id} was given.",
                "trust",
                fix,
                statement,
                hints=(_SLOW,),
            )
        return self.said(
            "trust_condition",
            f"The role's trust policy names {self.who}, but a condition of it is not met: "
            f"{decision.reason}",
            "trust",
            f"Change that condition, or add this statement. {_OWNER}",
            trust_statement(self.caller, self.external_id),
            certain=decision.outcome != "unknown",
        )

    def open(self) -> DenialExplanation:
        """Without the trust policy: what it may be, the most common first."""
        told = self.denial.policy_kind == "trust"
        own = f"Penstock's own identity may lack sts:AssumeRole on {self.role_arn}."
        where = f"Compare the role's trust policy with this one. {_OWNER}"
        cause: Cause = "trust_not_told"
        if told and self.denial.explicit:
            return self.said(
                "denied",
                "The role's trust policy denies it explicitly.",
                "trust",
                f"Narrow that Deny. {_OWNER}",
                hints=("Adding an Allow does not help: a Deny wins.",),
            )
        happened = (
            f"The trust policy of {self.role_arn} does not let {self.who} assume it."
            if told
            else f"{self.who} may not assume {self.role_arn}, and STS does not say why."
        )
        given = f"{self.external_id} was given" if self.external_id else "none was given"
        hints = [
            f"The trust policy may ask for another external ID; {given}.",
            f"It may not name {self.who}, nor its account.",
            "There may be no such role: STS says the same then. Compare path and name; both count.",
        ]
        if not told:
            hints += [own, "A policy of either account's AWS organization may forbid it."]
        return self.said(
            cause,
            happened,
            "trust",
            where,
            trust_statement(self.caller, self.external_id),
            certain=False,
            hints=(*hints, _SLOW),
        )

    def decide(self, trust: Policy, external_id: str | None) -> Decision:
        context = {"aws:SecureTransport": ("true",)}
        if external_id is not None:
            context["sts:ExternalId"] = (external_id,)
        action = self.denial.action or "sts:AssumeRole"
        own = (_ANYTHING,) if self.own is None else self.own
        request = Request(self.caller, action, self.role_arn, context, self.account)
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


def _without_conditions(trust: Policy, only: str | None = None) -> Policy:
    """The trust policy without conditions of its Allow statements, or without those on a key."""

    def change(one: Statement) -> Statement:
        if one.effect == "Deny":
            return one
        left = tuple(c for c in one.conditions if only is not None and c.key.lower() != only)
        return replace(one, conditions=left)

    return replace(trust, statements=tuple(change(one) for one in trust.statements))


def _external_ids(trust: Policy) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            value
            for statement in trust.statements
            if statement.effect == "Allow"
            for one in statement.conditions
            if one.key.lower() == _EXTERNAL_ID
            for value in one.values
        )
    )


def _named(trust: Policy) -> Iterable[str]:
    for statement in trust.statements:
        if statement.principals is not None:
            yield from statement.principals.aws


def _is_unique_id(name: str) -> bool:
    return name.startswith(("AROA", "AIDA")) and ":" not in name
