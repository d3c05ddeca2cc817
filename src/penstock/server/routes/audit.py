"""`/audit`: who did what."""

from typing import Annotated

from fastapi import APIRouter, Query

from penstock.access.model import AuditEntry
from penstock.errors import InvalidInput
from penstock.server.authority import needs
from penstock.server.dependencies import Served, problems
from penstock.server.paging import Cursor, Limit, Page, cursor_of, key_of

router = APIRouter(prefix="/audit", tags=["audit"])

_DIGITS = 9


@router.get("", summary="List who did what", responses=problems(403))
@needs("admin")
def list_entries(
    served: Served,
    who: Annotated[str | None, Query(description="Only by this user.", max_length=256)] = None,
    verb: Annotated[
        str | None,
        Query(description="Only this, such as flows.apply, or flows for all.", max_length=256),
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """Newest first: whatever may have changed something, and what was refused."""
    key = key_of(cursor)
    if key is not None and not (key.isdecimal() and len(key) <= _DIGITS):
        raise InvalidInput("This cursor was not given out by this server.")
    before = None if key is None else int(key)
    found = list(served.access.audit.list(who=who, verb=verb, before=before, limit=limit + 1))
    more = cursor_of(str(found[limit - 1].seq)) if len(found) > limit else None
    return Page(items=found[:limit], next_cursor=more)
