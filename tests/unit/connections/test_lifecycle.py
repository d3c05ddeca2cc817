"""When connections are probed again."""

from datetime import datetime, timedelta

from penstock.connections.lifecycle import JITTER, PROBE_AGAIN_AFTER, due
from penstock.connections.model import Connection
from tests.unit.connections.fake_sts import NOON


def verified(connection_id: str, at: datetime = NOON) -> Connection:
    return Connection(
        id=connection_id,
        nickname=connection_id,
        external_id=connection_id,
        status="verified",
        created_at=at,
        updated_at=at,
        verified_at=at,
    )


def due_after(connection: Connection, verified_at: datetime = NOON) -> timedelta:
    """How long after it was verified it is due, to the minute."""
    minutes = range(int(PROBE_AGAIN_AFTER.total_seconds() // 60) + 1)
    passed = (timedelta(minutes=count) for count in minutes)
    return next(each for each in passed if due(connection, verified_at + each))


def test_connections_verified_together_are_due_at_different_times_of_a_day() -> None:
    times = [due_after(verified(f"connection-{number}")) for number in range(40)]
    assert all(PROBE_AGAIN_AFTER - JITTER <= each <= PROBE_AGAIN_AFTER for each in times)
    assert len(set(times)) > 20
    assert max(times) - min(times) > JITTER / 2


def test_one_connection_is_due_at_another_time_each_day() -> None:
    days = [NOON + timedelta(days=count) for count in range(20)]
    assert len({due_after(verified("one", day), day) for day in days}) > 10


def test_only_what_was_verified_drifts() -> None:
    later = NOON + timedelta(days=2)
    assert due(verified("one"), later)
    for status in ("draft", "denied", "unsafe"):
        assert not due(verified("one").model_copy(update={"status": status}), later)
