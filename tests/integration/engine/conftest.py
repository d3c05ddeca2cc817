import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.engine.toys import Bench, Switches, open_bench, switches
from tests.integration.postgres import postgres

__all__ = ["postgres"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with open_bench(tmp_path_factory.mktemp("shared") / "data") as bench:
        yield bench


@pytest.fixture
def bench(shared: Bench, toggles: Switches) -> Bench:
    """A launched service that the module's tests share."""
    shared.broker.opened.clear()
    return shared


@pytest.fixture
def toggles() -> Switches:
    """The toys' switches, all off."""
    switches.failures.clear()
    switches.gates.clear()
    switches.entered.clear()
    switches.calls.clear()
    return switches


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """Whatever the test opens has to be gone when it ends."""
    before = set(threading.enumerate())
    yield
    # A pool lets its idle threads go without waiting for them.
    for left in set(threading.enumerate()) - before:
        left.join(timeout=5)
    assert set(threading.enumerate()) <= before
