"""Connections in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from penstock.connections.model import Connection
from penstock.connections.nickname import nickname_key
from penstock.errors import InternalFault, NicknameTaken, NotFound
from penstock.store.database import Database
from penstock.store.tables import connections, external_ids


class Connections:
    """Implements `connections.repository.ConnectionRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection) -> None:
        """Raises NicknameTaken. An external ID that was ever used raises InternalFault."""
        with self._database.write() as sql:
            used = sa.select(external_ids.c.external_id).where(
                external_ids.c.external_id == connection.external_id
            )
            if sql.execute(used).first():
                raise InternalFault("This external ID has been used before.")
            self._refuse_taken(sql, connection)
            sql.execute(
                external_ids.insert().values(
                    external_id=connection.external_id,
                    connection_id=connection.id,
                    minted_at=connection.created_at,
                )
            )
            try:
                sql.execute(connections.insert().values(_row(connection)))
            except sa.exc.IntegrityError as fault:
                raise _taken(connection.nickname) from fault

    def replace(self, connection: Connection) -> None:
        """Raises NotFound, NicknameTaken. The external ID stays what it was."""
        row = _row(connection)
        del row["id"], row["external_id"], row["created_at"]
        with self._database.write() as sql:
            self._refuse_taken(sql, connection)
            changed = connections.update().where(connections.c.id == connection.id).values(row)
            try:
                found = sql.execute(changed).rowcount
            except sa.exc.IntegrityError as fault:
                raise _taken(connection.nickname) from fault
            if not found:
                raise NotFound(f"There is no connection {connection.nickname}.")

    def touch(self, connection_id: str, used_at: datetime) -> None:
        """Set `last_used_at` only."""
        with self._database.write() as sql:
            sql.execute(
                connections.update()
                .where(connections.c.id == connection_id)
                .values(last_used_at=used_at)
            )

    def remove(self, connection_id: str) -> None:
        """The connection goes; that its external ID was used stays known."""
        with self._database.write() as sql:
            sql.execute(connections.delete().where(connections.c.id == connection_id))

    def find(self, reference: str) -> Connection | None:
        """By nickname (without case) or id."""
        wanted = sa.select(connections).where(
            (connections.c.id == reference)
            | (connections.c.nickname_key == nickname_key(reference))
        )
        with self._database.read() as sql:
            row = sql.execute(wanted).first()
        return _connection(row) if row else None

    def all(self) -> Sequence[Connection]:
        """By nickname."""
        with self._database.read() as sql:
            rows = sql.execute(sa.select(connections)).all()
        return [_connection(row) for row in sorted(rows, key=lambda row: row.nickname_key)]

    @staticmethod
    def _refuse_taken(sql: sa.Connection, connection: Connection) -> None:
        same = sa.select(connections.c.id).where(
            connections.c.nickname_key == nickname_key(connection.nickname),
            connections.c.id != connection.id,
        )
        if sql.execute(same).first():
            raise _taken(connection.nickname)


def _taken(nickname: str) -> NicknameTaken:
    return NicknameTaken(
        f"There is a connection {nickname} already.",
        hint="Choose another nickname; upper and lower case count as the same.",
    )


def _row(connection: Connection) -> dict[str, Any]:
    row = connection.model_dump(exclude={"probe"})
    row["nickname_key"] = nickname_key(connection.nickname)
    row["probe"] = connection.probe.model_dump(mode="json") if connection.probe else None
    return row


def _connection(row: sa.Row[Any]) -> Connection:
    values = dict(row._mapping)
    del values["nickname_key"]
    return Connection.model_validate(values)
