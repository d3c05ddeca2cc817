"""What the command says of connections."""

from datetime import UTC, datetime, timedelta

import pytest

from penstock.cli.connections import age

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=8), "8 d ago"),
    ],
)
def test_an_age_is_in_the_largest_unit_that_fits(passed: timedelta, said: str) -> None:
    assert age((NOW - passed).isoformat(), NOW) == said
