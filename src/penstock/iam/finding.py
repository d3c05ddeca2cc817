"""What the policies of one kind say about a request: denied, allowed, and how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from penstock.iam.compiled import CompiledPolicy, CompiledStatement
from penstock.iam.decision import StatementRef
from penstock.iam.kinds import PolicyKind
from penstock.iam.policy import Policy
from penstock.iam.principals import CLOSENESS, Closeness
from penstock.iam.request import Request
from penstock.iam.truth import Truth
from penstock.iam.variables import Unknown


class RequestFacts:
    """The request's context keys, as conditions and variables ask for them."""

    __slots__ = ("request",)

    def __init__(self, request: Request) -> None:
        self.request = request

    def values(self, key: str) -> tuple[str, ...] | None:
        """The values of `key`; None if absent; raises `Unknown` if nobody knows."""
        found = self.request.known.get(key)
        if found is None and self.request.is_unknown(key):
            raise Unknown(f"the context key {key} is not known", key)
        return found


@dataclass(slots=True)
class Finding:
    """The sum over the policies of one kind, by effect and by how closely they name the caller."""

    kind: PolicyKind
    denied: list[StatementRef] = field(default_factory=list)
    maybe_denied: list[StatementRef] = field(default_factory=list)
    allowed: dict[Closeness, list[StatementRef]] = field(default_factory=dict)
    maybe_allowed: dict[Closeness, list[StatementRef]] = field(default_factory=dict)
    nearly: list[tuple[StatementRef, str]] = field(default_factory=list)
    denying_doubts: list[Unknown] = field(default_factory=list)
    allowing_doubts: list[Unknown] = field(default_factory=list)

    @property
    def denies(self) -> Truth:
        """Whether an explicit Deny applies."""
        if self.denied:
            return True
        return None if self.maybe_denied else False

    def allows(self, at_least: Closeness = "account") -> Truth:
        """Whether an Allow names the caller at least that closely."""
        near = CLOSENESS[: CLOSENESS.index(at_least) + 1]
        if any(level in self.allowed for level in near):
            return True
        return None if any(level in self.maybe_allowed for level in near) else False

    def allowing(self) -> list[StatementRef]:
        """The statements that allow, the closest first."""
        return [one for level in CLOSENESS for one in self.allowed.get(level, ())]

    def maybe_allowing(self) -> list[StatementRef]:
        """The statements that may allow."""
        return [one for level in CLOSENESS for one in self.maybe_allowed.get(level, ())]

    def add(self, compiled: CompiledPolicy, one: CompiledStatement, facts: RequestFacts) -> None:
        """Takes in what one statement says."""
        request, statement = facts.request, one.statement
        policy = compiled.policy
        ref = StatementRef(self.kind, policy.name or policy.id, statement.sid, one.index)
        closeness: Closeness | None = "direct"
        doubts: list[Unknown] = []
        try:
            closeness = one.names(request.principal)
        except Unknown as unknown:
            doubts.append(unknown)
        if closeness is None:
            return
        try:
            if not one.concerns_resource(request.resource, facts):
                return
        except Unknown as unknown:
            doubts.append(unknown)
        if unmet := one.unmet(facts, doubts):
            if statement.effect == "Allow":
                self.nearly.append((ref, str(unmet.condition)))
            return
        if not compiled.readable:
            doubts.append(Unknown(f"the policy version {policy.version} is not known"))
        if statement.effect == "Deny":
            (self.maybe_denied if doubts else self.denied).append(ref)
            self.denying_doubts += doubts
        else:
            levels = self.maybe_allowed if doubts else self.allowed
            levels.setdefault(closeness, []).append(ref)
            self.allowing_doubts += doubts


def find(kind: PolicyKind, policies: Iterable[Policy], facts: RequestFacts) -> Finding:
    """What `policies`, all of one kind, say about the request of `facts`."""
    finding = Finding(kind)
    action = facts.request.action.lower()
    for policy in policies:
        compiled = policy.compiled
        for one in compiled.concerning(action):
            finding.add(compiled, one, facts)
    return finding
