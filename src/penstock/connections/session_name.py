"""RoleSessionName: what the role's owner reads in CloudTrail."""

import re
import unicodedata
from typing import Final

from penstock.errors import InvalidInput

PROBE_SESSION_NAME: Final = "penstock-probe"

_ALLOWED: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_PREFIX: Final = "penstock-"
_LONGEST: Final = 64


def flow_session_name(flow: str) -> str:
    """`penstock-<flow>` in the characters STS allows: `[\\w+=,.@-]{2,64}` (API model of STS).

    Accents are dropped from letters, whatever else is not allowed becomes `-`, and a long name
    is cut at the end.
    """
    plain = unicodedata.normalize("NFKD", flow).encode("ascii", "ignore").decode()
    name = re.sub(r"[^\w+=,.@-]+", "-", plain, flags=re.ASCII).strip("-")
    return f"{_PREFIX}{name or 'flow'}"[:_LONGEST].rstrip("-")


def checked_session_name(name: str) -> str:
    """`name`, if STS accepts it.

    Raises:
        InvalidInput
    """
    if _ALLOWED.fullmatch(name) is None:
        raise InvalidInput(
            f"{name!r} is no session name that AWS accepts.",
            hint="2 to 64 letters, digits and _ + = , . @ - are allowed.",
        )
    return name
