"""The practice accounts' users, roles, policies and keys, as IAM sees them at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from penstock.iam.policy import Policy, PolicyKind, parse_policy
from penstock.iam.request import Principal
from penstock.sandbox import emulator, records
from penstock.sandbox.accounts import Credential, Sessions, random_id


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """A role: what AssumeRole has to know."""

    arn: str
    id: str
    name: str
    account_id: str
    trust: Policy
    longest: int


@dataclass(frozen=True, slots=True)
class Attached:
    """The policies IAM attaches to a principal."""

    identity: tuple[Policy, ...]
    boundary: Policy | None


@lru_cache(maxsize=4096)
def read_policy(text: str, kind: PolicyKind, name: str | None = None) -> Policy:
    """The policy, read once. Raises PolicyInvalid."""
    return parse_policy(text, kind, name=name)


class Directory:
    """Finds who a key belongs to, which role an ARN names, and what is attached to whom."""

    def __init__(self) -> None:
        self.sessions = Sessions()
        self._fixed: dict[str, Credential] = {}

    def add_user(self, account: str, name: str, policy: str, pair: tuple[str, str]) -> Principal:
        """Make an IAM user with an inline policy, and a key pair that is given."""
        with emulator.LOCK:
            backend = records.iam_backend(account)
            made = backend.create_user("us-east-1", name)
            made.put_policy(f"{name}-policy", policy)
            made.id = random_id("AIDA")
            principal = Principal("user", made.arn, account, id=made.id)
        self._fixed[pair[0]] = Credential(pair[0], pair[1], principal)
        return principal

    def credential(self, access_key_id: str) -> Credential | None:
        """Whose key this is; None if nobody's."""
        found = self._fixed.get(access_key_id) or self.sessions.find(access_key_id)
        return found or self._user_key(access_key_id)

    def _user_key(self, access_key_id: str) -> Credential | None:
        with emulator.LOCK:
            for account in records.accounts():
                backend = records.iam_backend(account)
                for user in backend.users.values():
                    for key in user.access_keys:
                        if key.access_key_id == access_key_id:
                            return Credential(
                                access_key_id,
                                key.secret_access_key,
                                Principal("user", user.arn, account, id=user.id),
                                state="Active" if key.status == "Active" else "Inactive",
                            )
        return None

    def role(self, arn: str) -> RoleRecord | None:
        """The role of that ARN, in the ARN's own account."""
        account = arn.split(":")[4]
        with emulator.LOCK:
            if account not in set(records.accounts()):
                return None
            for role in records.iam_backend(account).roles.values():
                if role.arn == arn:
                    return RoleRecord(
                        arn,
                        role.id,
                        role.name,
                        account,
                        read_policy(role.assume_role_policy_document, "trust", role.name),
                        int(role.max_session_duration or 3600),
                    )
        return None

    def attached(self, principal: Principal) -> Attached:
        """The identity policies and the boundary of a user, or of a session's role."""
        if principal.account_id is None:
            return Attached((), None)
        with emulator.LOCK:
            backend = records.iam_backend(principal.account_id)
            holders: Iterable[object] = (
                backend.users.values() if principal.kind == "user" else backend.roles.values()
            )
            wanted = principal.arn if principal.kind == "user" else principal.role
            for holder in holders:
                if getattr(holder, "arn", None) == wanted:
                    return self._policies(backend, holder)
        return Attached((), None)

    @staticmethod
    def _policies(backend: object, holder: object) -> Attached:
        found = [
            read_policy(text, "identity", name)
            for name, text in dict(getattr(holder, "policies", {})).items()
        ]
        for managed in dict(getattr(holder, "managed_policies", {})).values():
            found.append(read_policy(_document(managed), "identity", managed.name))
        boundary = None
        if arn := getattr(holder, "permissions_boundary_arn", None):
            policy = getattr(backend, "managed_policies", {}).get(arn)
            if policy is not None:
                boundary = read_policy(_document(policy), "boundary", policy.name)
        return Attached(tuple(found), boundary)


def _document(managed: object) -> str:
    default = getattr(managed, "default_version_id", "v1")
    for version in getattr(managed, "versions", []):
        if version.version_id == default:
            return str(version.document)
    return '{"Version": "2012-10-17", "Statement": []}'
