"""A request as IAM sees it: who wants to do what to which resource, and what is known about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

PrincipalKind = Literal["root", "user", "role", "role-session", "federated", "service", "anonymous"]
_TYPES: Final[Mapping[PrincipalKind, str]] = {
    "root": "Account",
    "user": "User",
    "role": "AssumedRole",
    "role-session": "AssumedRole",
    "federated": "FederatedUser",
    "anonymous": "Anonymous",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `arn` is the caller's, as STS GetCallerIdentity tells it.

    For a role session `role_arn` is the role's own ARN, with its path; without it the role is
    taken to have none. For a federated user session (GetFederationToken) `user_arn` is the
    user who federated. For a service `arn` is its name (`ec2.amazonaws.com`), for an anonymous
    caller it is `*`. `id` is the unique ID (`AROA...:session`), `canonical_user` S3's name for
    the account.
    """

    kind: PrincipalKind
    arn: str
    account_id: str | None
    role_arn: str | None = None
    user_arn: str | None = None
    id: str | None = None
    canonical_user: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """The ARN of the role whose session this is, or which this is."""
        if self.kind == "role":
            return self.arn
        if self.kind != "role-session" or self.role_arn:
            return self.role_arn
        parts = self.arn.split(":", 5)
        if len(parts) < 6 or parts[5].count("/") < 2:
            return None
        name = parts[5].split("/")[1]
        return f"{parts[0]}:{parts[1]}:iam::{parts[4]}:role/{name}"

    def context(self) -> dict[str, tuple[str, ...]]:
        """The keys that follow from who it is ("AWS global condition context keys")."""
        found: dict[str, tuple[str, ...]] = {}
        if self.kind in _TYPES:
            found["aws:principaltype"] = (_TYPES[self.kind],)
        if self.kind not in ("service", "anonymous"):
            found["aws:principalarn"] = (self.role or self.arn,)
            if self.account_id:
                found["aws:principalaccount"] = (self.account_id,)
        if self.kind == "user":
            found["aws:username"] = (self.arn.rpartition("/")[2],)
        if self.kind == "service":
            found["aws:principalservicename"] = (self.arn,)
            found["aws:principalisawsservice"] = ("true",)
        elif self.kind != "anonymous":
            found["aws:principalisawsservice"] = ("false",)
        if self.id:
            found["aws:userid"] = (self.id,)
        elif self.kind == "root" and self.account_id:
            found["aws:userid"] = (self.account_id,)
        for key, value in self.tags.items():
            found[f"aws:principaltag/{key.lower()}"] = (value,)
        return found


@dataclass(frozen=True)
class Request:
    """One action on one resource. Context keys compare without case.

    A key that is not in `context` is *absent* from the request, unless it is among
    `unknown_keys` (`"*"`: every key not in `context` is unknown): then a decision that depends
    on it is `unknown`. `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`,
    `aws:userid`, `aws:username`, `aws:PrincipalTag/...` and `aws:ResourceAccount` follow from
    the principal and the resource's account and need not be given. `resource` is the ARN itself:
    `*` and `?` in it are ordinary characters. `resource_account` None means the principal's.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resource_account: str | None = None
    unknown_keys: frozenset[str] | Literal["*"] = frozenset()

    @property
    def crosses_accounts(self) -> bool:
        """Whether the resource belongs to another account than the caller."""
        return (
            self.resource_account is not None
            and self.principal.account_id is not None
            and self.resource_account != self.principal.account_id
        )

    @cached_property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Every known key, in lower case."""
        found = self.principal.context()
        account = self.resource_account or self.principal.account_id
        if account:
            found["aws:resourceaccount"] = (account,)
        found.update((key.lower(), values) for key, values in self.context.items())
        return found

    @cached_property
    def _unknown(self) -> frozenset[str]:
        return frozenset(key.lower() for key in self.unknown_keys)

    def is_unknown(self, key: str) -> bool:
        """Whether nobody knows if `key` (in lower case) is in the request, or its value."""
        if key in self.known:
            return False
        return self.unknown_keys == "*" or key in self._unknown
