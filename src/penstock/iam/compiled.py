"""A policy made ready once, so that each request costs little.

Actions are indexed: a request looks only at the statements that concern its action.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from penstock.iam.conditions import CompiledCondition, compile_condition
from penstock.iam.kinds import VERSIONS
from penstock.iam.matching import Matcher, Pieces, any_of, in_segments, matcher, pieces_of
from penstock.iam.policy import Policy
from penstock.iam.principals import Closeness, CompiledPrincipals, compile_principals
from penstock.iam.request import Principal
from penstock.iam.statement import Statement
from penstock.iam.variables import Facts, Template, Unknown, Unresolved, Variable, template

_ACTIONS_KEPT: Final = 1024


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """One statement; its questions raise `Unknown` where no answer is sure."""

    index: int
    statement: Statement
    action: Matcher
    every_resource: bool
    fixed_resources: Matcher
    other_resources: tuple[Template, ...]
    principals: CompiledPrincipals | None
    conditions: tuple[CompiledCondition, ...]

    def concerns_action(self, action: str) -> bool:
        """Whether `action` (in lower case) is among the statement's."""
        return self.action(action) != self.statement.not_action

    def concerns_resource(self, resource: str, facts: Facts) -> bool:
        """Whether the statement is about `resource`; a trust policy's is about its own role."""
        if self.statement.resources is None:
            return True
        if self.every_resource or self.fixed_resources(resource):
            return not self.statement.not_resource
        doubt: Unknown | None = None
        for one in self.other_resources:
            try:
                if self.variable_resource(one, facts)(resource):
                    return not self.statement.not_resource
            except Unknown as unknown:
                doubt = unknown
        if doubt is not None:
            raise doubt
        return self.statement.not_resource

    def variable_resource(self, one: Template, facts: Facts) -> Matcher:
        head = ""
        for part in one.parts:
            if not isinstance(part, str):
                if head.count(":") < 5 and isinstance(part, Variable):
                    raise Unknown("a variable stands before the fifth colon of a resource")
                continue
            head += part
        try:
            return matcher(in_segments(one.pieces(facts)))
        except Unresolved:
            if self.statement.not_resource:
                raise Unknown("a variable in NotResource has no value") from None
            return _nothing

    def names(self, principal: Principal) -> Closeness | None:
        """How closely the statement names `principal`; None if it does not."""
        if self.principals is None:
            return "direct"
        if not self.statement.not_principal:
            return self.principals.closeness(principal)
        spared = self.principals.spares(principal)
        if self.statement.effect == "Allow":
            # Everyone else is let in, but no further than the boundary and session policy say.
            return "entity" if spared is False else None
        if spared is None:
            raise Unknown("NotPrincipal names only a part of the caller's account, role, session")
        return None if spared else "direct"

    def unmet(self, facts: Facts, doubts: list[Unknown]) -> CompiledCondition | None:
        """The first condition that does not hold; None if none is sure to fail (see `doubts`)."""
        found: list[Unknown] = []
        for condition in self.conditions:
            try:
                if not condition.holds(facts):
                    return condition
            except Unknown as unknown:
                found.append(unknown)
        doubts += found
        return None


class CompiledPolicy:
    """A policy's statements, and by action those that concern it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        variables = policy.version == "2012-10-17"
        self.readable = policy.version in VERSIONS
        self.statements = tuple(
            _compile(index, statement, variables)
            for index, statement in enumerate(policy.statements)
        )
        self._by_action: dict[str, tuple[CompiledStatement, ...]] = {}

    def concerning(self, action: str) -> tuple[CompiledStatement, ...]:
        """The statements about `action` (in lower case)."""
        found = self._by_action.get(action)
        if found is None:
            found = tuple(one for one in self.statements if one.concerns_action(action))
            if len(self._by_action) < _ACTIONS_KEPT:
                self._by_action[action] = found
        return found


def _compile(index: int, statement: Statement, variables: bool) -> CompiledStatement:
    resources = statement.resources or ()
    templates = [template(one, variables=variables) for one in resources]
    return CompiledStatement(
        index,
        statement,
        any_of(pieces_of(action.lower()) for action in statement.actions),
        "*" in resources,
        any_of(_fixed(templates)),
        tuple(one for one in templates if one.variable),
        compile_principals(statement.principals) if statement.principals else None,
        tuple(compile_condition(one, variables=variables) for one in statement.conditions),
    )


def _fixed(templates: Iterable[Template]) -> Iterable[Pieces]:
    return (in_segments(one.fixed) for one in templates if not one.variable)


def _nothing(_: str) -> bool:
    return False
