"""Users: the first administrator, further ones, their roles and passwords."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from penstock.access.model import Link, Role, User, sound_username
from penstock.access.passwords import Passwords
from penstock.access.repository import UserRepository
from penstock.access.secret import LINK_PREFIX, digest, is_whole, new_id, new_link
from penstock.errors import Conflict, LinkInvalid, NotFound

FIRST_LINK_COUNTS: Final = timedelta(hours=1)
LINK_COUNTS: Final = timedelta(hours=24)


def now_in_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link just made. `secret` is not kept, so this is the only time that it can be shown."""

    link: Link
    secret: str = field(repr=False)

    @property
    def address(self) -> str:
        """Relative to the server's own address. What is after the `#` reaches no server, log or
        proxy: the page there sends it in a body."""
        return f"/#link={self.secret}"


class Users:
    """All of them; none can be removed, only disabled."""

    def __init__(
        self,
        repository: UserRepository,
        passwords: Passwords,
        clock: Callable[[], datetime] = now_in_utc,
    ) -> None:
        self._repository = repository
        self._passwords = passwords
        self._clock = clock
        self._known_to_exist = False

    def any(self) -> bool:
        """Whether there are users, so that who asks has to be known."""
        # They are never removed, so once there was one there always is.
        self._known_to_exist = self._known_to_exist or self._repository.any()
        return self._known_to_exist

    def first_administrator_link(self) -> OneTimeLink:
        """A link for whoever opens it to become the first administrator; earlier ones count no
        more.

        Raises:
            Conflict: there are users.
        """
        if self.any():
            raise Conflict(
                "There are users already.", hint="An administrator can add one, or a link for one."
            )
        now = self._clock()
        link = Link(purpose="first_administrator", expires_at=now + FIRST_LINK_COUNTS)
        made = OneTimeLink(link, new_link())
        self._repository.add_link(digest(made.secret), link, created_at=now)
        return made

    def add(self, username: str, role: Role, password: str | None = None) -> User:
        """A user; without a password one who needs a link to choose it.

        Raises:
            InvalidInput, PasswordUnsuitable: the name or password cannot be used.
            UsernameTaken: there is one of that name, however written.
            Conflict: it is the first user, and no administrator.
        """
        kept = None
        now = self._clock()
        sound_username(username)
        if role != "admin" and not self.any():
            raise Conflict(
                "The first user has to be an administrator.", hint="Nobody could add others."
            )
        if password is not None:
            kept = self._passwords.hash(password, username=username)
        user = User(
            id=new_id(),
            username=username,
            role=role,
            created_at=now,
            password_changed_at=now if kept else None,
        )
        self._repository.add(user, kept)
        return user

    def list(self) -> Sequence[User]:
        """By username."""
        return self._repository.all()

    def get(self, username: str) -> User:
        """Raises NotFound."""
        found = self._repository.find(username)
        if found is None:
            raise NotFound(f"There is no user {username}.", hint="See `penstock users list`.")
        return found

    def known_name(self, username: str) -> str | None:
        """The name as it is kept, if there is such a user."""
        found = self._repository.find(username)
        return found.username if found else None

    def change(
        self, username: str, *, role: Role | None = None, disabled: bool | None = None
    ) -> User:
        """Counts at once, also for open sessions and tokens.

        Raises:
            Conflict: nobody could administer Penstock any more.
        """
        found = self.get(username)
        disabled_at = found.disabled_at
        if disabled is not None:
            disabled_at = (disabled_at or self._clock()) if disabled else None
        return self._repository.change(
            found.id, role=role, disabled_at=disabled_at, enabled=disabled_at is None
        )

    def invite(self, username: str) -> OneTimeLink:
        """A link with which the user chooses a password; what there was of one still counts."""
        found = self.get(username)
        made = self._password_link(found)
        self._repository.add_link(digest(made.secret), made.link, created_at=self._clock())
        return made

    def reset_password(self, username: str) -> OneTimeLink:
        """As `invite`, and the password counts no more; all sessions end."""
        found = self.get(username)
        made = self._password_link(found)
        self._repository.forget_password(found.id, digest(made.secret), made.link, at=self._clock())
        return made

    def link(self, secret: str) -> Link:
        """What a link is for.

        Raises:
            LinkInvalid: used, expired, or never given out.
        """
        found = None
        if is_whole(secret, LINK_PREFIX):
            found = self._repository.link(digest(secret), now=self._clock())
        if found is None or (found.purpose == "first_administrator" and self.any()):
            raise _invalid()
        return found

    def redeem(self, secret: str, *, username: str | None, password: str) -> User:
        """The user whose link it was, with this password now; the link counts no more.

        Args:
            username: for the first administrator.

        Raises:
            LinkInvalid: used, expired, or never given out.
            InvalidInput, PasswordUnsuitable: the name or password cannot be used; the link still
                counts.
        """
        link = self.link(secret)
        name = link.username if link.username is not None else sound_username(username or "")
        kept = self._passwords.hash(password, username=name)
        now = self._clock()
        if link.purpose == "first_administrator":
            user = User(
                id=new_id(), username=name, role="admin", created_at=now, password_changed_at=now
            )
            if not self._repository.redeem_first(digest(secret), user, kept, now=now):
                raise _invalid()
            return user
        redeemed = self._repository.redeem(digest(secret), kept, now=now)
        if redeemed is None:
            raise _invalid()
        return redeemed

    def _password_link(self, user: User) -> OneTimeLink:
        if user.disabled_at is not None:
            raise Conflict(
                f"{user.username} is disabled.", hint=f"`penstock users enable {user.username}`."
            )
        expires_at = self._clock() + LINK_COUNTS
        link = Link(
            purpose="password", user_id=user.id, username=user.username, expires_at=expires_at
        )
        return OneTimeLink(link, new_link())


def _invalid() -> LinkInvalid:
    return LinkInvalid(
        hint="Ask an administrator for another; for the first one start the server again, "
        "which prints it."
    )
