from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from penstock.store.database import Database, open_database, open_url
from tests.integration.postgres import Postgres, postgres

__all__ = ["postgres"]

Opener = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens one and the same database, as often as asked; closes them all."""
    opened: list[Database] = []
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()

    def open_it() -> Database:
        made = open_database(tmp_path / "data") if request.param == "sqlite" else open_url(url)
        opened.append(made)
        return made

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(opener: Opener) -> Database:
    return opener()
