"""How often a password may be tried."""

import pytest

from penstock.access.throttle import Throttle, network
from penstock.errors import TooManyAttempts


class Clock:
    """Time that passes when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def waits(throttle: Throttle, user: str, address: str) -> int:
    """Seconds until the next attempt counts, 0 if this one did."""
    try:
        throttle.attempt(user, address)
    except TooManyAttempts as refused:
        seconds = refused.details["retry_after"]
        assert isinstance(seconds, int)
        assert seconds > 0
        return seconds
    return 0


def test_a_few_failures_cost_nothing_then_the_wait_doubles() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(5):
        assert waits(throttle, "anna", "192.0.2.1") == 0
    seen = []
    for _ in range(8):
        assert waits(throttle, "anna", "192.0.2.1") == 0
        seen.append(waits(throttle, "anna", "192.0.2.1"))
        clock.now += seen[-1]
    assert seen == [2, 4, 8, 16, 32, 60, 60, 60]


def test_an_address_waits_longer_whatever_the_user() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for number in range(21):
        assert waits(throttle, f"user{number}", "192.0.2.1") == 0
    assert waits(throttle, "anna", "192.0.2.1") == 2
    assert waits(throttle, "anna", "192.0.2.2") == 0
    for number in range(30):
        clock.now += 900
        assert waits(throttle, f"more{number}", "192.0.2.1") == 0
    assert waits(throttle, "anna", "192.0.2.1") == 900


def test_success_forgives_the_user_and_only_itself_to_the_address() -> None:
    throttle = Throttle(Clock())
    for number in range(30):
        # An own account between two guesses does not help.
        user = "mine" if number % 2 else "anna"
        if waits(throttle, user, "192.0.2.1"):
            break
        if user == "mine":
            throttle.succeeded("mine", "192.0.2.1")
    else:
        pytest.fail("guessing went on for ever")
    again = Throttle(Clock())
    for _ in range(100):
        assert waits(again, "anna", "192.0.2.1") == 0
        again.succeeded("anna", "192.0.2.1")


def test_it_is_forgotten_after_a_quiet_hour() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(6):
        waits(throttle, "anna", "192.0.2.1")
    assert waits(throttle, "anna", "192.0.2.1") > 0
    clock.now += 3601
    for _ in range(5):
        assert waits(throttle, "anna", "192.0.2.1") == 0


def test_memory_is_bounded() -> None:
    throttle = Throttle(Clock(), most_kept=50)
    for number in range(1000):
        throttle.attempt(f"user{number}", f"2001:db8:{number:x}::1")
    assert len(throttle._counts) == 50


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_counts_as_one_address(address: str, counts_as: str) -> None:
    assert network(address) == counts_as
