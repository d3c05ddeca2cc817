"""Makes grants fewer and broader, a step at a time, until their policy is short enough.

Resources give way first, because the role's own policy still holds them; then actions; then
conditions. A step never takes away what the grants before it allowed.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from penstock.iam.grants import Grant, distinct

_BUCKET: Final = re.compile(r"(arn:[^:]+:s3:::)([^/]+)(/.*)?", re.DOTALL)
_VARIABLE: Final = re.compile(r"\$\{[A-Za-z]")
_VERB_AND_NOUN: Final = re.compile(r"([a-z0-9-]+:[A-Z][a-z]+[A-Z][a-z]+)[A-Za-z]*")
_VERB: Final = re.compile(r"([a-z0-9-]+:[A-Z][a-z]+)[A-Za-z]*\*?")

Fits = Callable[[list[Grant]], bool]


@dataclass(frozen=True, slots=True)
class Coarsened:
    """Grants, and in sentences what was made broader to get them."""

    grants: list[Grant]
    said: tuple[str, ...] = ()


def coarsen(grants: list[Grant], fits: Fits) -> Coarsened | None:
    """The least coarse grants that fit, or None if even `service:*` on `*` does not."""
    found = Coarsened(grants)
    if fits(grants):
        return found
    for step in (_keys, _buckets, _verbs_and_nouns, _verbs, _conditions, _services):
        found = step(found, fits)
        if fits(found.grants):
            return found
    return None


def _step(before: Coarsened, change: Callable[[Grant], Grant], said: str) -> Coarsened:
    after = distinct(change(one) for one in before.grants)
    if [one.key for one in after] == [one.key for one in before.grants]:
        return before
    return Coarsened(after, (*before.said, said))


def _bucket_of(resource: str) -> str | None:
    """`arn:aws:s3:::bucket` of the ARN of an object that is not the whole bucket's."""
    found = _BUCKET.fullmatch(resource)
    if found is None or found[3] in (None, "/*") or _VARIABLE.search(resource):
        return None
    return f"{found[1]}{found[2]}"


def _keys(before: Coarsened, fits: Fits) -> Coarsened:
    """Object keys to `bucket/*`, bucket by bucket if that is enough, the longest list first."""
    lengths: dict[str, int] = {}
    for one in before.grants:
        if bucket := _bucket_of(one.resource):
            lengths[bucket] = lengths.get(bucket, 0) + len(one.resource)
    buckets = sorted(lengths, key=lambda bucket: (-lengths[bucket], bucket))
    whole = _widen_keys(before, buckets)
    if not fits(whole.grants):
        return whole
    enough = bisect_left(
        range(len(buckets)),
        True,
        key=lambda count: fits(_widen_keys(before, buckets[:count]).grants),
    )
    found = _widen_keys(before, buckets[:enough])
    return found if fits(found.grants) else whole


def _widen_keys(before: Coarsened, buckets: Iterable[str]) -> Coarsened:
    wide = frozenset(buckets)

    def change(one: Grant) -> Grant:
        bucket = _bucket_of(one.resource)
        return replace(one, resource=f"{bucket}/*") if bucket in wide else one

    after = distinct(change(one) for one in before.grants)
    said = tuple(f"{bucket}/* instead of single objects" for bucket in sorted(wide))
    return Coarsened(after, (*before.said, *said))


def _buckets(before: Coarsened, _: Fits) -> Coarsened:
    """Buckets to all buckets, other resources to all of their type."""

    def change(one: Grant) -> Grant:
        found = _BUCKET.fullmatch(one.resource)
        if found:
            return replace(one, resource=f"{found[1]}*")
        parts = one.resource.split(":", 5)
        if len(parts) < 6:
            return one
        kind = re.match(r"[A-Za-z-]+[/:]", parts[5])
        return replace(one, resource=":".join([*parts[:5], f"{kind[0] if kind else ''}*"]))

    # What was said of single buckets no longer matters.
    said = "all buckets, and all resources of a type, instead of single ones"
    return _step(Coarsened(before.grants), change, said)


def _verbs_and_nouns(before: Coarsened, _: Fits) -> Coarsened:
    return _actions(before, _VERB_AND_NOUN)


def _verbs(before: Coarsened, _: Fits) -> Coarsened:
    return _actions(before, _VERB)


def _actions(before: Coarsened, pattern: re.Pattern[str]) -> Coarsened:
    """Actions that begin alike to one pattern: reading stays reading, deleting is not added."""
    alike: dict[str, set[str]] = {}
    for one in before.grants:
        if found := pattern.fullmatch(one.action):
            alike.setdefault(found[1], set()).add(one.action)
    wide = {stem for stem, actions in alike.items() if len(actions) > 1}

    def change(one: Grant) -> Grant:
        found = pattern.fullmatch(one.action)
        return replace(one, action=f"{found[1]}*") if found and found[1] in wide else one

    shown = ", ".join(f"{stem}*" for stem in sorted(wide))
    return _step(before, change, f"actions {shown} instead of single ones")


def _conditions(before: Coarsened, _: Fits) -> Coarsened:
    said = "no conditions"
    return _step(before, lambda one: replace(one, conditions=()), said)


def _services(before: Coarsened, _: Fits) -> Coarsened:
    def change(one: Grant) -> Grant:
        return replace(one, action=f"{one.action.partition(':')[0]}:*", resource="*")

    return _step(before, change, "every action of the services used, on every resource")
