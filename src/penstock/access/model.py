"""Users, what their roles let them do, and who a request comes from."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from penstock.errors import InvalidInput, Where

Scope = Literal["read", "run", "write", "admin"]
"""`read`: see everything but what is for administrators. `run`: start and cancel runs. `write`:
change flows and connections. `admin`: users, everyone's tokens and sessions, the audit log."""

Role = Literal["viewer", "runner", "editor", "admin"]

SCOPES: Final[tuple[Scope, ...]] = ("read", "run", "write", "admin")
ALL_SCOPES: Final[frozenset[Scope]] = frozenset(SCOPES)
ROLE_SCOPES: Final[dict[Role, frozenset[Scope]]] = {
    "viewer": frozenset({"read"}),
    "runner": frozenset({"read", "run"}),
    "editor": frozenset({"read", "run", "write"}),
    "admin": ALL_SCOPES,
}

Via = Literal["session", "token", "local", "open"]
"""How a caller is known: signed in, by an API token, as the owner of the data directory, or as
anyone on this machine while there are no users."""

Purpose = Literal["first_administrator", "password"]

_USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_NAME: Final = 100


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class User(_Kept):
    """A person, or a program, that can sign in. Users are disabled, never removed, so that what
    the audit log says of one stays about that one."""

    id: str
    username: str
    role: Role
    created_at: datetime
    password_changed_at: datetime | None = None
    """None until the user has chosen a password."""
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None


class Session(_Kept):
    """Somebody who has signed in with a browser. `id` names it; it is not the secret."""

    id: str
    user_id: str
    username: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    """At the latest; earlier if it is not used."""
    address: str
    agent: str


class Token(_Kept):
    """An API token as it can be shown: without the token itself, of which only a hash is kept."""

    id: str
    user_id: str
    username: str
    name: str
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Link(_Kept):
    """A one-time link: for the first administrator, or for a user to choose a password."""

    purpose: Purpose
    user_id: str | None = None
    username: str | None = None
    expires_at: datetime


class Caller(_Kept):
    """Who a request comes from, and what they may do."""

    via: Via
    name: str
    scopes: frozenset[Scope]
    user_id: str | None = None
    role: Role | None = None
    credential_id: str | None = None
    """The session's or the token's id."""
    expires_at: datetime | None = None

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    @property
    def administers(self) -> bool:
        return "admin" in self.scopes


class Deed(_Kept):
    """One thing that somebody did, or was refused, for the audit log."""

    at: datetime
    who: str
    via: str
    credential_id: str | None = None
    verb: str
    object: str
    outcome: Literal["done", "refused", "failed"]
    status: int
    address: str
    detail: dict[str, Any] = Field(default_factory=dict)


class AuditEntry(Deed):
    """A line of the audit log; `seq` counts up and is never used twice."""

    seq: int


def username_key(username: str) -> str:
    """What usernames are compared by; empty for what no user can be called."""
    return username.lower() if _USERNAME.fullmatch(username) else ""


def sound_username(username: str) -> str:
    """The username, if a user can have it.

    Raises:
        InvalidInput: it cannot be one.
    """
    if not username_key(username):
        raise InvalidInput(
            "A username is 1 to 64 of the characters a-z, 0-9 and . _ @ + -, and begins with a "
            "letter or digit.",
            where=Where(field="username"),
        )
    return username


def sound_name(name: str) -> str:
    """The name of a token, if it can be one.

    Raises:
        InvalidInput: empty, too long, or with characters that cannot be seen.
    """
    trimmed = name.strip()
    unseen = any(unicodedata.category(each)[0] == "C" for each in trimmed)
    if not trimmed or len(trimmed) > _NAME or unseen:
        raise InvalidInput(
            f"A token's name is 1 to {_NAME} characters that can be seen.",
            where=Where(field="name"),
        )
    return trimmed
