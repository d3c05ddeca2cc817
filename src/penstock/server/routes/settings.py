"""`/settings`: what administrators set for all. How long things are kept, so far."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from penstock.engine.retention import AuditDays, Days, Removable, Retention, Sweep
from penstock.server.authority import Visiting, needs
from penstock.server.dependencies import Served, problems
from penstock.server.settings_bodies import NewRetention, RetentionShown

router = APIRouter(prefix="/settings", tags=["settings"])

_SWEEP_SECONDS = 20.0

Forever = Literal["forever"]
AskedDays = Annotated[
    Days | Forever | None, Query(description="Instead of what is set: days, or `forever`.")
]
AskedAuditDays = Annotated[
    AuditDays | Forever | None, Query(description="Instead of what is set: days, or `forever`.")
]


@router.get("/retention", summary="How long things are kept", responses=problems(403))
@needs("admin")
def retention(served: Served) -> RetentionShown:
    """And what the last sweep did: one comes every hour."""
    return _shown(served, served.removal.retention())


@router.put("/retention", summary="Change how long things are kept", responses=problems(403))
@needs("admin")
def change_retention(body: NewRetention, served: Served, visit: Visiting) -> RetentionShown:
    """Counts from the next sweep on, which is within the hour; see the preview before."""
    visit.detail |= {
        name: "forever" if days is None else days for name, days in body.model_dump().items()
    }
    changed = served.removal.set_retention(Retention.model_validate(body.model_dump()))
    return _shown(served, changed)


@router.get("/retention/preview", summary="What a sweep would remove now", responses=problems(403))
@needs("admin")
def preview_retention(
    served: Served,
    runs_days: AskedDays = None,
    failed_days: AskedDays = None,
    audit_days: AskedAuditDays = None,
) -> Removable:
    """Counted, by what is set or by what is asked instead. Nothing is removed."""
    asked = {"runs_days": runs_days, "failed_days": failed_days, "audit_days": audit_days}
    said = {
        name: None if days == "forever" else days
        for name, days in asked.items()
        if days is not None
    }
    wanted = served.removal.retention().model_dump() | said
    return served.removal.preview(Retention.model_validate(wanted))


@router.post(
    "/retention/sweep", summary="Remove what is past its time", responses=problems(403, 409)
)
@needs("admin")
def sweep(served: Served, visit: Visiting) -> Sweep:
    """Now, and not within the hour. For 20 seconds at most: if it was not `complete`, ask again.

    409 if a sweep is under way.
    """
    done = served.removal.sweep(seconds=_SWEEP_SECONDS)
    visit.detail |= {"runs": done.runs, "audit_entries": done.audit_entries}
    return done


def _shown(served: Served, retention: Retention) -> RetentionShown:
    return RetentionShown(**dict(retention), last_sweep=served.removal.last_sweep())
