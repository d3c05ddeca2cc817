"""What a segment leaves behind, and how large things are kept out of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from penstock.engine.model import NewEvent
from penstock.engine.record import (
    LARGEST_OUTPUTS,
    SPILL_BYTES,
    Outputs,
    is_spilled,
    packed_events,
    shortened,
    spilled_size,
    unpacked_events,
)
from penstock.errors import CardFailed
from penstock.store.files import RunFileStore


@pytest.fixture
def outputs(tmp_path: Path) -> Outputs:
    return Outputs("run", RunFileStore(tmp_path))


def test_small_outputs_are_kept_as_they_are(outputs: Outputs) -> None:
    value = {"text": "x" * (SPILL_BYTES - 20)}
    kept = outputs.kept("a", value)
    assert kept is value
    assert not is_spilled(kept)
    assert outputs.fetched(kept) is value


def test_large_outputs_are_kept_in_a_file(outputs: Outputs) -> None:
    value = {"text": "\u2603" * SPILL_BYTES, "list": [None, 1.5, True]}
    kept = outputs.kept("a", value)
    assert is_spilled(kept)
    assert spilled_size(kept) > SPILL_BYTES
    assert len(str(kept)) < 500
    assert outputs.fetched(kept) == value


def test_outputs_that_would_fill_the_memory_are_refused(outputs: Outputs) -> None:
    with pytest.raises(CardFailed) as refused:
        outputs.kept("a", {"text": "x" * LARGEST_OUTPUTS})
    assert refused.value.hint


def test_events_come_back_as_they_were() -> None:
    events = [
        NewEvent("run", datetime(2026, 1, 31, 9, 0, 0, 5, tzinfo=UTC), "run.started"),
        NewEvent("run", datetime(2026, 1, 31, tzinfo=UTC), "card.failed", "a", 2, {"e": {"x": 1}}),
    ]
    assert unpacked_events("run", packed_events(events)) == events


def test_what_is_shown_is_bounded() -> None:
    small = {"a": "x" * 1000}
    assert shortened(small) is small
    long = {"a": ["y" * SPILL_BYTES], "b": 1}
    assert shortened(long) == {"a": [f"{'y' * 200}... (262,144 characters)"], "b": 1}
    many = {"a": list(range(SPILL_BYTES))}
    assert str(shortened(many)).endswith("bytes)")
