"""Grants: what a generated policy allows, before it is written as statements."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from penstock.iam.coverage import covers, covers_action
from penstock.iam.permission import Permission
from penstock.iam.statement import Condition, Statement

_SID_CARDS: Final = 3  # more cards than this in a Sid do not help its reader

Key = tuple[str, str, tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource under conditions, and the cards that ask for it."""

    action: str
    resource: str
    conditions: tuple[Condition, ...]
    cards: frozenset[str]

    @property
    def key(self) -> Key:
        """What it allows, whoever asks for it."""
        return self.action, self.resource, self.conditions

    def covers(self, other: "Grant") -> bool:
        """Whether this grant allows all that `other` does."""
        return (
            set(self.conditions) <= set(other.conditions)
            and covers_action(self.action, other.action)
            and covers(self.resource, other.resource)
        )


def grant(permission: Permission, card: str, partition: str) -> Grant:
    """The grant of one permission, rewritten for `partition`."""
    conditions = tuple(
        sorted(
            (
                Condition(operator, key, tuple(sorted({_moved(v, partition) for v in values})))
                for operator, tests in permission.conditions.items()
                for key, values in tests.items()
            ),
            key=lambda one: (one.operator, one.key, one.values),
        )
    )
    resource = _moved(permission.resource, partition)
    return Grant(permission.action, resource, conditions, frozenset((card,)))


def _moved(text: str, partition: str) -> str:
    return f"arn:{partition}:{text[8:]}" if text.startswith("arn:aws:") else text


def distinct(grants: Iterable[Grant]) -> list[Grant]:
    """Each grant once, none that a broader one covers; cards go to the one that stays. Sorted."""
    merged: dict[Key, Grant] = {}
    for one in grants:
        same = merged.get(one.key)
        merged[one.key] = replace(one, cards=one.cards | same.cards) if same else one
    ordered = sorted(merged.values(), key=lambda one: (*one.key[:2], str(one.conditions)))
    index = _Index(ordered)
    kept = {one.key: one for one in ordered}
    for one in ordered:
        for other in index.candidates(one):
            # Of two that cover each other (spelt differently) the later stays.
            if other.key == one.key or other.key not in kept or not other.covers(one):
                continue
            keeper = kept[other.key]
            kept[other.key] = replace(keeper, cards=keeper.cards | kept[one.key].cards)
            del kept[one.key]
            break
    return list(kept.values())


class _Index:
    """Finds the grants that might cover another, by the text before their first wildcard."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self.by_start: dict[str, list[Grant]] = {}
        for one in grants:
            start = re.split(r"[*?$]", one.resource, maxsplit=1)[0]
            self.by_start.setdefault(start, []).append(one)
        self.lengths = sorted({len(start) for start in self.by_start})

    def candidates(self, one: Grant) -> Iterator[Grant]:
        for length in self.lengths:
            if length > len(one.resource):
                return
            yield from self.by_start.get(one.resource[:length], ())


def statements(grants: Iterable[Grant], *, sids: bool = True) -> tuple[Statement, ...]:
    """The fewest letters of the two plain ways to write the grants down, in a stable order."""
    several = list(grants)
    ways = (_by_resource(several), _by_action(several))
    best = min(ways, key=lambda way: sum(len(str(one.as_dict())) for one, _ in way))
    ordered = sorted(
        best, key=lambda one: (_sid(one[1]), one[0].resources or (), one[0].actions, str(one[0]))
    )
    if not sids:
        return tuple(statement for statement, _ in ordered)
    found: list[Statement] = []
    used: set[str] = set()
    counts: dict[str, int] = {}
    for statement, cards in ordered:
        base = sid = _sid(cards)
        while sid in used:
            counts[base] = counts.get(base, 1) + 1
            sid = f"{base}{counts[base]}"
        used.add(sid)
        found.append(replace(statement, sid=sid))
    return tuple(found)


Way = list[tuple[Statement, frozenset[str]]]
Conditions = tuple[Condition, ...]


def _by_resource(grants: Iterable[Grant]) -> Way:
    """Actions on the same resource together; then resources with the same actions."""
    actions: dict[tuple[Conditions, str], set[str]] = {}
    cards: dict[tuple[Conditions, str], frozenset[str]] = {}
    for one in grants:
        at = (one.conditions, one.resource)
        actions.setdefault(at, set()).add(one.action)
        cards[at] = cards.get(at, frozenset()) | one.cards
    merged: dict[tuple[Conditions, frozenset[str]], list[str]] = {}
    for (conditions, resource), several in actions.items():
        merged.setdefault((conditions, frozenset(several)), []).append(resource)
    return [
        _statement(conditions, several, resources, (cards[conditions, one] for one in resources))
        for (conditions, several), resources in merged.items()
    ]


def _by_action(grants: Iterable[Grant]) -> Way:
    """Resources of the same action together; then actions on the same resources."""
    resources: dict[tuple[Conditions, str], set[str]] = {}
    cards: dict[tuple[Conditions, str], frozenset[str]] = {}
    for one in grants:
        at = (one.conditions, one.action)
        resources.setdefault(at, set()).add(one.resource)
        cards[at] = cards.get(at, frozenset()) | one.cards
    merged: dict[tuple[Conditions, frozenset[str]], list[str]] = {}
    for (conditions, action), several in resources.items():
        merged.setdefault((conditions, frozenset(several)), []).append(action)
    return [
        _statement(conditions, actions, several, (cards[conditions, one] for one in actions))
        for (conditions, several), actions in merged.items()
    ]


def _statement(
    conditions: Conditions,
    actions: Iterable[str],
    resources: Iterable[str],
    cards: Iterable[frozenset[str]],
) -> tuple[Statement, frozenset[str]]:
    statement = Statement(
        "Allow", tuple(sorted(actions)), tuple(sorted(resources)), conditions=conditions
    )
    return statement, frozenset().union(*cards)


def _sid(cards: frozenset[str]) -> str:
    """The cards' names as a Sid: only letters and digits may be in it."""
    names = sorted({_camel(card) for card in cards})
    shown = "".join(names[:_SID_CARDS])
    more = f"And{len(names) - _SID_CARDS}More" if len(names) > _SID_CARDS else ""
    return f"{shown}{more}" or "Flow"


def _camel(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", text))
