"""What a run is found by when a list of runs is searched: words, in small letters."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

LONGEST: Final = 4_000
"""Characters that are kept of a run: a scan of 100,000 runs is to take no tenth of a second."""

_PIECE: Final = 1_000
"""Characters that one value has at most, so that no input hides the others."""


def text_of(
    *, flow: str, title: str | None, inputs: Mapping[str, Any], error: Mapping[str, Any] | None
) -> str:
    """The run's flow, title, error and inputs, each on a line of its own, ready to be kept."""
    pieces: list[str] = []
    room = LONGEST
    for piece in _pieces([flow, title, error, inputs]):
        if room <= 0:
            break
        pieces.append(piece[: min(room, _PIECE)])
        room -= len(pieces[-1]) + 1
    return folded("\n".join(pieces))


def folded(text: str) -> str:
    """The same for texts that differ by case only."""
    # PostgreSQL keeps no NUL in a text.
    return text.casefold().replace("\0", "")


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from _pieces(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _pieces(item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None:
        yield str(value)
