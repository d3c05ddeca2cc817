"""How long ended runs and the audit log are kept, and what that says of what there is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from penstock.engine.model import RunStatus

LONGEST_DAYS = 3_650
SHORTEST_AUDIT_DAYS = 90
"""The database itself refuses to remove younger entries (migration 0005)."""

Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
AuditDays = Annotated[int, Field(ge=SHORTEST_AUDIT_DAYS, le=LONGEST_DAYS)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(_Value):
    """Days, counted from a run's end; null keeps for ever."""

    runs_days: Days | None = 30
    """Of runs that succeeded or were cancelled: all of a run goes, its files too."""
    failed_days: Days | None = 90
    """Of runs that failed."""
    audit_days: AuditDays | None = 400
    """Of the audit log."""

    def limits(self, now: datetime) -> "Limits":
        """What ended, or was done, before these moments may go."""

        def before(days: int | None) -> datetime | None:
            return None if days is None else now - timedelta(days=days)

        limits: dict[RunStatus, datetime | None] = {
            "succeeded": before(self.runs_days),
            "cancelled": before(self.runs_days),
            "failed": before(self.failed_days),
        }
        runs = {status: limit for status, limit in limits.items() if limit is not None}
        return Limits(runs, before(self.audit_days))


class Limits(NamedTuple):
    """Moments before which things may go; what is kept for ever has none."""

    runs: dict[RunStatus, datetime]
    audit: datetime | None


class Removable(_Value):
    """What would go now. `row_bytes` is an estimate; `file_bytes` is a lower bound if not all
    files could be looked at in time."""

    runs: int
    failed_runs: int
    audit_entries: int
    row_bytes: int
    file_bytes: int
    all_files_seen: bool
    oldest_run: datetime | None


class Sweep(_Value):
    """What one round of removing did. Not `complete`: it was ended before it was through."""

    begun_at: datetime
    ended_at: datetime
    runs: int = 0
    audit_entries: int = 0
    uploads: int = 0
    file_bytes: int = 0
    complete: bool = True
    fault: str | None = None


class Chore(NamedTuple):
    """What one worker does for all: who is at it, and what was said the last time."""

    holder: str | None
    report: dict[str, Any] | None


class Chores(Protocol):
    """Sees to it that one of several workers does a chore, and not all of them."""

    def claim(self, name: str, holder: str, *, seconds: float) -> bool:
        """Whether it is this holder's for so long from now; again, to keep it for longer."""
        ...

    def release(self, name: str, holder: str, report: dict[str, Any] | None) -> None:
        """Let others have it, and say what was done; what another holds by now stays."""
        ...

    def look(self, name: str) -> Chore: ...


class Due(NamedTuple):
    """Runs whose time is over, counted, and about how many bytes their rows take."""

    runs: int
    failed_runs: int
    oldest: datetime | None
    row_bytes: int


class Removals(Protocol):
    """What retention and removal need of a store. Each call is one short transaction.

    A run is hidden first: from then on it is gone for every reader. Its row is dropped last, so
    that whatever it left elsewhere is found again after a crash.
    """

    def retention(self) -> Retention:
        """What was set, or the defaults."""
        ...

    def set_retention(self, retention: Retention, *, at: datetime) -> None: ...

    def count_due(self, limits: Limits) -> Due: ...

    def due(self, limits: Limits, *, most: int) -> Sequence[str]:
        """Ids of ended runs whose time is over: so many at most, of each state the oldest first."""
        ...

    def hide(self, run_ids: Sequence[str], *, at: datetime) -> Sequence[str]:
        """Those of them that had ended, and were not hidden before."""
        ...

    def hidden(self, *, most: int, after: str = "") -> Sequence[str]:
        """Ids of hidden runs that are not dropped yet, by id from the one after `after`."""
        ...

    def drop_events(self, run_id: str, *, most: int) -> int:
        """Remove so many of a hidden run's events; how many there were to remove."""
        ...

    def drop(self, run_id: str) -> None:
        """Remove a hidden run's row, and with it all that hangs on it."""
        ...

    def count_audit(self, before: datetime) -> int: ...

    def drop_audit(self, before: datetime, *, most: int) -> int:
        """Remove so many of the oldest entries; how many there were to remove."""
        ...
