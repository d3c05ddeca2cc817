"""What the broker hands to a connector: one role session's credentials."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials of a role session. Never shown, logged or stored.

    `expires_at` is aware, in UTC. `generation` counts sessions of one (connection, session
    policy), so that a client cache can tell a refreshed session from the one it holds.
    """

    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    expires_at: datetime
    generation: int = 0
