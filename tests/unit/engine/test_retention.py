"""How long things are kept: what may be set, and what follows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from penstock.engine.retention import LONGEST_DAYS, SHORTEST_AUDIT_DAYS, Retention

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_defaults_keep_failures_longer_than_what_went_well() -> None:
    limits = Retention().limits(NOW)
    assert limits.runs == {
        "succeeded": NOW - timedelta(days=30),
        "cancelled": NOW - timedelta(days=30),
        "failed": NOW - timedelta(days=90),
    }
    assert limits.audit == NOW - timedelta(days=400)


def test_for_ever_has_no_limit() -> None:
    limits = Retention(runs_days=None, audit_days=None).limits(NOW)
    assert set(limits.runs) == {"failed"}
    assert limits.audit is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs_days": 0},
        {"runs_days": LONGEST_DAYS + 1},
        {"failed_days": -1},
        {"audit_days": SHORTEST_AUDIT_DAYS - 1},
        {"audit_days": LONGEST_DAYS + 1},
        {"runs": 3},
    ],
)
def test_days_are_bounded(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Retention.model_validate(wrong)
