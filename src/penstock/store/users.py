"""Users and one-time links in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from penstock.access.model import Link, Role, User, username_key
from penstock.errors import Conflict, NotFound, UsernameTaken, Where
from penstock.store.database import Database
from penstock.store.tables import links, sessions, users

COLUMNS = [users.c[name] for name in User.model_fields]
"""All but the password, which only `password` and `redeem` touch."""


class Users:
    """Implements `access.repository.UserRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether there are users, disabled ones included."""
        with self._database.read() as sql:
            return sql.execute(sa.select(users.c.id).limit(1)).first() is not None

    def add(self, user: User, password: str | None) -> None:
        """Raises UsernameTaken."""
        with self._database.write() as sql:
            _insert(sql, user, password)

    def find(self, username: str) -> User | None:
        """By name, however written."""
        found = self.password(username)
        return found[0] if found else None

    def all(self) -> Sequence[User]:
        """By username."""
        with self._database.read() as sql:
            rows = sql.execute(sa.select(*COLUMNS).order_by(users.c.username_key))
            return [user_of(row._mapping) for row in rows]

    def password(self, username: str) -> tuple[User, str | None] | None:
        """The user, and the hash of the password if one was chosen."""
        wanted = sa.select(*COLUMNS, users.c.password).where(
            users.c.username_key == username_key(username)
        )
        with self._database.read() as sql:
            row = sql.execute(wanted).first()
        return (user_of(row._mapping), row.password) if row else None

    def change(
        self, user_id: str, *, role: Role | None, disabled_at: datetime | None, enabled: bool
    ) -> User:
        """A disabled user loses sessions and links.

        Raises:
            Conflict: no administrator that is not disabled would be left.
        """
        with self._database.write() as sql:
            # Locked, so that two administrators cannot take away each other's role at once.
            administrators = sql.execute(
                sa.select(users.c.id)
                .where(users.c.role == "admin", users.c.disabled_at.is_(None))
                .with_for_update()
            ).scalars()
            found = _by_id(sql, user_id)
            changed = found.model_copy(
                update={"role": role or found.role, "disabled_at": disabled_at}
            )
            left = set(administrators) - {user_id}
            if not left and (changed.role != "admin" or not enabled) and _administers(found):
                raise Conflict(
                    f"{found.username} is the only administrator.",
                    hint="Make another user an administrator first.",
                )
            sql.execute(
                users.update()
                .where(users.c.id == user_id)
                .values(role=changed.role, disabled_at=disabled_at)
            )
            if not enabled:
                _end_all(sql, user_id)
            return changed

    def set_password(self, user_id: str, password: str, *, at: datetime) -> None:
        """All sessions of the user end."""
        with self._database.write() as sql:
            _set_password(sql, user_id, password, at)

    def rehash(self, user_id: str, before: str, after: str) -> None:
        """The same password, hashed with newer parameters; nothing if it was changed meanwhile."""
        with self._database.write() as sql:
            sql.execute(
                users.update()
                .where(users.c.id == user_id, users.c.password == before)
                .values(password=after)
            )

    def add_link(self, digest: str, link: Link, *, created_at: datetime) -> None:
        """Instead of what there was for this purpose and user."""
        with self._database.write() as sql:
            _replace_link(sql, digest, link, created_at)

    def forget_password(self, user_id: str, digest: str, link: Link, *, at: datetime) -> None:
        """The password counts no more, all sessions end, and the link is there, all at once."""
        with self._database.write() as sql:
            _set_password(sql, user_id, None, None)
            _replace_link(sql, digest, link, at)

    def link(self, digest: str, *, now: datetime) -> Link | None:
        """What is known of a link that still counts."""
        wanted = (
            sa.select(links, users.c.username)
            .join(users, users.c.id == links.c.user_id, isouter=True)
            .where(links.c.digest == digest, links.c.expires_at > now)
        )
        with self._database.read() as sql:
            row = sql.execute(wanted).first()
        return Link.model_validate(dict(row._mapping)) if row else None

    def redeem_first(self, digest: str, user: User, password: str, *, now: datetime) -> bool:
        """Whether the link counted and there are no users: then the user is there."""
        with self._database.write() as sql:
            # Whoever else has this link waits here, and then finds it gone.
            if _take_link(sql, digest, "first_administrator", now) is None:
                return False
            if sql.execute(sa.select(users.c.id).limit(1)).first() is not None:
                return False
            _insert(sql, user, password)
            return True

    def redeem(self, digest: str, password: str, *, now: datetime) -> User | None:
        """The user whose link it was, with that password now; the link is gone."""
        with self._database.write() as sql:
            taken = _take_link(sql, digest, "password", now)
            if taken is None:
                return None
            _set_password(sql, taken.user_id, password, now)
            return _by_id(sql, taken.user_id)


def user_of(row: Mapping[Any, Any]) -> User:
    """The user of a row with its columns."""
    return User.model_validate({name: row[name] for name in User.model_fields})


def _insert(sql: sa.Connection, user: User, password: str | None) -> None:
    values = user.model_dump() | {
        "username_key": username_key(user.username),
        "password": password,
    }
    try:
        sql.execute(users.insert().values(values))
    except IntegrityError as fault:
        raise UsernameTaken(
            f"There is a user {user.username} already.", where=Where(field="username")
        ) from fault


def _by_id(sql: sa.Connection, user_id: str) -> User:
    row = sql.execute(sa.select(*COLUMNS).where(users.c.id == user_id)).first()
    if row is None:
        raise NotFound("There is no such user.")
    return user_of(row._mapping)


def _administers(user: User) -> bool:
    return user.role == "admin" and user.disabled_at is None


def _set_password(
    sql: sa.Connection, user_id: str, password: str | None, at: datetime | None
) -> None:
    sql.execute(
        users.update()
        .where(users.c.id == user_id)
        .values(password=password, password_changed_at=at)
    )
    _end_all(sql, user_id)


def _end_all(sql: sa.Connection, user_id: str) -> None:
    sql.execute(sessions.delete().where(sessions.c.user_id == user_id))
    sql.execute(links.delete().where(links.c.user_id == user_id))


def _replace_link(sql: sa.Connection, digest: str, link: Link, created_at: datetime) -> None:
    sql.execute(
        links.delete().where(
            links.c.purpose == link.purpose, links.c.user_id.is_not_distinct_from(link.user_id)
        )
    )
    sql.execute(
        links.insert().values(
            digest=digest,
            purpose=link.purpose,
            user_id=link.user_id,
            created_at=created_at,
            expires_at=link.expires_at,
        )
    )


def _take_link(sql: sa.Connection, digest: str, purpose: str, now: datetime) -> sa.Row[Any] | None:
    wanted = sa.and_(links.c.digest == digest, links.c.purpose == purpose, links.c.expires_at > now)
    row = sql.execute(sa.select(links).where(wanted).with_for_update()).first()
    if row is not None:
        sql.execute(links.delete().where(wanted))
    return row
