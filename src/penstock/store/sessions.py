"""Sessions in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from penstock.access.model import Session, User
from penstock.store.database import Database
from penstock.store.tables import sessions, users
from penstock.store.users import user_of

_OWN = [
    sessions.c[name].label(f"session_{name}") for name in Session.model_fields if name in sessions.c
]


class Sessions:
    """Implements `access.repository.SessionRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, digest: str, session: Session) -> None:
        """Also notes that the user signed in; what has expired is dropped in passing."""
        now = session.created_at
        with self._database.write() as sql:
            sql.execute(sessions.delete().where(sessions.c.expires_at <= now))
            values = session.model_dump(exclude={"username"})
            sql.execute(sessions.insert().values(digest=digest, **values))
            signed_in = users.update().where(users.c.id == session.user_id)
            sql.execute(signed_in.values(signed_in_at=now))

    def find(self, digest: str) -> tuple[Session, User] | None:
        """The session of a secret's digest, and whose it is; expired or not."""
        with self._database.read() as sql:
            row = sql.execute(_WANTED.where(sessions.c.digest == digest)).first()
        return (_session(row), user_of(row._mapping)) if row else None

    def touch(self, session_id: str, *, at: datetime) -> None:
        """It was used."""
        with self._database.write() as sql:
            found = sessions.update().where(sessions.c.id == session_id)
            sql.execute(found.values(used_at=at))

    def all(self, user_id: str | None = None) -> Sequence[Session]:
        """Of one user, or of all."""
        wanted = _WANTED if user_id is None else _WANTED.where(users.c.id == user_id)
        with self._database.read() as sql:
            return [_session(row) for row in sql.execute(wanted)]

    def remove(self, session_id: str) -> bool:
        """Whether it was there."""
        with self._database.write() as sql:
            return sql.execute(sessions.delete().where(sessions.c.id == session_id)).rowcount > 0

    def remove_of(self, user_id: str) -> int:
        """How many there were."""
        with self._database.write() as sql:
            return sql.execute(sessions.delete().where(sessions.c.user_id == user_id)).rowcount


_WANTED = sa.select(users, *_OWN).join(users, users.c.id == sessions.c.user_id)


def _session(row: sa.Row[Any]) -> Session:
    own = {name: row._mapping.get(f"session_{name}") for name in Session.model_fields}
    return Session.model_validate(own | {"username": row.username})
