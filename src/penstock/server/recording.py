"""What the audit log is told of a request: who did what to what, and how that ended.

Everything that may change something is put down, before it is answered, by the gate: no address
can forget to. Bodies and query strings are not, for secrets are in them; what is worth knowing of
a body, its address says in `Visit.detail`. Who is not known leaves no trace but attempts to sign
in, of which the throttle lets only so many through.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal

from penstock.access.model import Deed
from penstock.server.identity import SAFE_METHODS, Visit

_PREFIX: Final = "/api/v1/"
_LONGEST: Final = 300
_MOST: Final = 10


def deed(
    visit: Visit, method: str, path: str, status: int, headers: Iterable[tuple[bytes, bytes]]
) -> Deed | None:
    """What to keep of a request; None if it is not worth it."""
    who = visit.who or (visit.caller and "public" not in visit.needs and visit.caller.name)
    if visit.verb is None or not who or status == 429:
        return None
    if (method in SAFE_METHODS or visit.needs == ("read",)) and not visit.is_refused:
        return None
    caller = visit.caller
    return Deed(
        at=datetime.now(UTC),
        who=who,
        via=caller.via if caller else "none",
        credential_id=caller.credential_id if caller else None,
        verb=visit.verb,
        object=_clipped(visit.object or _object(path, headers)),
        outcome=_outcome(status),
        status=status,
        address=visit.address,
        detail={name: _clipped(str(value)) for name, value in [*visit.detail.items()][:_MOST]},
    )


def _object(path: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """What was made, else what was asked for."""
    made = next((value for name, value in headers if name.lower() == b"location"), None)
    found = made.decode("latin-1") if made is not None else path
    return found.partition("?")[0].removeprefix(_PREFIX)


def _outcome(status: int) -> Literal["done", "refused", "failed"]:
    if status < 400:
        return "done"
    return "refused" if status in {401, 403} else "failed"


def _clipped(text: Any) -> str:
    clean = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}…"
