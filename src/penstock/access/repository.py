"""What the services here need of a store. Secrets come as digests and argon2 hashes only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from penstock.access.model import AuditEntry, Deed, Link, Role, Session, Token, User


class UserRepository(Protocol):
    """Users and one-time links."""

    def any(self) -> bool:
        """Whether there are users, disabled ones included."""
        ...

    def add(self, user: User, password: str | None) -> None:
        """Raises UsernameTaken."""
        ...

    def find(self, username: str) -> User | None: ...
    def all(self) -> Sequence[User]:
        """By username."""
        ...

    def password(self, username: str) -> tuple[User, str | None] | None:
        """The user, and the hash of the password if one was chosen."""
        ...

    def change(
        self, user_id: str, *, role: Role | None, disabled_at: datetime | None, enabled: bool
    ) -> User:
        """A disabled user loses sessions and links. Raises Conflict if no administrator that is
        not disabled would be left."""
        ...

    def set_password(self, user_id: str, password: str, *, at: datetime) -> None:
        """All sessions of the user end."""
        ...

    def rehash(self, user_id: str, before: str, after: str) -> None:
        """The same password, hashed with newer parameters; nothing if it was changed meanwhile."""
        ...

    def add_link(self, digest: str, link: Link, *, created_at: datetime) -> None:
        """Instead of what there was for this purpose and user."""
        ...

    def forget_password(self, user_id: str, digest: str, link: Link, *, at: datetime) -> None:
        """The password counts no more, all sessions end, and the link is there, all at once."""
        ...

    def link(self, digest: str, *, now: datetime) -> Link | None: ...
    def redeem_first(self, digest: str, user: User, password: str, *, now: datetime) -> bool:
        """Whether the link was there, unexpired, and there are no users: then it is gone and the
        user is there, with all of it at once."""
        ...

    def redeem(self, digest: str, password: str, *, now: datetime) -> User | None:
        """The user whose link it was, with that password now; the link is gone."""
        ...


class SessionRepository(Protocol):
    def add(self, digest: str, session: Session) -> None:
        """Also notes that the user signed in; what has expired is dropped in passing."""
        ...

    def find(self, digest: str) -> tuple[Session, User] | None: ...
    def touch(self, session_id: str, *, at: datetime) -> None: ...
    def all(self, user_id: str | None = None) -> Sequence[Session]: ...
    def remove(self, session_id: str) -> bool: ...
    def remove_of(self, user_id: str) -> int: ...


class TokenRepository(Protocol):
    def add(self, digest: str, token: Token) -> None: ...
    def find(self, digest: str) -> tuple[Token, User] | None: ...
    def get(self, token_id: str) -> Token | None: ...
    def touch(self, token_id: str, *, at: datetime) -> None: ...
    def all(self, user_id: str | None = None) -> Sequence[Token]: ...
    def revoke(self, token_id: str, *, at: datetime) -> None: ...


class AuditLog(Protocol):
    def append(self, deed: Deed) -> None: ...
    def list(
        self,
        *,
        who: str | None = None,
        verb: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[AuditEntry]:
        """Newest first; `verb` also as a noun alone, such as `flows`."""
        ...
