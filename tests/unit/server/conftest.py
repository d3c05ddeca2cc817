"""The API over an application in a directory of its own, with an STS of the test's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from penstock.cli.asgi import Transport
from penstock.server.app import create_app
from penstock.server.application import Application
from penstock.wiring import open_application
from tests.unit.connections.fake_sts import FakeClock, FakeSts


@dataclass(frozen=True, slots=True)
class Api:
    """A client of the API, and what is behind it."""

    http: httpx.Client
    application: Application
    sts: FakeSts


@pytest.fixture
def sts() -> FakeSts:
    return FakeSts(FakeClock())


@pytest.fixture
def application(tmp_path: Path, sts: FakeSts) -> Application:
    return open_application(tmp_path / "data", worker=False, sts=sts)


@pytest.fixture
def api(application: Application, sts: FakeSts) -> Iterator[Api]:
    with (
        Transport(create_app(application)) as transport,
        httpx.Client(base_url="http://localhost", transport=transport) as http,
    ):
        yield Api(http, application, sts)
