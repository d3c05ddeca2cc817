"""Which cards a role's policies let work, whatever their inputs: card by card, with the reason."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from penstock.catalog.card import Card
from penstock.catalog.needs import Needed, needed
from penstock.iam.decision import StatementRef
from penstock.iam.evaluation import PolicySet
from penstock.iam.grants import grant
from penstock.iam.judging import Judge, Judgement
from penstock.iam.policy import Policy

Works = Literal["works", "partly", "fails", "unknown"]

ANY_ROLE: Final = "arn:aws:iam::000000000000:role/any"
"""Stands for the role where nobody has said which one it is."""

_INPUT: Final = re.compile(r"\{[a-z_.]+\}")


@dataclass(frozen=True, slots=True)
class NeedVerdict:
    """One permission of a card, when it needs it, and what the policies say of it."""

    needed: Needed
    judgement: Judgement

    @property
    def when(self) -> str:
        """`always`, or with or without which inputs."""
        names = " or ".join((*self.needed.inputs, *self.needed.unless))
        if self.needed.always:
            return f"unless {names} is given" if names else "always"
        return f"with {names}" if names else "with some inputs"

    @property
    def is_basic(self) -> bool:
        """Whether the card cannot do without it when it is given no more than it must be."""
        return self.needed.always and not self.needed.permission.optional

    def concerns(self, name: str | None) -> bool:
        """Whether it is required with the input `name`, or with no more than there must be."""
        if self.needed.permission.optional:
            return False
        if self.needed.always:
            return name not in self.needed.unless
        return name in self.needed.inputs

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        permission, found = self.needed.permission, self.judgement
        return {
            "action": permission.action,
            "resource": permission.resource,
            "optional": permission.optional,
            "without": permission.without or None,
            "when": self.when,
            "verdict": found.verdict,
            "statements": [_statement(one) for one in found.statements],
            "missing_keys": list(found.missing_keys),
            "reason": found.reason,
        }


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """What becomes of one card under the policies, over all the inputs it may be given.

    `works`: nothing it may need is missing. `partly`: it works, but not with all inputs, not on
    all resources, or without something that it can do without. `fails`: whatever it is given,
    something that it needs is denied. `unknown`: that cannot be told.
    """

    card: str
    verdict: Works
    needs: tuple[NeedVerdict, ...]

    @property
    def lacking(self) -> tuple[NeedVerdict, ...]:
        """What is not allowed for sure, what it cannot do without first."""
        found = [one for one in self.needs if one.judgement.verdict != "allowed"]
        return tuple(sorted(found, key=_weight))

    @property
    def statements(self) -> tuple[StatementRef, ...]:
        """The statements behind the verdict: those that deny, or allow in part only; else those
        that allow. A card fails without any if none allows what it needs."""
        found = [ref for one in self.lacking for ref in one.judgement.statements]
        if not found and self.verdict != "fails":
            found = [ref for one in self.needs for ref in one.judgement.statements]
        return tuple(dict.fromkeys(found))

    @property
    def reason(self) -> str:
        """What is lacking, and when that matters."""
        if not self.needs:
            return "It needs no permission."
        lacking = self.lacking
        if self.verdict == "fails":
            lacking = tuple(one for one in lacking if one.is_basic) or lacking
        said: dict[tuple[str, str], str] = {}
        for one in lacking:
            permission = one.needed.permission
            said.setdefault((permission.action, permission.without), _lack(one))
        return "; ".join(said.values()) or "Everything it may need is allowed."

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        return {
            "card": self.card,
            "verdict": self.verdict,
            "reason": self.reason,
            "statements": [_statement(one) for one in self.statements],
            "permissions": [one.as_dict() for one in self.needs],
        }


def card_verdicts(
    cards: Iterable[Card],
    policies: PolicySet | Iterable[Policy],
    *,
    role_arn: str = ANY_ROLE,
    context: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[CardVerdict, ...]:
    """What `policies` (a set, or a role's identity-based ones) make of each card.

    The role's account is taken to own all resources. Raises RoleArnInvalid.
    """
    given = policies if isinstance(policies, PolicySet) else PolicySet(tuple(policies))
    judge = Judge(given, role_arn, context)
    partition = role_arn.split(":", 2)[1]
    return tuple(_card(card, judge, partition) for card in cards)


def _card(card: Card, judge: Judge, partition: str) -> CardVerdict:
    needs = tuple(NeedVerdict(one, _judged(one, judge, partition)) for one in needed(card))
    return CardVerdict(card.id, _verdict(needs), needs)


def _verdict(needs: tuple[NeedVerdict, ...]) -> Works:
    if all(one.judgement.verdict == "allowed" for one in needs):
        return "works"
    names = {name for one in needs for name in (*one.needed.inputs, *one.needed.unless)}
    outcomes: set[Works] = set()
    for name in (None, *names):
        found = {one.judgement.verdict for one in needs if one.concerns(name)}
        sure: Works = "unknown" if "unknown" in found else "partly"
        outcomes.add("fails" if "denied" in found else sure)
    if "partly" in outcomes:
        return "partly"
    return "unknown" if "unknown" in outcomes else "fails"


def _judged(need: Needed, judge: Judge, partition: str) -> Judgement:
    one = grant(need.permission, "", partition)
    return judge.judge(one.action, _INPUT.sub("*", one.resource), one.conditions)


def _weight(one: NeedVerdict) -> tuple[bool, bool]:
    return (one.needed.permission.optional, not one.is_basic)


def _lack(one: NeedVerdict) -> str:
    permission = one.needed.permission
    said = {
        "denied": f"{permission.action} is not allowed",
        "partly": f"{permission.action} is allowed for a part only",
        "unknown": f"whether {permission.action} is allowed cannot be told",
    }[one.judgement.verdict]
    if missing := one.judgement.missing_keys:
        said += f" without knowing {', '.join(missing)}"
    if one.when != "always":
        said += f" (needed {one.when})"
    if permission.optional:
        said += f": {permission.without or 'it works less well without'}"
    return said


def _statement(one: StatementRef) -> dict[str, Any]:
    return {"kind": one.kind, "policy": one.policy, "sid": one.sid, "index": one.index}
