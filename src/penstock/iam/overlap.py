"""A text that two wildcard patterns both match, if there is one."""

from collections import deque
from typing import Final

from penstock.iam.matching import Piece, Pieces, Wild

# Stands for "any character whatever": no policy has it, so only a wildcard matches it.
FRESH: Final = "\ue002"

_MOST_PLACES: Final = 160_000  # two patterns of four hundred characters, a tenth of a second
_STARS: Final = frozenset({Wild.STAR, Wild.SEGMENT_STAR})
_HELD: Final = frozenset({Wild.SEGMENT_STAR, Wild.SEGMENT_ONE})

Place = tuple[int, int]


class Unsure(Exception):
    """The patterns are too long to be compared."""


def common(one: Pieces, other: Pieces) -> str | None:
    """A short text that both patterns match, None if there is none.

    What either may choose freely is `FRESH`. Raises `Unsure` for monstrous patterns.
    """
    left, right = _places(one), _places(other)
    if _plainly_apart(left, right) or _plainly_apart(left[::-1], right[::-1]):
        return None
    if len(left) * len(right) > _MOST_PLACES:
        raise Unsure
    end = (len(left), len(right))
    came: dict[Place, tuple[Place, str]] = {(0, 0): ((0, 0), "")}
    waiting = deque([(0, 0)])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return _said(came, here)
        for after, letter in _ways(left, right, here):
            if after not in came:
                came[after] = (here, letter)
                waiting.append(after)
    return None


def _places(pieces: Pieces) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        found.extend(piece if isinstance(piece, str) else [piece])
    return found


def _plainly_apart(left: list[Piece], right: list[Piece]) -> bool:
    """Whether they differ before the first wildcard."""
    for one, other in zip(left, right, strict=False):
        if isinstance(one, Wild) or isinstance(other, Wild):
            return False
        if one != other:
            return True
    return False


def _ways(left: list[Piece], right: list[Piece], here: Place) -> list[tuple[Place, str]]:
    i, j = here
    one = left[i] if i < len(left) else None
    other = right[j] if j < len(right) else None
    free_one, free_other = one in _STARS, other in _STARS
    both = FRESH if free_one and free_other else ""
    found: list[tuple[Place, str]] = []
    if one is not None and other is not None and not both:
        letter = _agreed(one, other)
        if letter is not None:
            found.append(((i if free_one else i + 1, j if free_other else j + 1), letter))
    if free_one:
        found.append(((i + 1, j), both))
    if free_other:
        found.append(((i, j + 1), both))
    return found


def _agreed(one: Piece, other: Piece) -> str | None:
    """The character that both places take."""
    if isinstance(one, Wild) and isinstance(other, Wild):
        return FRESH
    letter, wild = (other, one) if isinstance(one, Wild) else (one, other)
    if isinstance(wild, Wild):
        return None if wild in _HELD and letter == ":" else str(letter)
    return str(letter) if letter == wild else None


def _said(came: dict[Place, tuple[Place, str]], end: Place) -> str:
    letters: list[str] = []
    while end != (0, 0):
        end, letter = came[end]
        letters.append(letter)
    return "".join(reversed(letters))
