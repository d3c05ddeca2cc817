"""Who may use Penstock, in one value: users, sessions, tokens and the audit log."""

from dataclasses import dataclass

from penstock.access.model import ALL_SCOPES, Caller
from penstock.access.repository import AuditLog
from penstock.access.sessions import Sessions
from penstock.access.tokens import Tokens
from penstock.access.users import Users

OWNER = Caller(via="local", name="local", scopes=ALL_SCOPES)
"""The owner of the data directory, who could read and change all of it without Penstock."""

ANYONE = Caller(via="open", name="anyone", scopes=ALL_SCOPES)
"""Anyone on this machine, as long as there are no users."""


@dataclass(frozen=True, slots=True)
class Access:
    users: Users
    sessions: Sessions
    tokens: Tokens
    audit: AuditLog
