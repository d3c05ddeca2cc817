"""Whether a statement names a principal, and how closely.

How closely decides which other policies still count ("Policy evaluation logic": resource-based
policies and implicit denies in other policy types):

- `direct`: the caller itself (a user, a role session, a federated session, a service) or
  everyone. Implicit denies elsewhere in the account do not matter.
- `entity`: the role of a role session, or the user of a federated session. The boundary and
  the session policy still have to allow.
- `account`: the caller's account. That delegates: the account's own policies have to allow.
"""

from dataclasses import dataclass
from typing import Final, Literal

from penstock.iam.request import Principal
from penstock.iam.statement import Principals

Closeness = Literal["direct", "entity", "account"]
CLOSENESS: Final[tuple[Closeness, ...]] = ("direct", "entity", "account")


@dataclass(frozen=True, slots=True)
class CompiledPrincipals:
    """A `Principal` or `NotPrincipal` element, ready to be asked."""

    everyone: bool
    aws: frozenset[str]
    service: frozenset[str]
    federated: frozenset[str]
    canonical_user: frozenset[str]

    def closeness(self, principal: Principal) -> Closeness | None:
        """How closely a `Principal` element names `principal`; None if it does not."""
        if self.everyone:
            return "direct"
        if principal.kind == "anonymous":
            return None
        if principal.kind == "service":
            named = principal.arn in self.service or "*" in self.service
            return "direct" if named else None
        if principal.arn in self.federated or self.itself(principal):
            return "direct"
        if self.entity(principal):
            return "entity"
        return "account" if self.account(principal) else None

    def spares(self, principal: Principal) -> bool | None:
        """Whether a `NotPrincipal` element leaves `principal` out; None if AWS leaves it open.

        "AWS JSON policy elements: NotPrincipal": account, role and session may each be checked,
        so that one who is named without the account he belongs to may be meant or not.
        """
        if self.everyone:
            return True
        if principal.kind in ("anonymous", "service"):
            return self.closeness(principal) is not None
        levels = [self.itself(principal), self.account(principal)]
        if principal.kind == "root":
            levels = [self.account(principal)]
        elif _entity_arn(principal) is not None and principal.kind != "role":
            levels.append(self.entity(principal))
        if all(levels):
            return True
        return None if any(levels) else False

    def itself(self, principal: Principal) -> bool:
        if principal.kind == "root":
            return self.account(principal)
        if principal.kind == "role":
            return False
        unique = principal.id if principal.kind == "user" else None
        return principal.arn in self.aws or (unique is not None and unique in self.aws)

    def entity(self, principal: Principal) -> bool:
        arn = _entity_arn(principal)
        unique = (principal.id or "").partition(":")[0]
        return (arn is not None and arn in self.aws) or (
            principal.kind in ("role", "role-session") and unique in self.aws
        )

    def account(self, principal: Principal) -> bool:
        account = principal.account_id
        if principal.canonical_user and principal.canonical_user in self.canonical_user:
            return True
        if account is None:
            return False
        if account in self.aws:
            return True
        partition = principal.arn.split(":", 2)[1] if principal.arn.startswith("arn:") else "aws"
        return f"arn:{partition}:iam::{account}:root" in self.aws


def _entity_arn(principal: Principal) -> str | None:
    return principal.user_arn if principal.kind == "federated" else principal.role


def compile_principals(principals: Principals) -> CompiledPrincipals:
    """`principals` ready to be asked."""
    return CompiledPrincipals(
        principals.everyone or "*" in principals.aws,
        frozenset(principals.aws),
        frozenset(principals.service),
        frozenset(principals.federated),
        frozenset(principals.canonical_user),
    )
