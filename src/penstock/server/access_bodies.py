"""What requests about users, sessions and tokens carry, and what answers to them hold."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from penstock.access.model import Purpose, Role, Scope, Session, Token, Via
from penstock.access.tokens import DEFAULT_DAYS

_Text = Annotated[str, Field(max_length=256)]
_Password = Annotated[SecretStr, Field(max_length=1024)]
_Secret = Annotated[SecretStr, Field(max_length=256)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Body):
    """What a user signs in with."""

    username: _Text
    password: _Password


class PasswordChange(_Body):
    """The password that counts, and the one to count from now on."""

    current: _Password
    new: _Password


class LinkSecret(_Body):
    """What stands after `#link=` in a one-time link."""

    link: _Secret


class Redemption(LinkSecret):
    """A one-time link, and the password to have from now on.

    `username` is for the first administrator: any other link is for a certain user.
    """

    username: _Text | None = None
    password: _Password


class LinkShown(BaseModel):
    """What a one-time link is for. `username` is null for the first administrator's."""

    purpose: Purpose
    username: str | None
    expires_at: datetime


class CallerShown(BaseModel):
    """Who asks. `via` is `open` for anyone on this machine, while there are no users."""

    name: str
    via: Via
    role: Role | None
    scopes: list[Scope]
    session_id: str | None
    expires_at: datetime | None


class PasswordRules(BaseModel):
    """How long a password has to be and may be. Nothing has to be in it."""

    shortest: int
    longest: int


class SessionState(BaseModel):
    """Who asks, if that is known; without, one has to sign in first.

    `users` says whether there are any: if not, a one-time link makes the first administrator.
    """

    caller: CallerShown | None
    users: bool
    password_rules: PasswordRules


class SessionShown(Session):
    """A session; `current` is the one that asks."""

    current: bool


class NewUser(_Body):
    """A user to add; without a password they get a one-time link to choose it."""

    username: _Text
    role: Role
    password: _Password | None = None


class UserChange(_Body):
    """What to change; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class OneTimeLinkShown(BaseModel):
    """A one-time link, shown this once. `address` is relative to the server's own."""

    address: str
    expires_at: datetime


class UserShown(BaseModel):
    """A user. `link` is there when one was just made."""

    id: str
    username: str
    role: Role
    status: Literal["active", "invited", "disabled"]
    """`invited` until a password was chosen."""
    created_at: datetime
    password_changed_at: datetime | None
    signed_in_at: datetime | None
    disabled_at: datetime | None
    link: OneTimeLinkShown | None = None


class NewTokenAsked(_Body):
    """A token to make: one's own, or as an administrator that of `user`."""

    name: _Text
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=8)]
    days: Annotated[int, Field(ge=1, le=366)] = DEFAULT_DAYS
    user: _Text | None = None


class TokenShown(Token):
    """A token without the token itself."""

    status: Literal["active", "expired", "revoked"]


class TokenMade(TokenShown):
    """A new token; `token` is shown this once and kept nowhere."""

    token: str


class SessionsEnded(BaseModel):
    """How many sessions were ended."""

    ended: int
