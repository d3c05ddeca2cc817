"""Wildcard patterns: of actions, of resources and of text, in time that patterns cannot inflate.

A pattern is a tuple of pieces: text that stands for itself, or a `Wild`.
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache


class Wild(Enum):
    """What a piece of a pattern may stand for."""

    STAR = "*"  # any number of characters
    ONE = "?"  # exactly one character
    SEGMENT_STAR = "*:"  # any number of characters but colons
    SEGMENT_ONE = "?:"  # exactly one character, no colon


Piece = str | Wild
Pieces = tuple[Piece, ...]
Matcher = Callable[[str], bool]

_SPLIT = re.compile(r"([*?])")


def pieces_of(pattern: str) -> Pieces:
    """The pieces of plain text with `*` and `?` in it, such as an action."""
    return tuple(
        Wild(part) if part in ("*", "?") else part for part in _SPLIT.split(pattern) if part
    )


def in_segments(pieces: Pieces) -> Pieces:
    """The pieces of an ARN pattern with its wildcards held to their segments.

    "IAM JSON policy elements: Resource": wildcards stand within the segments between colons,
    but a `*` that ends its segment "can expand to match beyond the colon boundaries". The sixth
    segment, the resource itself, may hold colons, so in it wildcards are free.
    """
    found: list[Piece] = []
    colons = 0
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            colons += piece.count(":")
            found.append(piece)
            continue
        after = pieces[index + 1] if index + 1 < len(pieces) else ":"
        ends = after == "" or (isinstance(after, str) and after.startswith(":"))
        if colons >= 5 or (piece is Wild.STAR and ends):
            found.append(piece)
        else:
            found.append(Wild.SEGMENT_STAR if piece is Wild.STAR else Wild.SEGMENT_ONE)
    return tuple(found)


@lru_cache(maxsize=4096)
def matcher(pieces: Pieces) -> Matcher:
    """A test of a whole text against a pattern."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(str(piece) for piece in pieces).__eq__
    if Wild.SEGMENT_STAR in pieces:
        return _Automaton(pieces).matches
    compiled = re.compile(expression(pieces), re.DOTALL)
    return lambda text: compiled.match(text) is not None


def any_of(patterns: Iterable[Pieces]) -> Matcher:
    """A test that is true if any of the patterns matches; none of them matches nothing."""
    exact: set[str] = set()
    expressions: list[str] = []
    others: list[Matcher] = []
    for pieces in patterns:
        if all(isinstance(piece, str) for piece in pieces):
            exact.add("".join(str(piece) for piece in pieces))
        elif Wild.SEGMENT_STAR in pieces:
            others.append(matcher(pieces))
        else:
            expressions.append(expression(pieces))
    if expressions:
        compiled = re.compile("|".join(expressions), re.DOTALL)
        others.insert(0, lambda text: compiled.match(text) is not None)
    return lambda text: text in exact or any(test(text) for test in others)


def expression(pieces: Pieces) -> str:
    """A regular expression for pieces without SEGMENT_STAR, to be used with `match`.

    Each stretch after a `*` is taken where it first occurs and never tried further on (atomic
    groups): for wildcards the first place is as good as any, and so no pattern, however many
    stars it has, can make matching slow.
    """
    stretches: list[str] = [""]
    for piece in pieces:
        if piece is Wild.STAR:
            stretches.append("")
        elif isinstance(piece, str):
            stretches[-1] += re.escape(piece)
        else:
            stretches[-1] += "." if piece is Wild.ONE else "[^:]"
    first, *middle = stretches
    if not middle:
        return f"{first}\\Z"
    last = middle.pop()
    found = "".join(f"(?>.*?{stretch})" for stretch in middle if stretch)
    return f"{first}{found}.*{last}\\Z"


class _Automaton:
    """Follows all ways through a pattern at once, a bit for each place in it.

    For wildcards held to a segment, where the first place is not always the right one.
    """

    def __init__(self, pieces: Pieces) -> None:
        places: list[Piece] = []
        for piece in pieces:
            places.extend(piece if isinstance(piece, str) else [piece])
        self.letters: dict[str, int] = {}
        self.free = self.held = self.one = self.one_held = 0
        for index, place in enumerate(places):
            bit = 1 << index
            if place is Wild.STAR:
                self.free |= bit
            elif place is Wild.SEGMENT_STAR:
                self.held |= bit
            elif place is Wild.ONE:
                self.one |= bit
            elif place is Wild.SEGMENT_ONE:
                self.one_held |= bit
            else:
                self.letters[str(place)] = self.letters.get(str(place), 0) | bit
        self.end = 1 << len(places)

    def matches(self, text: str) -> bool:
        now = self.reach(1)
        for letter in text:
            steps = self.letters.get(letter, 0) | self.one
            stays = self.free
            if letter != ":":
                steps |= self.one_held
                stays |= self.held
            now = self.reach(((now & steps) << 1) | (now & stays))
            if not now:
                return False
        return bool(now & self.end)

    def reach(self, places: int) -> int:
        """These places, and those past any stars that stand for nothing."""
        while True:
            further = places | ((places & (self.free | self.held)) << 1)
            if further == places:
                return places
            places = further
