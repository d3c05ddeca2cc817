"""Sessions: signing in with a password, and who a session's secret belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from penstock.access.model import ROLE_SCOPES, Caller, Session, User, username_key
from penstock.access.passwords import Passwords
from penstock.access.repository import SessionRepository, UserRepository
from penstock.access.secret import digest, new_id, new_session
from penstock.access.throttle import Throttle
from penstock.access.users import now_in_utc
from penstock.errors import NotFound, SignInFailed, Where

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
_NOTED_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is known: a write for each request would slow all of them."""
_AGENT: Final = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun. `secret` is for the browser; it is kept nowhere else."""

    caller: Caller
    session: Session
    secret: str = field(repr=False)


class Sessions:
    """Kept in the database, so that they can be seen and ended."""

    def __init__(
        self,
        repository: SessionRepository,
        users: UserRepository,
        passwords: Passwords,
        throttle: Throttle,
        clock: Callable[[], datetime] = now_in_utc,
    ) -> None:
        self._repository = repository
        self._users = users
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock

    def sign_in(
        self, username: str, password: str, *, address: str, agent: str, before: str | None = None
    ) -> SignedIn:
        """A new session, if the password is right.

        Args:
            before: the secret of the session that the browser had, which ends.

        Raises:
            SignInFailed: no such user, a wrong or no password, or a disabled user: it is not said
                which, and takes the same work.
            TooManyAttempts: of this user, or from this address.
        """
        user = self._proved(username, password, address)
        if user is None or user.disabled_at is not None:
            raise SignInFailed(hint="An administrator can reset a forgotten password.")
        if before:
            self.sign_out(before)
        return self.begin(user, address=address, agent=agent)

    def begin(self, user: User, *, address: str, agent: str) -> SignedIn:
        """A session of a user who has proved to be the one."""
        now = self._clock()
        secret = new_session()
        session = Session(
            id=new_id(),
            user_id=user.id,
            username=user.username,
            created_at=now,
            used_at=now,
            expires_at=now + LONGEST,
            address=address,
            agent=agent[:_AGENT],
        )
        self._repository.add(digest(secret), session)
        return SignedIn(_caller(session, user), session, secret)

    def caller(self, secret: str) -> Caller | None:
        """Whose session it is; None if it has ended."""
        found = self._repository.find(digest(secret))
        if found is None:
            return None
        session, user = found
        now = self._clock()
        if user.disabled_at is not None or now >= _ends(session):
            return None
        if now - session.used_at >= _NOTED_EVERY:
            self._repository.touch(session.id, at=now)
            session = session.model_copy(update={"used_at": now})
        return _caller(session, user)

    def sign_out(self, secret: str) -> None:
        """End it, if it has not ended."""
        found = self._repository.find(digest(secret))
        if found is not None:
            self._repository.remove(found[0].id)

    def change_password(
        self, caller: Caller, current: str, new: str, *, address: str, agent: str
    ) -> SignedIn:
        """All sessions of the caller end; this is a new one.

        Raises:
            SignInFailed: the current password is wrong.
            PasswordUnsuitable: the new one cannot be one.
            TooManyAttempts: at the current one.
        """
        user = self._proved(caller.name, current, address)
        if user is None:
            raise SignInFailed("The current password is wrong.", where=Where(field="current"))
        kept = self._passwords.hash(new, username=user.username)
        self._users.set_password(user.id, kept, at=self._clock())
        return self.begin(user, address=address, agent=agent)

    def list(self, user_id: str | None = None) -> Sequence[Session]:
        """Those that have not ended, of one user or of all, last used first."""
        now = self._clock()
        found = [each for each in self._repository.all(user_id) if now < _ends(each)]
        return sorted(found, key=lambda each: (each.used_at, each.id), reverse=True)

    def revoke(self, session_id: str, *, user_id: str | None = None) -> None:
        """End a session, of this user if one is named.

        Raises:
            NotFound: there is none.
        """
        theirs = [each for each in self._repository.all(user_id) if each.id == session_id]
        if not theirs or not self._repository.remove(session_id):
            raise NotFound(f"There is no session {session_id}.")

    def revoke_all(self, user_id: str) -> int:
        """End all of a user; says how many."""
        return self._repository.remove_of(user_id)

    def _proved(self, username: str, password: str, address: str) -> User | None:
        key = username_key(username)
        self._throttle.attempt(key, address)
        found = self._users.password(username) if key else None
        user, kept = found or (None, None)
        if not self._passwords.matches(kept, password) or user is None or kept is None:
            return None
        self._throttle.succeeded(key, address)
        if self._passwords.is_outdated(kept):
            renewed = self._passwords.hash(password, username=user.username)
            self._users.rehash(user.id, kept, renewed)
        return user


def _ends(session: Session) -> datetime:
    return min(session.expires_at, session.used_at + IDLE)


def _caller(session: Session, user: User) -> Caller:
    return Caller(
        via="session",
        name=user.username,
        scopes=ROLE_SCOPES[user.role],
        user_id=user.id,
        role=user.role,
        credential_id=session.id,
        expires_at=_ends(session),
    )
