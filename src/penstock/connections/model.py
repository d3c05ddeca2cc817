"""A connection and what was proved about it."""

from datetime import datetime
from typing import Any, Literal

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
    """One step of a probe: what was tried, what came of it, what that proves.

    `seconds` is how long it took, waiting included; `attempts` how many requests were made;
    `aws_code` and `request_id` belong to the last of them. `denial` explains why AWS said no to
    the right external ID (`cause`, `happened`, `where`, `statement` ready to paste).
    """

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
    denial: dict[str, Any] | None = None


class ProbeReport(_Value):
    """A probe of a role's trust: its steps in order, and the status they lead to.

    `stale` means that something could not be proved either way: STS did not answer, say.
    """

    at: datetime
    status: Status
    role_arn: str
    steps: tuple[ProbeStep, ...]
    account_id: str | None = None


class Connection(_Value):
    """Nickname, role ARN, external ID and status; reusable by many flows.

    `id` and `external_id` never change. `role_arn`, `account_id` and `partition` are set once a
    probe has proved them, never before; `account_id` is the expected bucket owner. `probe` is the
    last one, `verified_at` when one last passed. `narrowing`: whether the sessions of a run are
    held to what its flow's cards declare (by a session policy); if not, they may do all that the
    role may.
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
    verified_at: datetime | None = None
    probe: ProbeReport | None = Field(default=None)
    narrowing: bool = True


class Deletion(_Value):
    """A connection that is gone, the flows that still name it, and what remains to be done."""

    connection: Connection
    flows: tuple[str, ...]
    notice: str
