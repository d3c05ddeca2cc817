"""What was denied: from the message where it says so, otherwise from what was asked."""

import re
from dataclasses import dataclass
from typing import Final

from penstock.iam.denial_reading import Denial
from penstock.iam.permission import literal
from penstock.iam.s3_operations import OPERATIONS

_SESSION: Final = re.compile(r"arn:([^:]+):sts::([0-9]{12}):assumed-role/([^/]+)/.*")
_CONDITIONAL: Final = frozenset({"always", "no-version", "version"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its caller knows it: botocore's name of the operation, and its parameters."""

    operation: str | None = None
    bucket: str | None = None
    key: str | None = None
    version_id: str | None = None
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class DeniedRequest:
    """Who was denied which action on which resource; None where that is not known."""

    principal: str | None
    role_arn: str | None
    action: str | None
    resource: str | None
    partition: str

    @property
    def role_name(self) -> str | None:
        """The role's name."""
        return self.role_arn.rpartition("/")[2] if self.role_arn else None

    @property
    def account(self) -> str | None:
        """The account of whoever asked."""
        who = self.role_arn or self.principal or ""
        parts = who.split(":")
        return parts[4] if len(parts) > 5 and parts[4] else None

    @property
    def pattern(self) -> str:
        """The resource as a policy writes it. Only S3 means a `*` in its messages as such; other
        services write it for "any"."""
        if self.resource is None or self.resource == "*":
            return "*"
        return literal(self.resource) if self.service == "s3" else self.resource

    @property
    def service(self) -> str | None:
        """The service's prefix."""
        return self.action.partition(":")[0] if self.action else None


def denied_request(denial: Denial, asked: Asked | None, role_arn: str | None) -> DeniedRequest:
    """What is known of it."""
    role = role_arn or _role_of(denial.principal)
    known = (role or denial.principal or denial.resource or "").split(":")
    partition = known[1] if len(known) > 5 else (asked.partition if asked else "aws")
    action, resource = denial.action, denial.resource
    if asked is not None:
        meant, on = _of_operation(asked, denial.operation)
        action = action or meant
        if resource is None and action == meant:
            resource = on
    return DeniedRequest(denial.principal, role, action, resource, partition)


def _role_of(principal: str | None) -> str | None:
    """The role of a session; its path is not in the session's ARN."""
    if principal is None:
        return None
    if found := _SESSION.fullmatch(principal):
        return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}"
    return principal if ":role/" in principal else None


def _of_operation(asked: Asked, operation: str | None) -> tuple[str | None, str | None]:
    """The first action that the operation needs in any case, and on what."""
    found = OPERATIONS.get(asked.operation or operation or "")
    if found is None:
        return None, None
    absent = "no-version" if asked.version_id else "version"
    needed = [one for one in found.needs if one.when in _CONDITIONAL and one.when != absent]
    if not needed:
        return None, None
    first = needed[0]
    bucket = asked.bucket or "*"
    if first.on == "bucket":
        return first.action, f"arn:{asked.partition}:s3:::{bucket}"
    if first.on == "object":
        return first.action, f"arn:{asked.partition}:s3:::{bucket}/{asked.key or '*'}"
    return first.action, "*"
