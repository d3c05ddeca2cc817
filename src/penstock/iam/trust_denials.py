"""Why a role could not be assumed: its trust policy, the caller's own policies, or the request.

STS words nearly all of it alike, and says the same of roles that do not exist. With the trust
policy at hand the evaluator finds the reason; without it the possible reasons are listed.
Sources: IAM user guide, "Troubleshoot IAM roles" and "Troubleshoot access denied error messages".
"""

from collections.abc import Iterable
from typing import Final

from penstock.iam.decision import Decision
from penstock.iam.denial_explanation import Cause, DenialExplanation
from penstock.iam.denial_reading import Denial
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.iam.request import Principal
from penstock.iam.trust_question import (
    EXTERNAL_ID,
    TrustQuestion,
    external_ids,
    names_the_deleted,
    trust_statement,
    with_conditions,
)

__all__ = ["explain_trust", "trust_statement"]

_TAGS: Final = frozenset({"sts:TagSession", "sts:SetSourceIdentity"})
_OWNER: Final = "Whoever administers the role's account can change the trust policy."
_SLOW: Final = "A change of a trust policy can take a minute until it counts everywhere."


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
    known; `role_exists` whether the role is there. The statement to add lets in this caller with
    this external ID and no one else.
    Never raises.
    """
    own = None if caller_policies is None else tuple(caller_policies)
    question = TrustQuestion(denial, role_arn, caller, external_id, trust, own)
    if role_exists is False:
        return _missing(question)
    return _told(question) or _worked_out(question) or _open(question)


def _missing(question: TrustQuestion) -> DenialExplanation:
    return question.said(
        "role_missing",
        f"There is no role {question.role_arn}.",
        "trust",
        "Make the role with this trust policy, or correct the ARN: path and name both count.",
        question.statement(),
    )


def _told(question: TrustQuestion) -> DenialExplanation | None:
    """What AWS's message settles by itquestion."""
    denial = question.denial
    if denial.form == "root":
        return question.said(
            "root_user",
            "The root user of an account cannot assume roles.",
            "platform",
            "Run Penstock as a role or user of its own, not with the root user's keys.",
        )
    if denial.form == "role_chaining":
        return question.said(
            "role_chaining",
            "A role that assumes a role gets at most one hour, and more was asked for.",
            "platform",
            "Ask for 3,600 seconds or less, or run Penstock as a user or on a longer role.",
        )
    if denial.form == "duration":
        return question.said(
            "duration_too_long",
            f"The session asked for is longer than the role {question.role_arn} allows.",
            "settings",
            "Raise the role's maximum session duration to an hour or more, or ask for less.",
        )
    if denial.action in _TAGS:
        actions = ("sts:AssumeRole", denial.action)
        return question.said(
            "session_tags",
            f"The role's trust policy does not let {question.who} perform {denial.action}, which "
            "session tags and source identities need.",
            "trust",
            f"Add this to the role's trust policy, or switch them off. {_OWNER}",
            trust_statement(question.caller, question.external_id, actions),
        )
    kind = denial.through or denial.policy_kind
    if kind in ("scp", "rcp"):
        name = "service" if kind == "scp" else "resource"
        return question.said(
            "denied" if denial.explicit else "not_allowed",
            f"A {name} control policy of the AWS organization does not let {question.who} assume "
            "the role.",
            "organization",
            "Ask whoever administers that organization; for a service control policy it is "
            "that of Penstock's account, for a resource control policy that of the role's.",
        )
    if kind in ("identity", "session", "boundary", "vpc_endpoint"):
        return _callers_own(question, explicit=bool(denial.explicit))
    return None


def _callers_own(question: TrustQuestion, *, explicit: bool) -> DenialExplanation:
    need = Need(Permission("sts:AssumeRole", question.role_arn), "Assume roles")
    kind = question.denial.through or question.denial.policy_kind or "identity"
    happened = f"Penstock's own identity {question.who} may not perform sts:AssumeRole"
    if explicit:
        return question.said(
            "denied",
            f"{happened}: a policy denies it explicitly.",
            "vpc_endpoint" if kind == "vpc_endpoint" else "platform",
            "Narrow that Deny; whoever administers Penstock's account or network can.",
        )
    return question.said(
        "not_allowed",
        f"{happened} on this role.",
        "vpc_endpoint" if kind == "vpc_endpoint" else "platform",
        "Add it to a policy of Penstock's identity; whoever administers Penstock can.",
        policy_for([need], partition=question.partition),
    )


def _worked_out(question: TrustQuestion) -> DenialExplanation | None:
    """The reason as the evaluator finds it in the trust policy."""
    if question.trust is None:
        return None
    decision = question.decide(question.trust)
    if decision.outcome == "explicit_deny":
        if decision.policy_kind == "identity":
            return _callers_own(question, explicit=True)
        return question.said(
            "denied",
            f"The role's trust policy denies it explicitly: {decision.reason}",
            "trust",
            f"Narrow that Deny. {_OWNER}",
            hints=("Adding an Allow does not help: a Deny wins.",),
        )
    if decision.allowed:
        return _trusted(question)
    if decision.policy_kind == "identity" and question.own is not None:
        return _callers_own(question, explicit=False)
    return _not_met(question, decision)


def _trusted(question: TrustQuestion) -> DenialExplanation:
    """The trust policy lets the caller in, so it is something else."""
    if question.own is not None:
        return question.said(
            "trust_not_told",
            "As far as the policies at hand say, the role can be assumed.",
            "unknown",
            "Wait a minute and try again, then look for a policy of an organization.",
            certain=False,
            hints=(_SLOW,),
        )
    need = Need(Permission("sts:AssumeRole", question.role_arn), "Assume roles")
    return question.said(
        "trust_not_told",
        f"The role's trust policy lets {question.who} in with this external ID, so something else "
        "says no.",
        "platform",
        "See that Penstock's own identity may assume the role: it needs this statement.",
        policy_for([need], partition=question.partition),
        certain=False,
        hints=("A policy of either account's AWS organization may forbid it.", _SLOW),
    )


def _not_met(question: TrustQuestion, decision: Decision) -> DenialExplanation:
    """What of the trust policy this caller does not meet."""
    trust = question.trust or Policy((), "trust")
    if question.decide(with_conditions(trust, ())).outcome == "implicit_deny":
        hints = [_SLOW]
        if names_the_deleted(trust):
            hints.insert(
                0,
                "It names someone by unique ID: a role or user that was deleted. One made "
                "again under the same name is another; name it anew.",
            )
        return question.said(
            "not_trusted",
            f"The role's trust policy does not name {question.who}.",
            "trust",
            f"Add this statement to it. {_OWNER}",
            question.statement(),
            hints=tuple(hints),
        )
    if not question.decide(with_conditions(trust, (EXTERNAL_ID,))).allowed:
        return _not_this_id(question, " or ".join(external_ids(trust)))
    if decision.outcome == "unknown":
        return question.said(
            "trust_condition",
            f"The role's trust policy names {question.who}, and has a condition that cannot be "
            f"judged here: {', '.join(decision.missing_keys) or decision.reason}.",
            "trust",
            f"Compare that condition with how Penstock calls, or add this statement. {_OWNER}",
            question.statement(),
            certain=False,
        )
    return question.said(
        "trust_condition",
        f"The role's trust policy names {question.who}, but a condition of it is not met: "
        f"{decision.reason}",
        "trust",
        f"Change that condition, or add this statement. {_OWNER}",
        question.statement(),
    )


def _not_this_id(question: TrustQuestion, asked: str) -> DenialExplanation:
    if question.external_id is None:
        return question.said(
            "no_external_id",
            f"The role's trust policy asks for the external ID {asked}; none was given.",
            "trust",
            "Connect with the external ID that the connection shows.",
            question.statement(),
        )
    return question.said(
        "wrong_external_id",
        f"The role's trust policy asks for the external ID {asked}, and "
        f"{question.external_id} was given.",
        "trust",
        f"Write this connection's external ID into it. {_OWNER}",
        question.statement(),
        hints=(_SLOW,),
    )


def _open(question: TrustQuestion) -> DenialExplanation:
    """Without the trust policy: what it may be, the most common first."""
    told = question.denial.policy_kind == "trust"
    own = f"Penstock's own identity may lack sts:AssumeRole on {question.role_arn}."
    where = f"Compare the role's trust policy with this one. {_OWNER}"
    cause: Cause = "trust_not_told"
    if told and question.denial.explicit:
        return question.said(
            "denied",
            "The role's trust policy denies it explicitly.",
            "trust",
            f"Narrow that Deny. {_OWNER}",
            hints=("Adding an Allow does not help: a Deny wins.",),
        )
    happened = (
        f"The trust policy of {question.role_arn} does not let {question.who} assume it."
        if told
        else f"{question.who} may not assume {question.role_arn}, and STS does not say why."
    )
    given = f"{question.external_id} was given" if question.external_id else "none was given"
    hints = [
        f"The trust policy may ask for another external ID; {given}.",
        f"It may not name {question.who}, nor its account.",
        "There may be no such role: STS says the same then. Compare path and name; both count.",
    ]
    if not told:
        hints += [own, "A policy of either account's AWS organization may forbid it."]
    return question.said(
        cause,
        happened,
        "trust",
        where,
        question.statement(),
        certain=False,
        hints=(*hints, _SLOW),
    )
