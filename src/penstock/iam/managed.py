"""AWS managed policies by name or ARN: a role may carry one instead of a policy of its own.

The documents are kept as data, as AWS published them on the day `TAKEN`.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from penstock.errors import NotFound
from penstock.iam.nearest import nearest
from penstock.iam.policy import Policy, parse_policy

TAKEN: Final = "2026-08-22"  # ISO 8601


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy of AWS. `arn` is that of partition `aws`; `taken` the document's day."""

    name: str
    arn: str
    policy: Policy
    taken: str = TAKEN


def managed_policy(name_or_arn: str) -> ManagedPolicy:
    """The AWS managed policy of that name (whatever its case) or ARN (of whatever partition).

    Raises NotFound, with the nearest name, if it is not among those kept; that says nothing
    about whether AWS has it.
    """
    wanted = name_or_arn.strip()
    parts = wanted.split(":", 5)
    if len(parts) == 6:
        for one in _kept().values():
            if one.arn.split(":", 2)[2] == ":".join(parts[2:]):
                return one
    elif found := _kept().get(wanted.lower()):
        return found
    close = nearest(wanted.rpartition("/")[2], managed_policy_names())
    raise NotFound(
        f"The AWS managed policy {wanted!r} is not among those that Penstock knows",
        hint=f"Did you mean {close}?"
        if close
        else "Download its document and give that instead: aws iam get-policy-version.",
    )


def managed_policy_names() -> tuple[str, ...]:
    """The names of all that are kept, sorted."""
    return tuple(sorted(one.name for one in _kept().values()))


@cache
def _kept() -> dict[str, ManagedPolicy]:
    found: dict[str, ManagedPolicy] = {}
    for file in (files("penstock.iam") / "data" / "managed_policies").iterdir():
        if not file.name.endswith(".json"):
            continue
        kept = json.loads(file.read_text(encoding="utf-8"))
        name = kept["arn"].rpartition("/")[2]
        policy = parse_policy(kept["document"], name=name)
        found[name.lower()] = ManagedPolicy(name, kept["arn"], policy)
    return found
