"""How a connection's status changes, and when it may be used. Pure.

    draft -> verified -> unsafe | denied | stale, and back to verified by a probe that passes.

Only a verified connection is used. It is verified for as long as its last good probe is recent.
"""

import shlex
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from penstock.connections.model import Connection, ProbeReport
from penstock.errors import ConnectionNotVerified, ConnectionUnsafe

PROBE_HOLDS_FOR: Final = timedelta(days=7)
"""How long a good probe is believed: trust policies are edited."""

PROBE_AGAIN_AFTER: Final = timedelta(days=1)
"""When a verified connection is due to be probed again, at the latest."""

JITTER: Final = timedelta(hours=4)
"""How much earlier that may be: connections made together are not all probed at once."""


def as_of(connection: Connection, now: datetime) -> Connection:
    """The connection as it is now: stale if it was verified too long ago."""
    if connection.status != "verified":
        return connection
    if connection.verified_at is not None and now - connection.verified_at <= PROBE_HOLDS_FOR:
        return connection
    return connection.model_copy(update={"status": "stale"})


def due(connection: Connection, now: datetime) -> bool:
    """Whether it should be probed again: verified a day ago, or up to four hours less, or stale."""
    current = as_of(connection, now)
    if current.status == "stale":
        return True
    last = connection.verified_at
    if current.status != "verified" or last is None:
        return False
    return now - last >= PROBE_AGAIN_AFTER - _jitter(connection.id, last)


def _jitter(connection_id: str, last: datetime) -> timedelta:
    """Another each time, and the same whenever it is asked for."""
    digest = sha256(f"{connection_id} {last.isoformat()}".encode()).digest()
    return JITTER * (int.from_bytes(digest[:4]) / 2**32)


def after_probe(connection: Connection, report: ProbeReport) -> Connection:
    """The connection as that probe leaves it.

    A role that passes becomes the connection's role. One that does not is only remembered in
    the report. A probe that proves nothing leaves a connection that was not verified as it was.
    """
    update: dict[str, object] = {"probe": report, "updated_at": report.at}
    if report.status == "verified":
        update |= {
            "status": "verified",
            "role_arn": report.role_arn,
            "account_id": report.account_id,
            "partition": report.role_arn.split(":")[1],
            "verified_at": report.at,
        }
    elif report.status != "stale" or connection.status == "verified":
        update["status"] = report.status
    return connection.model_copy(update=update)


def require_usable(connection: Connection, now: datetime) -> None:
    """Nothing, if flows may use the connection now.

    Raises:
        ConnectionUnsafe, ConnectionNotVerified
    """
    current = as_of(connection, now)
    if current.status == "verified":
        return
    name = connection.nickname
    details = {"connection": name, "status": current.status}
    again = (
        f"`penstock connections verify {shlex.quote(name)}` says what to change and tries again."
    )
    if current.status == "unsafe":
        raise ConnectionUnsafe(
            f"Connection {name} is unsafe: its role can be assumed without this connection's "
            "external ID.",
            hint=f"The owner of the role must change its trust policy. {again}",
            details=details,
        )
    reason = {
        "draft": "has no verified role yet",
        "denied": "is denied: its role does not let Penstock in",
        "stale": "is stale: its role's trust has not been proved lately",
    }[current.status]
    raise ConnectionNotVerified(f"Connection {name} {reason}.", hint=again, details=details)
