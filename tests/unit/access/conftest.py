"""The services on a database of their own, with a clock of the test's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penstock.access.model import Role, User
from penstock.access.sessions import Sessions, SignedIn
from penstock.access.throttle import Throttle
from penstock.access.tokens import Tokens
from penstock.access.users import Users
from penstock.store import sessions, tokens, users
from penstock.store.database import open_database
from tests.unit.access.cheap import cheap_passwords

PASSWORD = "correct horse battery"


@dataclass(slots=True)
class Clock:
    """Time that passes when told to."""

    now: datetime = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


@dataclass(frozen=True, slots=True)
class House:
    """Users, sessions and tokens together."""

    users: Users
    sessions: Sessions
    tokens: Tokens
    clock: Clock

    def user(self, name: str, role: Role = "admin") -> User:
        return self.users.add(name, role, PASSWORD)

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> SignedIn:
        return self.sessions.sign_in(name, password, address="192.0.2.1", agent="Browser", **more)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database, clock, passwords = open_database(tmp_path), Clock(), cheap_passwords()
    kept = users.Users(database)
    yield House(
        Users(kept, passwords, clock),
        Sessions(sessions.Sessions(database), kept, passwords, Throttle(), clock),
        Tokens(tokens.Tokens(database), clock),
        clock,
    )
    database.close()
