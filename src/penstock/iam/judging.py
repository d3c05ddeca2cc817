"""What policies say of one permission that a card needs: all of it, some of it, none, unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from penstock.iam.actions import find_action
from penstock.iam.arn import role_arn as parse_role_arn
from penstock.iam.condition_keys import has_key
from penstock.iam.decision import Decision, StatementRef
from penstock.iam.evaluation import Level, PolicySet, evaluate
from penstock.iam.operators import OPERATORS
from penstock.iam.policy import Policy
from penstock.iam.request import Principal, Request
from penstock.iam.samples import Sample, samples_of
from penstock.iam.statement import Condition, Statement
from penstock.iam.variables import Template, Variable

Verdict = Literal["allowed", "partly", "denied", "unknown"]
_SESSION: Final = "penstock"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`statements` are those behind the verdict: that allow, that deny, or that nearly allow.

    `missing_keys` would settle what is unknown. `reason` is one sentence. `explicit`: a Deny
    statement is why it is denied.
    """

    verdict: Verdict
    statements: tuple[StatementRef, ...]
    missing_keys: tuple[str, ...]
    reason: str
    explicit: bool = False


class Judge:
    """Asks `policies` on behalf of a session of the role `role_arn`, whose account owns what it
    uses. `context` adds keys that are known of every request; other global keys, and those that
    the action has, count as unknown.
    """

    def __init__(
        self,
        policies: PolicySet,
        role_arn: str,
        context: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.policies = policies
        role = parse_role_arn(role_arn)
        session = f"arn:{role.partition}:sts::{role.account_id}:assumed-role/{role.name}/{_SESSION}"
        self.principal = Principal("role-session", session, role.account_id, role_arn=role_arn)
        self.context = {"aws:SecureTransport": ("true",), **(context or {})}
        self.account = role.account_id
        self.used = frozenset(key for one in _all(policies) for key in _keys(one))
        self._given: dict[tuple[Condition, ...], PolicySet] = {}

    def judge(
        self, action: str, resource: str, conditions: tuple[Condition, ...] = ()
    ) -> Judgement:
        """The verdict on `action` on every resource that `resource` matches, under `conditions`."""
        policies = self.given(conditions)
        samples = samples_of(action, resource, conditions, _all(policies))
        found = [(one, self.evaluate(one, policies)) for one in samples.requests]
        outcomes = {decision.outcome for _, decision in found}
        allowed = [d for _, d in found if d.allowed]
        refused = [d for _, d in found if d.outcome in ("explicit_deny", "implicit_deny")]
        unknown = [d for _, d in found if d.outcome == "unknown"]
        what = f"{action} on {resource}"
        if allowed and refused:
            refs = _refs([*allowed, *[d for d in refused if d.outcome == "explicit_deny"]])
            said = f"{what} is allowed only in part: {_partly(refused, refs)}."
            return Judgement("partly", refs, (), said)
        if outcomes == {"allowed"} and samples.complete:
            refs = _refs(allowed)
            return Judgement("allowed", refs, (), f"{what} is allowed by {_named(refs)}.")
        if refused and not unknown and samples.complete:
            first = next((d for d in refused if d.outcome == "explicit_deny"), refused[0])
            explicit = first.outcome == "explicit_deny"
            said = _general(first, found, what)
            return Judgement("denied", _refs(refused), (), said, explicit)
        keys = tuple(sorted({key for d in unknown for key in d.missing_keys}))
        on = f" without knowing {', '.join(keys)}" if keys else ""
        return Judgement(
            "unknown", _refs(unknown), keys, f"Whether {what} is allowed cannot be told{on}."
        )

    def evaluate(self, sample: Sample, policies: PolicySet) -> Decision:
        """The evaluator's answer to one request."""
        context = {**self.context, **dict(sample.context)}
        if sample.action.startswith("s3:"):
            context.setdefault("s3:ResourceAccount", (self.account,))
            context.setdefault("aws:ViaAWSService", ("false",))
        if sample.action.startswith("kms:"):
            context.setdefault("kms:CallerAccount", (self.account,))
        known = {key.lower() for key in context}
        request = Request(
            self.principal,
            sample.action,
            sample.resource,
            context,
            self.account,
            frozenset(k for k in self.used if k not in known and _may_have(sample.action, k)),
        )
        return evaluate(request, policies)

    def given(self, conditions: tuple[Condition, ...]) -> PolicySet:
        """The policies without those conditions that hold for whatever `conditions` allow."""
        found = self._given.get(conditions)
        if found is None:
            found = self._given[conditions] = _map(self.policies, conditions)
        return found


def _map(policies: PolicySet, conditions: tuple[Condition, ...]) -> PolicySet:
    if not conditions:
        return policies

    def level(one: Level) -> Level:
        return _without(one, conditions) if isinstance(one, Policy) else many(one)

    def many(several: tuple[Policy, ...]) -> tuple[Policy, ...]:
        return tuple(_without(one, conditions) for one in several)

    return PolicySet(
        many(policies.identity),
        None if policies.session is None else level(policies.session),
        policies.boundary and _without(policies.boundary, conditions),
        policies.resource and _without(policies.resource, conditions),
        tuple(level(one) for one in policies.scps),
        tuple(level(one) for one in policies.rcps),
    )


def _without(policy: Policy, conditions: tuple[Condition, ...]) -> Policy:
    def change(statement: Statement) -> Statement:
        left = tuple(c for c in statement.conditions if not any(implies(g, c) for g in conditions))
        return statement if left == statement.conditions else replace(statement, conditions=left)

    return replace(policy, statements=tuple(change(one) for one in policy.statements))


def implies(given: Condition, asked: Condition) -> bool:
    """Whether whatever meets the condition `given` meets `asked` too. True is sure."""
    if given.key.lower() != asked.key.lower():
        return False
    if given == asked:
        return True
    operator = OPERATORS.get(given.operator)
    same = asked.operator in (given.operator, f"{given.operator}IfExists")
    if operator is None or not same:
        return False
    some, others = set(given.values), set(asked.values)
    return others <= some if operator.negated else some <= others


def _all(policies: PolicySet) -> tuple[Policy, ...]:
    found = list(policies.identity)
    for one in (policies.session, *policies.scps, *policies.rcps):
        if one is not None:
            found += (one,) if isinstance(one, Policy) else one
    found += [one for one in (policies.boundary, policies.resource) if one is not None]
    return tuple(found)


def _keys(policy: Policy) -> Iterable[str]:
    """The context keys that a policy asks for, in lower case."""
    templates: list[Template] = []
    for one in policy.compiled.statements:
        templates += one.other_resources
        for condition in one.conditions:
            yield condition.key
            templates += condition.values
    for found in templates:
        yield from (part.key for part in found.parts if isinstance(part, Variable))


def _may_have(action: str, key: str) -> bool:
    """Whether a request for `action` may have the context key; global keys, always."""
    found = find_action(action)
    return key.startswith("aws:") or found is None or has_key(found, key)


def _refs(decisions: Iterable[Decision]) -> tuple[StatementRef, ...]:
    return tuple(dict.fromkeys(ref for one in decisions for ref in one.statements))


def _named(refs: tuple[StatementRef, ...]) -> str:
    if not refs:
        return "the policies"
    more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
    return f"{refs[0]}{more}"


def _partly(refused: list[Decision], refs: tuple[StatementRef, ...]) -> str:
    denied = _refs(d for d in refused if d.outcome == "explicit_deny")
    if denied:
        return f"{_named(denied)} denies some of it"
    return f"{_named(refs)} does not cover all of it"


def _general(first: Decision, found: list[tuple[Sample, Decision]], what: str) -> str:
    """The evaluator's sentence with the permission in place of the request that stood for it."""
    sample = next(sample for sample, decision in found if decision is first)
    return first.reason.replace(f"{sample.action} on {sample.resource}", what)
