"""Waiting for one session together."""

import threading

import pytest

from penstock.catalog.credentials import Credentials
from penstock.connections.session import Dropped, Session
from penstock.errors import AccessDenied, PenstockError
from tests.unit.connections.fake_sts import FakeClock, denied


class Counting(Session):
    """Lets a test know how many threads have tied themselves to the request under way."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__("id", self.ask, clock.now)
        self.tied = threading.Semaphore(0)
        self.answer = threading.Event()
        self.requests = 0

    def ask(self) -> Credentials:
        self.requests += 1
        assert self.answer.wait(timeout=30)
        raise denied()

    def _await(self, *args: object, **named: object) -> Credentials:
        self.tied.release()
        return super()._await(*args, **named)  # type: ignore[arg-type]  # handed through


def test_an_error_is_shared_by_all_who_wait_for_it() -> None:
    session = Counting(FakeClock())
    errors: list[PenstockError] = []

    def one() -> None:
        with pytest.raises(AccessDenied) as raised:
            session.credentials()
        errors.append(raised.value)

    threads = [threading.Thread(target=one) for _ in range(64)]
    for thread in threads:
        thread.start()
    for _ in range(63):  # the one that asks ties itself last, when it has been answered
        assert session.tied.acquire(timeout=30)
    session.answer.set()
    for thread in threads:
        thread.join(timeout=30)
    assert session.requests == 1
    assert len(errors) == 64
    assert {(error.code, error.message) for error in errors} == {
        ("access_denied", "AWS STS refuses AssumeRole")
    }
    assert len(set(map(id, errors))) == 64, "each thread raises an error object of its own"
    assert all(error.aws is not None and error.aws.code == "AccessDenied" for error in errors)


def test_a_dropped_session_gives_nothing() -> None:
    session = Counting(FakeClock())
    session.drop()
    with pytest.raises(Dropped):
        session.credentials()
    assert session.requests == 0
