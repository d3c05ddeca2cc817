"""Bodies of `/settings` and of the health of the server in detail."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from penstock.engine.retention import AuditDays, Days, Retention, Sweep

State = Literal["ok", "warn", "bad"]


class NewRetention(BaseModel):
    """Days that things are kept from now on; null keeps for ever. All three have to be said."""

    model_config = ConfigDict(extra="forbid")

    runs_days: Days | None
    failed_days: Days | None
    audit_days: AuditDays | None


class RetentionShown(Retention):
    """Days that things are kept, null for ever, and what the last sweep removed."""

    last_sweep: Sweep | None = None


class Finding(BaseModel):
    """One thing that was looked at: how it is, in a sentence, and what to do if it is not well.

    `facts` are the numbers behind it, for programs.
    """

    name: str
    title: str
    state: State
    says: str
    hint: str | None = None
    facts: dict[str, int | float | str | None] = {}


class HealthDetails(BaseModel):
    """How the server is; `state` is that of its worst finding."""

    at: datetime
    state: State
    findings: list[Finding]
