"""A connection and what was proved about it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["draft", "verified", "unsafe", "denied", "stale"]
Partition = Literal["aws", "aws-us-gov", "aws-cn"]
Outcome = Literal["passed", "failed", "skipped"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlatformPrincipal(_Value):
    """The AWS identity Penstock itself runs as, from STS GetCallerIdentity.

    `arn` is what a trust policy names: for an assumed role, the role and not the session.
    """

    account_id: str
    arn: str
    partition: Partition


class ProbeStep(_Value):
    """One step of a probe: what was tried, what came of it, what that proves."""

    name: Literal[
        "role_arn", "right_external_id", "no_external_id", "other_external_id", "identity"
    ]
    outcome: Outcome
    message: str
    hint: str | None = None
    seconds: float = 0.0
    attempts: int = 1
    aws_code: str | None = None
    request_id: str | None = None


class ProbeReport(_Value):
    """A probe of a role's trust: its steps in order, and the status they lead to."""

    at: datetime
    status: Status
    role_arn: str
    steps: tuple[ProbeStep, ...]
    account_id: str | None = None


class Connection(_Value):
    """Nickname, role ARN, external ID and status; reusable by many flows.

    `id` and `external_id` never change. `account_id` is the role's account, set once
    GetCallerIdentity has proved it: the expected bucket owner.
    """

    id: str
    nickname: str
    external_id: str
    status: Status
    created_at: datetime
    updated_at: datetime
    connector: str = "s3"
    description: str = ""
    role_arn: str | None = None
    account_id: str | None = None
    partition: Partition | None = None
    region: str | None = None
    last_used_at: datetime | None = None
    probe: ProbeReport | None = Field(default=None)
