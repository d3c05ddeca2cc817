"""Why AWS said no, in plain words, and the least that would have to be added, where, by whom.

What AWS tells is taken as it is; what it leaves out is worked out with the evaluator from the
session policy and, where they are known, the role's own policies; what is still open is said to
be open.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from penstock.errors import RoleArnInvalid
from penstock.iam.denial_advice import Advice, advise, bare_hints
from penstock.iam.denial_explanation import Cause, Certainty, DenialExplanation, Place
from penstock.iam.denial_reading import Denial, DenyingKind, read_denial
from penstock.iam.denied_request import Asked, DeniedRequest, denied_request
from penstock.iam.evaluation import PolicySet
from penstock.iam.generation import Need
from penstock.iam.judging import Judge, Judgement
from penstock.iam.kinds import with_article
from penstock.iam.policy import Policy

__all__ = [
    "Asked",
    "Cause",
    "Certainty",
    "Denial",
    "DenialExplanation",
    "Place",
    "explain",
    "read_denial",
]


@dataclass(frozen=True, slots=True)
class _Found:
    """Which kind of policy it was, how sure that is, and what the policies at hand say."""

    kind: DenyingKind | None
    explicit: bool | None
    certainty: Certainty
    session: Judgement | None
    role: Judgement | None


def explain(
    denial: Denial,
    *,
    asked: Asked | None = None,
    needs: Iterable[Need] = (),
    session_policy: Policy | None = None,
    role_policies: Iterable[Policy] | None = None,
    role_arn: str | None = None,
) -> DenialExplanation:
    """What happened and what to do about it.

    `asked` is what was requested, for denials that do not say it. `needs` are those of the
    flow's cards: a statement for one of them is as broad as its card needs it. `session_policy`
    is the one passed for the run (None: none was), `role_policies` the role's own, if known.
    `role_arn` is the role's, with its path; without it the session's name gives it. Never raises.
    """
    request = denied_request(denial, asked, role_arn)
    several = tuple(needs)
    found = _found(denial, request, session_policy, role_policies)
    advice = advise(denial, request, found.kind, several, explicit=bool(found.explicit))
    hints = list(advice.hints)
    if denial.form in ("bare", "plain", "encoded"):
        hints += bare_hints(denial, request, asked)
    if denial.encoded:
        hints.append(
            "AWS sent details in code; who has sts:DecodeAuthorizationMessage can read them: "
            f"aws sts decode-authorization-message --encoded-message {denial.encoded}"
        )
    return DenialExplanation(
        cause=advice.cause,
        happened=_happened(denial, request, found, advice),
        policy_kind=found.kind,
        session=_session(found, session_policy),
        place=advice.place,
        where=advice.where,
        statement=advice.statement,
        certainty="certain" if advice.certain else found.certainty,
        hints=tuple(hints),
    )


def _found(
    denial: Denial,
    request: DeniedRequest,
    session_policy: Policy | None,
    role_policies: Iterable[Policy] | None,
) -> _Found:
    session = _judged((session_policy,), request) if session_policy else None
    role = _judged(tuple(role_policies), request) if role_policies is not None else None
    told = denial.through or denial.policy_kind
    if told is not None:
        return _Found(told, denial.explicit, "certain", session, role)
    by_policy: tuple[tuple[DenyingKind, Judgement | None], ...] = (
        ("identity", role),
        ("session", session),
    )
    for kind, judged in by_policy:
        if judged is not None and judged.verdict == "denied":
            # Where AWS says that a Deny applied, one that merely does not allow was not it.
            if denial.explicit and not judged.explicit:
                continue
            return _Found(kind, judged.explicit, "likely", session, role)
    return _Found(None, denial.explicit, "possible", session, role)


def _judged(policies: tuple[Policy, ...], request: DeniedRequest) -> Judgement | None:
    if request.action is None or request.resource is None or request.role_arn is None:
        return None
    try:
        judge = Judge(PolicySet(policies), request.role_arn)
    except RoleArnInvalid:
        return None
    return judge.judge(request.action, request.pattern)


def _happened(denial: Denial, request: DeniedRequest, found: _Found, advice: Advice) -> str:
    who = (
        f"The role {request.role_name}" if request.role_name else request.principal or "The caller"
    )
    what = request.action or "what was asked"
    on = f" on {request.resource}" if request.resource and request.resource != "*" else ""
    said = f"{who} may not do {what}{on}"
    if advice.happened:
        return advice.happened.format(said=said)
    if denial.through:
        return f"{said}: {with_article('scp')} denies it, and the VPC endpoint handed that on."
    if found.kind is None:
        if found.explicit:
            return f"{said}: a policy denies it explicitly, and AWS does not say which."
        return f"{said}, and AWS does not say why."
    name = "a VPC endpoint policy" if found.kind == "vpc_endpoint" else with_article(found.kind)
    bare = name.split(" ", 1)[1]
    known = "" if denial.policy_kind else "as far as its policies are known, "
    if found.explicit:
        which = f" ({denial.policy_arn})" if denial.policy_arn else ""
        return f"{said}: {known}{name}{which} denies it explicitly."
    return f"{said}: {known}no {bare} allows it."


def _session(found: _Found, policy: Policy | None) -> str:
    if policy is None:
        if found.kind == "session":
            return "Whoever made the session passed a session policy that does not allow it."
        return "No session policy was passed, so it took nothing away."
    if found.session is None:
        return "Whether the run's session policy had a part in it cannot be told."
    verdict = found.session.verdict
    if verdict in ("allowed", "partly"):
        return "The run's session policy allows it, so it took nothing away."
    if verdict == "unknown":
        return "The run's session policy allows it only under conditions not known here."
    role_allows = found.role is not None and found.role.verdict == "allowed"
    if role_allows or found.kind == "session":
        return (
            "The run's session policy does not allow it: no card of the flow declares that it "
            "needs it, so the run may not do it, whatever the role may."
        )
    return "The run's session policy does not allow it either: no card of the flow declares it."
