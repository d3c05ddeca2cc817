"""API tokens in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from penstock.access.model import Token, User
from penstock.store.database import Database
from penstock.store.tables import api_tokens, users
from penstock.store.users import user_of

_OWN = [
    api_tokens.c[name].label(f"token_{name}") for name in Token.model_fields if name in api_tokens.c
]
_WANTED = sa.select(users, *_OWN).join(users, users.c.id == api_tokens.c.user_id)


class Tokens:
    """Implements `access.repository.TokenRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, digest: str, token: Token) -> None:
        """Keep it, by its digest."""
        values = token.model_dump(mode="python", exclude={"username"})
        with self._database.write() as sql:
            sql.execute(
                api_tokens.insert().values(digest=digest, **values | {"scopes": [*token.scopes]})
            )

    def find(self, digest: str) -> tuple[Token, User] | None:
        """The token of a digest, and whose it is; whether or not it still counts."""
        with self._database.read() as sql:
            row = sql.execute(_WANTED.where(api_tokens.c.digest == digest)).first()
        return (_token(row), user_of(row._mapping)) if row else None

    def get(self, token_id: str) -> Token | None:
        """By id."""
        with self._database.read() as sql:
            row = sql.execute(_WANTED.where(api_tokens.c.id == token_id)).first()
        return _token(row) if row else None

    def touch(self, token_id: str, *, at: datetime) -> None:
        """It was used."""
        with self._database.write() as sql:
            found = api_tokens.update().where(api_tokens.c.id == token_id)
            sql.execute(found.values(used_at=at))

    def all(self, user_id: str | None = None) -> Sequence[Token]:
        """Of one user or of all, newest first."""
        wanted = _WANTED if user_id is None else _WANTED.where(users.c.id == user_id)
        ordered = wanted.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)
        with self._database.read() as sql:
            return [_token(row) for row in sql.execute(ordered)]

    def revoke(self, token_id: str, *, at: datetime) -> None:
        """It counts no more."""
        with self._database.write() as sql:
            found = api_tokens.update().where(api_tokens.c.id == token_id)
            sql.execute(found.values(revoked_at=at))


def _token(row: sa.Row[Any]) -> Token:
    own = {name: row._mapping.get(f"token_{name}") for name in Token.model_fields}
    return Token.model_validate(own | {"username": row.username})
