"""The audit log in the database: only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa

from penstock.access.model import AuditEntry, Deed
from penstock.store.database import Database
from penstock.store.tables import audit


class Audit:
    """Implements `access.repository.AuditLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, deed: Deed) -> None:
        """Keep it."""
        with self._database.write() as sql:
            sql.execute(audit.insert().values(deed.model_dump()))

    def list(
        self,
        *,
        who: str | None = None,
        verb: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[AuditEntry]:
        """Newest first; `verb` also as a noun alone, such as `flows`."""
        wanted = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if who is not None:
            wanted = wanted.where(audit.c.who == who)
        if verb is not None:
            inside = audit.c.verb.startswith(f"{verb}.", autoescape=True)
            wanted = wanted.where((audit.c.verb == verb) | inside)
        if before is not None:
            wanted = wanted.where(audit.c.seq < before)
        with self._database.read() as sql:
            return [AuditEntry.model_validate(dict(row._mapping)) for row in sql.execute(wanted)]
