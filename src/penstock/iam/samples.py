"""Requests that stand for all those that a permission with wildcards may become.

A pattern is judged by evaluating a few requests that it matches: one whose wildcards are short,
one whose wildcards are longer than any pattern of the policies could spell out, and for each
pattern of the policies that meets it, one that both match. What is free in them is a character
that no policy has. So a pattern counts as allowed only where policies allow all of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from penstock.iam.actions import Action, find_action
from penstock.iam.fitting import actions_of, pattern_pieces, resource_type, s3_kinds
from penstock.iam.matching import Piece, Pieces, Wild
from penstock.iam.overlap import FRESH, Unsure, common
from penstock.iam.policy import Policy
from penstock.iam.statement import Condition
from penstock.iam.variables import Variable, template

_MOST: Final = 400  # requests that stand for one permission
_PLAIN: Final = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"})
_LIKE: Final = frozenset({"StringLike", "ArnEquals", "ArnLike"})
_LONGEST_FILLER: Final = 1100
_MIXED: Final = 4  # wildcards of which one at a time is made long, the others short


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: its action, resource and the context keys that the permission settles."""

    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """The requests; `complete` is False if there would have been too many."""

    requests: tuple[Sample, ...]
    complete: bool


def samples_of(
    action: str, resource: str, conditions: Iterable[Condition], policies: Iterable[Policy]
) -> Samples:
    """What stands for `action` on `resource` (both patterns) under `conditions`."""
    several = tuple(policies)
    contexts = list(_contexts(tuple(conditions), several))
    found: dict[Sample, None] = {}
    complete = True
    wild = "*" in action or "?" in action
    named = [one.name for one in actions_of(action) if _may_be(one, resource)] if wild else []
    for name in named or [action]:
        try:
            resources = _resources(name, resource, several)
        except Unsure:
            complete = False
            continue
        for one, context in product(resources, contexts):
            if len(found) >= _MOST * max(1, len(named)):
                complete = False
                break
            found[Sample(name, one, context)] = None
    return Samples(tuple(found), complete)


def _may_be(action: Action, resource: str) -> bool:
    kinds = s3_kinds(resource)
    if kinds is None or not action.name.startswith("s3:"):
        return True
    return bool(kinds & set(action.resources))


def _resources(name: str, resource: str, policies: tuple[Policy, ...]) -> list[str]:
    action = find_action(name)
    if resource == "*" and action is not None and not action.resources:
        # The buckets of an account are listed on "*"; policies also say arn:aws:s3:::*.
        return ["arn:aws:s3:::*" if name.startswith("s3:") else "*"]
    found: dict[str, None] = {}
    for pattern in _patterns(action, resource):
        others = [one for policy in policies for one in _other_patterns(policy, name)]
        for one in _texts(pattern, others):
            found[one] = None
    valid = [one for one in found if _possible(action, one)]
    return valid or list(found)


def _patterns(action: Action | None, resource: str) -> list[Pieces]:
    if resource != "*" or action is None:
        return [pattern_pieces(resource)]
    kinds = [kind for kind in action.resources if kind in ("bucket", "object")]
    return [resource_type(action, kind) for kind in kinds or action.resources]


def _other_patterns(policy: Policy, action: str) -> Iterator[Pieces]:
    for one in policy.compiled.concerning(action.lower()):
        for resource in one.statement.resources or ():
            if resource != "*":
                yield pattern_pieces(resource)


def _texts(pattern: Pieces, others: list[Pieces]) -> list[str]:
    """Texts that `pattern` matches: short, long, mixed, and in common with each of `others`."""
    wilds = [piece for piece in pattern if isinstance(piece, Wild)]
    if not wilds:
        return ["".join(str(piece) for piece in pattern)]
    ones = max((sum(p in (Wild.ONE, Wild.SEGMENT_ONE) for p in one) for one in others), default=0)
    lengths = (0, 1, min(ones + 3, _LONGEST_FILLER))
    found = [_filled(pattern, (length,) * len(wilds)) for length in lengths]
    for index in range(len(wilds) if 1 < len(wilds) <= _MIXED else 0):
        for own, rest in ((lengths[-1], 1), (1, lengths[-1])):
            found.append(
                _filled(pattern, tuple(own if i == index else rest for i in range(len(wilds))))
            )
    found += [text for one in others if (text := common(pattern, one)) is not None]
    return list(dict.fromkeys(found))


def _filled(pattern: Pieces, lengths: tuple[int, ...]) -> str:
    left = iter(lengths)
    found: list[str] = []
    for piece in pattern:
        if isinstance(piece, str):
            found.append(piece)
        else:
            length = next(left)
            found.append(FRESH * (1 if piece in (Wild.ONE, Wild.SEGMENT_ONE) else length))
    return "".join(found)


def _possible(action: Action | None, resource: str) -> bool:
    """Whether S3 knows such a resource, and the action can be about it."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[2:5] != ["s3", "", ""]:
        return len(parts) == 6 and bool(parts[5])
    bucket, slash, key = parts[5].partition("/")
    if not bucket or (slash and not key):
        return False
    if action is None or not {"bucket", "object"} & set(action.resources):
        return True
    return ("object" if slash else "bucket") in action.resources


def _contexts(
    conditions: tuple[Condition, ...], policies: tuple[Policy, ...]
) -> Iterator[tuple[tuple[str, tuple[str, ...]], ...]]:
    """The values that conditions leave open, one tuple of keys and values for each choice."""
    by_key: dict[str, list[Condition]] = {}
    for one in conditions:
        by_key.setdefault(one.key.lower(), []).append(one)
    choices: list[list[tuple[str, tuple[str, ...]]]] = []
    for key, several in sorted(by_key.items()):
        if len(several) == 1 and several[0].operator in _PLAIN:
            values = dict.fromkeys(_values(several[0], key, policies))
            choices.append([(key, (value,)) for value in values])
    yield from product(*choices)


def _values(condition: Condition, key: str, policies: tuple[Policy, ...]) -> Iterator[str]:
    for value in condition.values:
        pieces = _value_pieces(value, condition.operator)
        others = [
            _value_pieces(other, one.operator)
            for policy in policies
            for statement in policy.statements
            for one in statement.conditions
            if one.key.lower() == key
            for other in one.values
        ]
        try:
            yield from _texts(pieces, others)
        except Unsure:
            yield from _texts(pieces, [])


def _value_pieces(value: str, operator: str) -> Pieces:
    like = any(name in operator for name in _LIKE) or "NotLike" in operator
    parts: list[Piece] = []
    for part in template(value, variables=True, wildcards=like).parts:
        parts.append(Wild.STAR if isinstance(part, Variable) else part)
    return tuple(parts)
