"""Would AWS allow this request? The complete logic, with the reason.

"Policy evaluation logic", "Cross-account policy evaluation logic" and "Resource control
policies (RCPs)". Deny wins; every policy that limits has to allow; somebody has to grant. What
cannot be told is `unknown`, and nothing unknown is ever allowed. Evaluation does not raise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from penstock.iam.decision import Decision, StatementRef
from penstock.iam.finding import Finding, RequestFacts, find
from penstock.iam.kinds import PolicyKind
from penstock.iam.policy import Policy
from penstock.iam.reasons import (
    allowed_because,
    denied_because,
    not_allowed_because,
    unknown_because,
)
from penstock.iam.request import Principal, Request
from penstock.iam.truth import Truth, both, every, some
from penstock.iam.variables import Unknown

Level = Policy | tuple[Policy, ...]


@dataclass(frozen=True)
class PolicySet:
    """The policies that count for a request.

    `identity`: the caller's, his groups' too; they allow together. `session`: the policy or
    policies passed when the session was made, None if none were. `boundary`: the permissions
    boundary. `resource`: the resource's policy (a trust policy for `evaluate_trust`). `scps` and
    `rcps`: one item for each level from the organization's root down to the account, a policy or
    a tuple of the policies attached there; each level has to allow.
    """

    identity: tuple[Policy, ...] = ()
    session: Level | None = None
    boundary: Policy | None = None
    resource: Policy | None = None
    scps: tuple[Level, ...] = ()
    rcps: tuple[Level, ...] = ()


NO_POLICIES: Final = PolicySet()


def evaluate(
    request: Request, policies: PolicySet, *, resource_must_allow: bool = False
) -> Decision:
    """The decision on `request` under `policies`.

    `resource_must_allow` is for resources whose policy has to allow within the account too: a
    KMS key, a role (but see `evaluate_trust`).
    """
    return _Evaluation(request, policies, resource_must_allow).decision()


def evaluate_trust(request: Request, trust: Policy, policies: PolicySet = NO_POLICIES) -> Decision:
    """The decision on assuming a role: `request.action` is `sts:AssumeRole` or one like it,
    `request.resource` the role's ARN, `request.resource_account` the role's account.

    `trust` is the role's trust policy, `policies` the caller's. The trust policy has to allow.
    A caller of another account, or one who is trusted only through his account, needs an
    identity-based policy that allows it as well.
    """
    if request.principal.kind == "root":
        reason = "An account's root user cannot assume roles."
        return Decision("implicit_deny", "trust", (), (), reason)
    several = PolicySet(
        policies.identity, policies.session, policies.boundary, trust, policies.scps, policies.rcps
    )
    return evaluate(request, several, resource_must_allow=True)


class _Evaluation:
    def __init__(self, request: Request, policies: PolicySet, resource_must_allow: bool) -> None:
        self.request = request
        principal = request.principal
        self.resource_must_allow = resource_must_allow
        self.outside = principal.kind in ("service", "anonymous")
        facts = RequestFacts(request)
        exempt = _is_service_linked(principal)

        def found(kind: PolicyKind, given: Iterable[Policy]) -> Finding:
            return find(kind, given, facts)

        own = () if self.outside else policies.identity
        self.identity = found("identity", own)
        self.boundary = None
        self.session = None
        if not self.outside and policies.boundary is not None:
            self.boundary = found("boundary", (policies.boundary,))
        if not self.outside and policies.session is not None:
            self.session = found("session", _level(policies.session))
        given = policies.resource
        self.resource = found(
            given.kind if given and given.kind == "trust" else "resource",
            (given,) if given else (),
        )
        scps = () if self.outside or exempt else policies.scps
        rcps = () if exempt else policies.rcps
        self.scps = [found("scp", _level(level)) for level in scps]
        self.rcps = [found("rcp", _level(level)) for level in rcps]
        self.all: list[Finding] = [*self.scps, *self.rcps, self.resource, self.identity]
        self.all += [one for one in (self.boundary, self.session) if one is not None]

    def decision(self) -> Decision:
        denying = [one for one in self.all if one.denied]
        if denying:
            refs = tuple(ref for one in denying for ref in one.denied)
            return Decision(
                "explicit_deny", denying[0].kind, refs, (), denied_because(self.request, refs)
            )
        granted = self.granted()
        if granted is False:
            return self.implicit()
        if granted is None or any(one.denies is None for one in self.all):
            return self.unknown(granted)
        kind, refs = self.granting()
        return Decision("allowed", kind, refs, (), allowed_because(self.request, refs))

    def identity_allows(self) -> Truth:
        """The root user needs no policy in its own account, nor to leave it."""
        return True if self.request.principal.kind == "root" else self.identity.allows()

    def boundary_allows(self) -> Truth:
        return True if self.boundary is None else self.boundary.allows()

    def session_allows(self) -> Truth:
        """Without session policy a role session has all its role has, a federated user nothing."""
        if self.session is not None:
            return self.session.allows()
        return self.request.principal.kind != "federated"

    def controls_allow(self) -> Truth:
        """Service control policies; RCPFullAWSAccess is attached to every level of the others."""
        return every(one.allows() for one in self.scps)

    def granted(self) -> Truth:
        resource = self.resource
        if self.outside:
            return resource.allows()
        limits = both(self.boundary_allows(), self.session_allows())
        own = both(self.identity_allows(), limits)
        if self.request.crosses_accounts:
            return both(self.controls_allow(), own, resource.allows())
        by_account = both(own, resource.allows()) if self.resource_must_allow else own
        return both(
            self.controls_allow(),
            some((resource.allows("direct"), both(resource.allows("entity"), limits), by_account)),
        )

    def granting(self) -> tuple[PolicyKind | None, tuple[StatementRef, ...]]:
        """The statements that grant: the identity's, the resource's, or those of both."""
        own = self.identity.allowing()
        given = self.resource.allowing()
        if not self.request.crosses_accounts and not self.resource_must_allow:
            if self.resource.allows("entity") is not True:
                given = []
            elif self.identity_allows() is not True:
                own = []
        kind: PolicyKind = (
            "identity" if own and not self.resource_must_allow else self.resource.kind
        )
        if not own and not given:
            return None, ()  # the root user
        return kind, (*own, *given)

    def implicit(self) -> Decision:
        finding = self.failing()
        refs = tuple(ref for ref, _ in finding.nearly)
        reason = not_allowed_because(self.request, finding)
        return Decision("implicit_deny", finding.kind, refs, (), reason)

    def failing(self) -> Finding:
        """The policies that do not allow, in the order in which AWS looks at them."""
        for one in self.scps:
            if one.allows() is False:
                return one
        named = self.resource.allows()
        if self.outside or (
            self.resource_must_allow and named is False and not self.request.crosses_accounts
        ):
            return self.resource
        by_entity = (
            not self.request.crosses_accounts and self.resource.allows("entity") is not False
        )
        if self.identity_allows() is False and not by_entity:
            # Who is not trusted should hear that, and not that he may not ask.
            trusted = named is not False or self.resource.kind != "trust"
            return self.identity if trusted else self.resource
        if self.boundary is not None and self.boundary.allows() is False:
            return self.boundary
        if self.session_allows() is False:
            return self.session or Finding("session")
        return self.resource

    def unknown(self, granted: Truth) -> Decision:
        """What is in doubt: denials always, allowing statements if it is not granted anyway."""
        refs: list[StatementRef] = []
        doubts: list[Unknown] = []
        kinds: list[PolicyKind] = []
        for one in self.all:
            mine = [*one.maybe_denied]
            doubts += one.denying_doubts
            if granted is None:
                mine += one.maybe_allowing()
                doubts += one.allowing_doubts
            if mine:
                kinds.append(one.kind)
                refs += mine
        keys = tuple(sorted({doubt.key for doubt in doubts if doubt.key}))
        reason = unknown_because(self.request, doubts)
        return Decision("unknown", kinds[0], tuple(refs), keys, reason)


def _level(level: Level) -> tuple[Policy, ...]:
    return (level,) if isinstance(level, Policy) else level


def _is_service_linked(principal: Principal) -> bool:
    """Service-linked roles are exempt from service and resource control policies."""
    role = principal.role
    return role is not None and ":role/aws-service-role/" in role
