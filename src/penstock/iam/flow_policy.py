"""A flow's policy in as many managed policies as its length takes, each within IAM's limit."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from penstock.errors import InvalidInput
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.iam.statement import Statement

MANAGED_POLICY_LIMIT: Final = 6144  # characters, white space not counted ("IAM and STS quotas")
POLICIES_PER_ROLE: Final = 10  # managed policies attached to a role, unless the quota was raised

# They are on no resource yet, or on none in particular, so there is no account to compare.
_OWNERLESS: Final = frozenset({"s3:createbucket", "s3:listallmybuckets"})
_OWNER_KEYS: Final = frozenset({"aws:resourceaccount", "s3:resourceaccount"})


def policies_for(
    needs: Iterable[Need],
    *,
    partition: str = "aws",
    owner: str | None = None,
    optional: bool = True,
    limit: int = MANAGED_POLICY_LIMIT,
) -> tuple[Policy, ...]:
    """The policies that together allow `needs` and nothing else; one if it fits in `limit`.

    `owner` is the account that is expected to own the buckets: S3 permissions are then for its
    resources only (`aws:ResourceAccount`), except where a need already says whose. `optional`
    False leaves out what cards can do without. Several policies are named `1 of 3` and so on;
    `split_notice` says so to people. The same needs give the same policies, in whatever order.
    Raises InvalidInput if a single permission is longer than `limit`.
    """
    wanted = [one for one in needs if optional or not one.permission.optional]
    if owner is not None:
        wanted = [replace(one, permission=owned_by(one.permission, owner)) for one in wanted]
    whole = policy_for(wanted, partition=partition)
    if policy_size(whole) <= limit:
        return (whole,)
    bins: list[list[Statement]] = []
    for statement in whole.statements:
        for part in _parts(statement, limit):
            _place(part, bins, limit)
    count = len(bins)
    return tuple(
        Policy(tuple(one), name=f"{number} of {count}") for number, one in enumerate(bins, 1)
    )


def policy_size(policy: Policy) -> int:
    """The length that counts for IAM's limits: of the document without white space."""
    return len(policy.text(indent=None))


def split_notice(policies: tuple[Policy, ...]) -> str | None:
    """What to tell whoever attaches `policies`; None if it is one."""
    if len(policies) < 2:
        return None
    said = (
        f"The policy is longer than the {MANAGED_POLICY_LIMIT:,} characters of a managed policy, "
        f"so it comes as {len(policies)} policies; attach all of them to the role."
    )
    if len(policies) > POLICIES_PER_ROLE:
        said += (
            f" A role takes {POLICIES_PER_ROLE} unless the account's quota was raised: "
            "use fewer and broader patterns, or several roles."
        )
    return said


def owned_by(permission: Permission, owner: str) -> Permission:
    """An S3 permission for resources of the account `owner` only; one that says whose its
    resources are, or is on none in particular, stays as it is.
    """
    service, _, name = permission.action.partition(":")
    if service.lower() != "s3" or permission.action.lower() in _OWNERLESS or "*" in name:
        return permission
    tests = {operator: dict(keys) for operator, keys in permission.conditions.items()}
    if any(key.lower() in _OWNER_KEYS for keys in tests.values() for key in keys):
        return permission
    tests.setdefault("StringEquals", {})["aws:ResourceAccount"] = (owner,)
    return replace(permission, conditions=tests)


def _parts(statement: Statement, limit: int) -> Iterator[Statement]:
    """The statement in halves until each fits a policy of its own."""
    if policy_size(Policy((statement,))) <= limit:
        yield statement
        return
    resources, actions = statement.resources or (), statement.actions
    if len(resources) < 2 and len(actions) < 2:
        raise InvalidInput(
            f"A single permission does not fit in {limit:,} characters: {actions[0]}",
            hint="Use a shorter pattern, or fewer values in its condition.",
        )
    by_resource = len(resources) >= len(actions)
    middle = max(len(resources), len(actions)) // 2
    for half in (slice(middle), slice(middle, None)):
        if by_resource:
            part = replace(statement, resources=resources[half])
        else:
            part = replace(statement, actions=actions[half])
        yield from _parts(part, limit)


def _place(statement: Statement, bins: list[list[Statement]], limit: int) -> None:
    """Into the first policy with room for it, under a Sid that is not yet used there."""
    for one in bins:
        placed = replace(statement, sid=_free_sid(statement.sid, one))
        if policy_size(Policy((*one, placed))) <= limit:
            one.append(placed)
            return
    bins.append([statement])


def _free_sid(sid: str | None, there: list[Statement]) -> str | None:
    used = {one.sid for one in there}
    if sid is None or sid not in used:
        return sid
    return next(
        name for number in range(2, len(there) + 3) if (name := f"{sid}x{number}") not in used
    )
