"""Numbers as a person says them."""

from datetime import timedelta

import pytest

from penstock.server.wording import counted, size, span


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (101_900, "100 KiB"),
        (1024 * 1024 - 1, "1.0 MiB"),
        (5 << 40, "5.0 TiB"),
        (3 << 60, "3072 PiB"),
    ],
)
def test_sizes(count: int, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 seconds"),
        (1, "1 second"),
        (119, "1 minute"),
        (7_200, "2 hours"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_spans(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_counts() -> None:
    assert [counted(1, "run"), counted(2_000, "run")] == ["1 run", "2,000 runs"]
    assert [counted(0, "audit entry"), counted(2, "day")] == ["0 audit entries", "2 days"]
