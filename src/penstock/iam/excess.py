"""What the identity-based policies of a role allow beyond what cards need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from penstock.iam.coverage import covers, covers_action
from penstock.iam.decision import StatementRef
from penstock.iam.fitting import actions_of, fits, pattern_pieces
from penstock.iam.grants import Grant
from penstock.iam.judging import Judge, implies
from penstock.iam.overlap import Unsure, common
from penstock.iam.statement import Statement

Kind = Literal["actions", "resources", "conditions", "everything_but"]


@dataclass(frozen=True, slots=True)
class Excess:
    """Something one statement allows that nobody needs.

    `actions`: the actions are not needed (on these `resources`). `resources`: they are needed,
    but only on the resources `needed`. `conditions`: only under conditions. `everything_but`:
    the statement has NotAction or NotResource, so what it allows has no end.
    """

    kind: Kind
    statement: StatementRef
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    needed: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """One sentence."""
        what = f"{_some(self.actions)} on {_some(self.resources)}"
        if self.kind == "actions":
            return f"No card needs {what}, which {self.statement} allows."
        if self.kind == "resources":
            return f"{_first(self.statement)} allows {what}; {_some(self.needed)} would be enough."
        if self.kind == "conditions":
            return f"{_first(self.statement)} allows {what} without the conditions of the cards."
        return f"{_first(self.statement)} allows everything but what it names."

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        one = self.statement
        return {
            "kind": self.kind,
            "statement": {"policy": one.policy, "sid": one.sid, "index": one.index},
            "actions": list(self.actions),
            "resources": list(self.resources),
            "needed": list(self.needed),
            "reason": self.reason,
        }


def excesses(needed: tuple[Grant, ...], judge: Judge) -> tuple[Excess, ...]:
    """Statement by statement; what other policies deny anyway is left out."""
    found: list[Excess] = []
    limited = _is_limited(judge)
    for policy in judge.policies.identity:
        for index, statement in enumerate(policy.statements):
            if statement.effect == "Allow":
                ref = StatementRef("identity", policy.name or policy.id, statement.sid, index)
                found += _of_statement(ref, statement, needed, judge if limited else None)
    return tuple(found)


def _is_limited(judge: Judge) -> bool:
    policies = judge.policies
    others = (policies.session, policies.boundary, *policies.scps, *policies.rcps)
    return any(one is not None for one in others) or any(
        statement.effect == "Deny" for one in policies.identity for statement in one.statements
    )


def _of_statement(
    ref: StatementRef, statement: Statement, needed: tuple[Grant, ...], judge: Judge | None
) -> Iterator[Excess]:
    resources = statement.resources or ()
    if statement.not_action or statement.not_resource:
        yield Excess("everything_but", ref, statement.actions, resources)
        return
    unneeded: dict[tuple[str, ...], list[str]] = {}
    broader: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    bare: dict[tuple[str, ...], list[str]] = {}
    for action in dict.fromkeys(one for a in statement.actions for one in _spelt_out(a, resources)):
        there = [one for one in needed if _same_action(action, one.action)]
        about = tuple(r for r in resources if _fits(action, r))
        if judge is not None:
            about = tuple(
                r for r in about if judge.judge(action, r, statement.conditions).verdict != "denied"
            )
        left = [r for r in about if not any(_covered(r, statement, one) for one in there)]
        meeting = [(r, [one for one in there if _meets(r, one.resource)]) for r in left]
        if nobody := tuple(r for r, several in meeting if not several):
            unneeded.setdefault(nobody, []).append(action)
        for resource, several in meeting:
            if not several:
                continue
            if any(
                covers(one.resource, resource) or _all_buckets(resource, one) for one in several
            ):
                bare.setdefault((resource,), []).append(action)
            else:
                enough = tuple(sorted({one.resource for one in several}))
                broader.setdefault(((resource,), enough), []).append(action)
    for where, actions in unneeded.items():
        yield Excess("actions", ref, tuple(actions), where)
    for (where, enough), actions in broader.items():
        yield Excess("resources", ref, tuple(actions), where, enough)
    for where, actions in bare.items():
        yield Excess("conditions", ref, tuple(actions), where)


def _spelt_out(action: str, resources: tuple[str, ...]) -> Iterable[str]:
    """The listed actions of a pattern that fit the resources; the pattern itself if none."""
    if "*" not in action and "?" not in action:
        return (action,)
    found = [one.name for one in actions_of(action) if any(fits(one, r) for r in resources)]
    return found or (action,)


def _fits(action: str, resource: str) -> bool:
    found = actions_of(action)
    return len(found) != 1 or fits(found[0], resource)


def _same_action(action: str, needed: str) -> bool:
    return covers_action(needed, action) or covers_action(action, needed)


def _covered(resource: str, statement: Statement, need: Grant) -> bool:
    """Whether `need` asks for all of it."""
    within = covers(need.resource, resource) or _all_buckets(resource, need)
    return within and all(
        any(implies(one, asked) for one in statement.conditions) for asked in need.conditions
    )


def _all_buckets(resource: str, need: Grant) -> bool:
    """`s3:ListAllMyBuckets` is on `*`, and policies may as well say `arn:aws:s3:::*`."""
    return need.resource == "*" or (
        need.action.lower() == "s3:listallmybuckets" and resource.endswith(":s3:::*")
    )


def _meets(resource: str, needed: str) -> bool:
    if "*" in (resource, needed):
        return True
    try:
        return common(pattern_pieces(resource), pattern_pieces(needed)) is not None
    except Unsure:
        return True


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _first(ref: StatementRef) -> str:
    text = str(ref)
    return text[:1].upper() + text[1:]
