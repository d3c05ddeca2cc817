"""Conditions that cannot be met, or are met by more than they look: keys, operators, values.

"IAM JSON policy elements: Condition operators"; "Set operators for multivalued context keys".
"""

from typing import Final

from penstock.iam.actions import Action, action_list
from penstock.iam.condition_keys import (
    GLOBAL_KEYS,
    KEY_KINDS,
    has_key,
    is_global,
    is_service_key,
    service_keys,
)
from penstock.iam.fitting import actions_of
from penstock.iam.lint_subject import Placed, shown
from penstock.iam.nearest import nearest
from penstock.iam.operators import OPERATORS, Operator
from penstock.iam.statement import Condition
from penstock.iam.variables import template

# A value that each kind of operator can read: if it cannot be compared, the policy's is at fault.
_READABLE: Final = {
    "numeric": "1",
    "date": "2020-01-01T00:00:00Z",
    "bool": "true",
    "binary": "YQ==",
    "ip": "192.0.2.1",
    "arn": "arn:aws:s3:::b",
    "null": "true",
}
_EXPECTED: Final = {
    "numeric": "a number",
    "date": "a date like 2024-05-01T00:00:00Z",
    "bool": "true or false",
    "binary": "base64 text",
    "ip": "an address or a range like 192.0.2.0/24",
    "arn": "an ARN (six parts divided by colons)",
    "null": "true or false",
}
_SETS: Final = ("ForAllValues:", "ForAnyValue:")


def lint_conditions(placed: Placed) -> None:
    """Notes what is wrong with the conditions of a statement."""
    for pointer, one in placed.conditions():
        bare = one.operator
        over = next((prefix for prefix in _SETS if bare.startswith(prefix)), "")
        bare = bare.removeprefix(over)
        operator = OPERATORS.get(bare.removesuffix("IfExists"))
        if operator is None or (operator.kind == "null" and bare != "Null"):
            _unknown_operator(placed, pointer, one, bare)
            continue
        _key(placed, pointer, one, operator)
        _values(placed, pointer, one, operator)
        if over == "ForAllValues:" and placed.allows and not operator.negated:
            message = f"ForAllValues is also met by requests without {one.key}"
            hint = f'Add {{"Null": {{"{one.key}": "false"}}}}, so that the key has to be there.'
            if not _demanded(placed, one.key):
                placed.note("warning", "for_all_values_allow", pointer, message, hint)


def _unknown_operator(placed: Placed, pointer: str, one: Condition, bare: str) -> None:
    close = nearest(bare.removesuffix("IfExists"), OPERATORS)
    fix = one.operator.replace(bare.removesuffix("IfExists"), close) if close else None
    hint = f"Did you mean {fix}?" if fix else None
    if bare == "NullIfExists":
        hint, fix = "Null asks whether the key is there; it takes no IfExists.", "Null"
    message = f"There is no condition operator {shown(one.operator)}"
    placed.note("error", "unknown_operator", pointer.rsplit("/", 1)[0], message, hint, fix=fix)


def _demanded(placed: Placed, key: str) -> bool:
    return any(
        one.operator == "Null" and one.key.lower() == key.lower() and one.values == ("false",)
        for one in placed.statement.conditions
    )


def _key(placed: Placed, pointer: str, one: Condition, operator: Operator) -> None:
    key = one.key.lower()
    service = key.partition(":")[0]
    kinds = KEY_KINDS.get(key)
    if kinds and operator.kind not in kinds and operator.kind != "null":
        message = f"{one.key} is not to be compared with {one.operator}"
        hint = f"Its values are of another type; use an operator for: {', '.join(sorted(kinds))}."
        placed.note("warning", "operator_for_key", pointer, message, hint)
    if service == "aws":
        if not is_global(key) and not is_service_key(key):
            _unknown_key(placed, pointer, one.key, GLOBAL_KEYS)
        return
    if service not in action_list().services or placed.statement.not_action:
        return
    if not is_service_key(key):
        _unknown_key(placed, pointer, one.key, service_keys(service))
        return
    actions = [found for a in placed.statement.actions for found in actions_of(a)]
    if not actions or any(a in ("*", "*:*") for a in placed.statement.actions):
        return
    without = [found for found in actions if not has_key(found, key)]
    if placed.subject.policy.kind == "trust" and len(without) < len(actions):
        return  # one call assumes the role and tags its session: it has the keys of both
    if without:
        _key_of_others(placed, pointer, one, operator, without, all_of=len(without) == len(actions))


def _unknown_key(placed: Placed, pointer: str, key: str, names: tuple[str, ...]) -> None:
    close = nearest(key, names)
    hint = f"Did you mean {close}?" if close else None
    message = f"AWS has no condition key {shown(key)}"
    placed.note("warning", "unknown_key", pointer, message, hint, fix=close)


def _key_of_others(
    placed: Placed,
    pointer: str,
    one: Condition,
    operator: Operator,
    without: list[Action],
    *,
    all_of: bool,
) -> None:
    """A key that is never in the requests: the condition is never met, or always."""
    met = operator.negated or "IfExists" in one.operator or one.operator.startswith(_SETS[0])
    if operator.kind == "null":
        met = one.values == ("true",)
    names = ", ".join(sorted({found.name for found in without})[:3])
    more = len({found.name for found in without}) - 3
    which = f"{names}{f' and {more} more' if more > 0 else ''}"
    does = "is always met" if met else "is never met"
    doing = "denies" if not placed.allows else "allows"
    effect = f"the statement {doing} them always" if met else f"the statement never {doing} them"
    message = f"Requests for {which} have no {one.key}, so the condition {does}: {effect}"
    hint = "Put the actions that have the key into a statement of their own."
    code = "key_not_of_action" if all_of else "key_not_of_some_actions"
    severe = all_of and placed.allows != met
    placed.note("error" if severe else "warning", code, pointer, message, hint)


def _values(placed: Placed, pointer: str, one: Condition, operator: Operator) -> None:
    for value in one.values:
        found = template(value, variables=operator.variables, wildcards=operator.wildcards)
        if found.variable:
            continue
        sample = _READABLE.get(operator.kind)
        if sample is not None and operator.compare(sample, found.fixed) is None:
            message = f"{shown(value)} is not {_EXPECTED[operator.kind]}, as {one.operator} needs"
            placed.note("error", "value_type", pointer, message)
        if operator.kind == "string" and not operator.wildcards and "*" in value:
            like = one.operator.replace("EqualsIgnoreCase", "Like").replace("Equals", "Like")
            message = f"{one.operator} takes the * in {shown(value)} for an ordinary character"
            hint = f"With wildcards it is {like}."
            placed.note("warning", "wildcard_is_literal", pointer, message, hint)
