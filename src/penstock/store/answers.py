"""What was answered to requests with an idempotency key, kept for a day."""

from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from penstock.store.database import Database
from penstock.store.secrets import Sealer
from penstock.store.tables import answers

KEPT_FOR: Final = timedelta(hours=24)


class Answers:
    """Answers by key; those older than a day are not found and are dropped in passing."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def fingerprint(self, text: str) -> str:
        """The same for the same text; without the directory's key no guess can be tried."""
        return self._sealer.fingerprint(text)

    def find(self, key: str) -> str | None:
        wanted = sa.select(answers.c.text).where(
            answers.c.key == key, answers.c.kept_at > datetime.now(UTC) - KEPT_FOR
        )
        with self._database.read() as sql:
            return sql.execute(wanted).scalar()

    def keep(self, key: str, text: str) -> None:
        """Instead of what was kept under this key."""
        now = datetime.now(UTC)
        with self._database.write() as sql:
            sql.execute(
                answers.delete().where(
                    (answers.c.key == key) | (answers.c.kept_at <= now - KEPT_FOR)
                )
            )
            sql.execute(answers.insert().values(key=key, text=text, kept_at=now))
