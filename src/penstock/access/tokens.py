"""API tokens: for programs, with an end, and never more than their user may."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from penstock.access.model import ROLE_SCOPES, SCOPES, Caller, Scope, Token, User, sound_name
from penstock.access.repository import TokenRepository
from penstock.access.secret import TOKEN_PREFIX, digest, is_whole, new_id, new_token
from penstock.access.users import now_in_utc
from penstock.errors import Conflict, InvalidInput, NotFound, ScopeMissing, Where

DEFAULT_DAYS: Final = 90
MOST_DAYS: Final = 366
_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `secret` is not kept, so this is the only time that it can be shown."""

    token: Token
    secret: str = field(repr=False)


class Tokens:
    """Kept by their hash, found by it."""

    def __init__(
        self, repository: TokenRepository, clock: Callable[[], datetime] = now_in_utc
    ) -> None:
        self._repository = repository
        self._clock = clock

    def make(
        self,
        user: User,
        name: str,
        scopes: Iterable[Scope],
        *,
        by: Caller,
        days: int = DEFAULT_DAYS,
    ) -> NewToken:
        """A token of a user.

        Raises:
            ScopeMissing: more than the user's role allows, or, made by a token, more than that
                one may or for longer.
            InvalidInput: no scope, a name or a number of days that cannot be.
            Conflict: the user is disabled.
        """
        if user.disabled_at is not None:
            raise Conflict(f"{user.username} is disabled.")
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput(
                f"A token counts for 1 to {MOST_DAYS} days.", where=Where(field="days")
            )
        wanted = tuple(each for each in SCOPES if each in set(scopes))
        if not wanted:
            raise InvalidInput("A token needs a scope.", where=Where(field="scopes"))
        now = self._clock()
        expires_at = now + timedelta(days=days)
        allowed = ROLE_SCOPES[user.role]
        if by.via == "token":
            # What a leaked token can make must not outlive or outdo it.
            allowed &= by.scopes
            if by.expires_at is not None and expires_at > by.expires_at:
                raise ScopeMissing("A token makes none that counts for longer than itself.")
        if beyond := [each for each in wanted if each not in allowed]:
            raise ScopeMissing(
                f"{user.username} cannot have a token for {', '.join(beyond)}.",
                hint=f"At most: {', '.join(each for each in SCOPES if each in allowed)}.",
                where=Where(field="scopes"),
            )
        token = Token(
            id=new_id(),
            user_id=user.id,
            username=user.username,
            name=sound_name(name),
            scopes=wanted,
            created_at=now,
            expires_at=expires_at,
        )
        made = NewToken(token, new_token())
        self._repository.add(digest(made.secret), token)
        return made

    def caller(self, secret: str) -> Caller | None:
        """Whose token it is; None if it does not count."""
        if not is_whole(secret, TOKEN_PREFIX):
            return None
        found = self._repository.find(digest(secret))
        if found is None:
            return None
        token, user = found
        now = self._clock()
        if token.revoked_at or now >= token.expires_at or user.disabled_at:
            return None
        if token.used_at is None or now - token.used_at >= _NOTED_EVERY:
            self._repository.touch(token.id, at=now)
        return Caller(
            via="token",
            name=user.username,
            scopes=ROLE_SCOPES[user.role] & frozenset(token.scopes),
            user_id=user.id,
            role=user.role,
            credential_id=token.id,
            expires_at=token.expires_at,
        )

    def list(self, user_id: str | None = None) -> Sequence[Token]:
        """Of one user or of all, newest first; also those that count no more."""
        return self._repository.all(user_id)

    def revoke(self, token_id: str, *, user_id: str | None = None) -> Token:
        """A token counts no more; one of this user, if one is named.

        Raises:
            NotFound: there is none.
        """
        found = self._repository.get(token_id)
        if found is None or (user_id is not None and found.user_id != user_id):
            raise NotFound(f"There is no token {token_id}.", hint="See `penstock tokens list`.")
        if found.revoked_at is not None:
            return found
        now = self._clock()
        self._repository.revoke(token_id, at=now)
        return found.model_copy(update={"revoked_at": now})
