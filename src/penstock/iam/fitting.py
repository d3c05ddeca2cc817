"""Which actions an action pattern stands for, and which resources an action can be about.

Source: the kept action list (AWS service authorization reference).
"""

import re
from functools import cache, lru_cache

from penstock.iam.actions import Action, action_list, find_action
from penstock.iam.matching import Piece, Pieces, Wild, in_segments, matcher, pieces_of
from penstock.iam.overlap import Unsure, common
from penstock.iam.variables import Variable, template

_PLACEHOLDER = re.compile(r"\$\{[A-Za-z]+\}")
_S3 = re.compile(r"arn:[^:]*:s3:::(.*)", re.DOTALL)


@lru_cache(maxsize=4096)
def actions_of(pattern: str) -> tuple[Action, ...]:
    """The listed actions that `pattern` (`s3:Get*`) matches, by name; `*` is all of them."""
    if "*" not in pattern and "?" not in pattern:
        found = find_action(pattern)
        return (found,) if found else ()
    test = matcher(pieces_of(pattern.lower()))
    return tuple(
        action for name, action in _by_lower_name() if pattern in ("*", "*:*") or test(name)
    )


def is_listed_service(pattern: str) -> bool:
    """Whether all services that an action pattern may name are in the kept list."""
    return pattern.partition(":")[0].lower() in action_list().services


def pattern_pieces(resource: str) -> Pieces:
    """A resource as a pattern; a policy variable may stand for any text."""
    parts = template(resource, variables=True).parts
    return in_segments(tuple(Wild.STAR if isinstance(p, Variable) else p for p in parts))


@lru_cache(maxsize=8192)
def fits(action: Action, resource: str) -> bool:
    """Whether `action` can be about a resource that the pattern `resource` matches.

    An action that is about no resource in particular fits `*` only, and S3's also
    `arn:aws:s3:::*`, which the policies of many people have for `s3:ListAllMyBuckets`.
    """
    if resource == "*":
        return True
    kinds = s3_kinds(resource)
    if not action.resources:
        return kinds is not None and resource.endswith(":::*")
    if kinds is not None and action.name.startswith("s3:"):
        return bool(kinds & set(action.resources))
    pieces = pattern_pieces(resource)
    plain = ("bucket", "object") if action.name.startswith("s3:") else ()
    return any(
        _overlap(pieces, resource_type(action, kind))
        for kind in action.resources
        if kind not in plain
    )


def s3_kinds(resource: str) -> frozenset[str] | None:
    """`bucket`, `object` or both, for the ARN pattern of a bucket or an object; else None.

    Only after a `/` is it surely an object; `arn:aws:s3:::logs*` may be either.
    """
    found = _S3.fullmatch(resource)
    if found is None:
        return None
    if "/" in found[1]:
        return frozenset({"object"})
    return frozenset({"bucket", "object"} if "*" in found[1] or "$" in found[1] else {"bucket"})


@cache
def resource_type(action: Action, kind: str) -> Pieces:
    """The pattern of the ARNs of a resource type of the action's service.

    Placeholders before the fifth colon stay within their segment.
    """
    service = action_list().services[action.name.partition(":")[0]]
    found: list[Piece] = []
    colons = 0
    for part in _PLACEHOLDER.split(service.resources[kind]):
        colons += part.count(":")
        found += [part, Wild.STAR if colons >= 5 else Wild.SEGMENT_STAR]
    return tuple(piece for piece in found[:-1] if piece != "")


def _overlap(one: Pieces, other: Pieces) -> bool:
    try:
        return common(one, other) is not None
    except Unsure:
        return True


@cache
def _by_lower_name() -> tuple[tuple[str, Action], ...]:
    return tuple(
        sorted(
            (action.name.lower(), action)
            for service in action_list().services.values()
            for action in service.actions.values()
        )
    )
