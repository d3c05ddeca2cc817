"""What a finished segment leaves behind: enough to go on from, and to complete the event log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal, TypedDict

from pydantic_core import from_json, to_json

from penstock.catalog.files import File
from penstock.engine.model import NewEvent
from penstock.engine.repository import FileStore
from penstock.errors import CardFailed

SPILL_BYTES: Final = 256 * 1024
"""Outputs over this are kept in a file of the run, and the record points to it."""

LARGEST_OUTPUTS: Final = 32 * 1024 * 1024
"""A card's outputs over this are refused: they would be held in memory until the run ends."""

_LONG_TEXT: Final = 200
_SPILLED: Final = "$penstock.spilled"


class Ending(TypedDict):
    """Why the run ends with this segment."""

    status: Literal["failed", "cancelled"]
    error: dict[str, Any]


class Record(TypedDict):
    """The result of a segment, as JSON.

    `outputs` are those that later cards refer to, without those of pure cards, which are computed
    again. `events` are the segment's own, as far as they were not in the log when it ended; the
    first of them has the number `first`.
    """

    started_at: str
    outputs: dict[str, Any]
    first: int
    events: list[list[Any]]
    ending: Ending | None


def packed_events(events: Iterable[NewEvent]) -> list[list[Any]]:
    return [
        [event.at.isoformat(), event.type, event.card, event.attempt, event.data]
        for event in events
    ]


def unpacked_events(run_id: str, packed: list[list[Any]]) -> list[NewEvent]:
    return [
        NewEvent(run_id, datetime.fromisoformat(at), kind, card, attempt, data)
        for at, kind, card, attempt, data in packed
    ]


class Outputs:
    """Keeps large outputs of a run in its files, and fetches them."""

    def __init__(self, run_id: str, files: FileStore) -> None:
        self._run_id = run_id
        self._files = files

    def kept(self, card_id: str, outputs: Any) -> Any:
        """The outputs themselves, or a pointer to a file that holds them.

        Raises:
            CardFailed: they are too large for outputs.
            StorageFull: no room for the file.
        """
        written = to_json(outputs, inf_nan_mode="null")
        if len(written) <= SPILL_BYTES:
            return outputs
        if len(written) > LARGEST_OUTPUTS:
            raise CardFailed(
                f"The outputs have {len(written):,} bytes; {LARGEST_OUTPUTS:,} are the most.",
                hint="Let the card write a file, or ask it for less.",
            )
        writer = self._files.of_run(self._run_id, f"~{card_id}").create(f"{card_id}.json")
        try:
            writer.write(written)
            file = writer.commit()
        finally:
            writer.abort()
        return {_SPILLED: file.model_dump(mode="json")}

    def fetched(self, kept: Any) -> Any:
        """The outputs, from wherever they are."""
        if not is_spilled(kept):
            return kept
        file = File.model_validate(kept[_SPILLED])
        with self._files.of_run(self._run_id).open(file) as opened:
            return from_json(opened.read())


def shortened(value: Any) -> Any:
    """The value as an event shows it: whole up to 256 KiB, otherwise with its long texts cut."""
    if (size := len(to_json(value, inf_nan_mode="null"))) <= SPILL_BYTES:
        return value
    cut = _cut(value)
    small = len(to_json(cut, inf_nan_mode="null")) <= SPILL_BYTES
    return cut if small else f"({size:,} bytes)"


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONG_TEXT:
        return f"{value[:_LONG_TEXT]}... ({len(value):,} characters)"
    if isinstance(value, dict):
        return {name: _cut(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_cut(item) for item in value]
    return value


def is_spilled(kept: Any) -> bool:
    return isinstance(kept, dict) and kept.keys() == {_SPILLED}


def spilled_size(kept: Any) -> int:
    size: int = kept[_SPILLED]["size"]
    return size
