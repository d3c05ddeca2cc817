"""Whom a policy lets in: everyone, everyone but some, or another account without external ID.

"How to use external ID when granting access to your AWS resources" and "AWS JSON policy
elements: NotPrincipal" (IAM user guide).
"""

import re
from typing import Final

from penstock.iam.fitting import actions_of
from penstock.iam.lint_subject import Placed
from penstock.iam.statement import Condition

_ACCOUNT: Final = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?([0-9]{12})(?::.*)?")
_EXTERNAL_ID: Final = "sts:externalid"
_ASSUMES: Final = "sts:AssumeRole"


def lint_principals(placed: Placed) -> None:
    """Notes what is wrong with the principals of a resource-based or trust policy."""
    statement = placed.statement
    named = statement.principals
    if named is None or placed.subject.policy.kind not in ("resource", "trust"):
        return
    trust = placed.subject.policy.kind == "trust"
    if statement.not_principal:
        _not_principal(placed)
    elif placed.allows and (named.everyone or "*" in named.aws):
        _everyone(placed, trust=trust)
    if trust:
        _actions_of_trust(placed)
        if placed.allows and not statement.not_principal and _lets_assume(placed):
            _external_id(placed)


def _not_principal(placed: Placed) -> None:
    pointer = placed.principal()
    if placed.allows:
        message = "NotPrincipal with Allow lets in everyone else, anonymous callers too"
        hint = 'Use "Principal" and name who may come in.'
        placed.note("error", "not_principal_allow", pointer, message, hint)
    else:
        message = "NotPrincipal with Deny has to name the account, the role and the session"
        hint = 'AWS advises "Principal": "*" with ArnNotLike aws:PrincipalArn instead.'
        placed.note("warning", "not_principal_deny", pointer, message, hint)


def _everyone(placed: Placed, *, trust: bool) -> None:
    pointer = placed.principal()
    if trust:
        message = "Anyone in any AWS account may assume this role"
        if placed.statement.conditions:
            message += " who meets the conditions; an external ID is no secret"
        hint = "Name the account, or better the role, that is to assume it."
        placed.note("error", "everyone_trusted", pointer, message, hint)
    elif placed.statement.conditions:
        message = "Everyone is let in who meets the conditions"
        hint = "Make sure that they name an account, organization or network."
        placed.note("info", "everyone_with_conditions", pointer, message, hint)
    else:
        message = "Everyone is let in, anonymous callers too"
        hint = "Name accounts or roles, unless this is meant to be public."
        placed.note("warning", "everyone", pointer, message, hint)


def _actions_of_trust(placed: Placed) -> None:
    for pointer, action in placed.actions():
        if action not in ("*", "*:*") and not action.lower().startswith("sts:"):
            message = f"{action} has no place in a trust policy, which is about who may assume"
            hint = "It belongs in a policy attached to the role."
            placed.note("error", "not_a_trust_action", pointer, message, hint)


def _lets_assume(placed: Placed) -> bool:
    names = {one.name for a in placed.statement.actions for one in actions_of(a)}
    return (_ASSUMES in names) != placed.statement.not_action


def _external_id(placed: Placed) -> None:
    named = placed.statement.principals
    tests = [(p, one) for p, one in placed.conditions() if one.key.lower() == _EXTERNAL_ID]
    for pointer, one in tests:
        _test_of_external_id(placed, pointer, one)
    if tests or named is None:
        return
    own = placed.subject.account
    others = [
        found[1]
        for who in named.aws
        if (found := _ACCOUNT.fullmatch(who)) and (own is None or found[1] != own)
    ]
    if others:
        certain = own is not None
        whose = f"account {others[0]}"
        message = f"{whose} may assume the role without an external ID"
        hint = (
            'If that is a third party, add {"StringEquals": {"sts:ExternalId": "..."}} with the '
            "ID it gave you: else its other customers can reach your account through it."
        )
        if not certain:
            hint = f"If {whose} is not this role's own: {hint}"
        placed.note("warning", "no_external_id", placed.principal(), f"A{message[1:]}", hint)


def _test_of_external_id(placed: Placed, pointer: str, one: Condition) -> None:
    wild = any("*" in value or "?" in value for value in one.values)
    if one.operator.endswith("IfExists") or one.operator.startswith("ForAllValues:"):
        message = f"{one.operator} is also met by those who give no external ID"
        code = "external_id_optional"
    elif "StringLike" in one.operator and wild:
        message = "With a wildcard, other external IDs are let in too"
        code = "external_id_wildcard"
    elif "Not" in one.operator:
        message = "Every external ID but the named one is let in"
        code = "external_id_negated"
    elif one.operator == "Null":
        if "false" not in one.values or _also_equal(placed):
            return
        message = "Any external ID is let in, as long as there is one"
        code = "external_id_any"
    else:
        return
    hint = 'Write {"StringEquals": {"sts:ExternalId": "..."}} with the one ID.'
    placed.note("error", code, pointer, message, hint)


def _also_equal(placed: Placed) -> bool:
    return any(
        one.key.lower() == _EXTERNAL_ID and one.operator == "StringEquals"
        for one in placed.statement.conditions
    )
