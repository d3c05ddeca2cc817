"""Whether one pattern matches everything that another one matches."""

from functools import lru_cache

from penstock.iam.matching import Piece, Wild, in_segments, matcher
from penstock.iam.variables import Variable, template

# Stand in for the wildcards of the narrower pattern: only a star of the broader matches them.
_MARKS = {Wild.STAR: "\ue000", Wild.ONE: "\ue001"}


@lru_cache(maxsize=16_384)
def covers(broad: str, narrow: str) -> bool:
    """Whether the resource pattern `broad` matches all that `narrow` does.

    True is sure. False may only mean that it is not plain to see: patterns with `?`, with
    variables, or with wildcards inside a segment of the ARN cover only themselves.
    """
    if broad in ("*", narrow):
        return True
    pattern, text = template(broad, variables=True), template(narrow, variables=True)
    if pattern.variable or text.variable:
        return False
    pieces = in_segments(pattern.fixed)
    if any(isinstance(piece, Wild) and piece is not Wild.STAR for piece in pieces):
        return False
    return matcher(pieces)("".join(_mark(part) for part in text.parts))


@lru_cache(maxsize=16_384)
def covers_action(broad: str, narrow: str) -> bool:
    """Whether the action pattern `broad` matches all that `narrow` does."""
    broad, narrow = broad.lower(), narrow.lower()
    if broad in ("*", narrow):
        return True
    if "?" in broad or "*" not in broad:
        return False
    pieces = template(broad, variables=False).fixed
    return matcher(pieces)(narrow.replace("*", "\ue000").replace("?", "\ue001"))


def _mark(part: Piece | Variable) -> str:
    return _MARKS.get(part, "") if isinstance(part, Wild) else str(part)
