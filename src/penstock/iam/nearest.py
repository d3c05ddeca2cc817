"""The name of AWS's that someone probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` most like `name`, whatever the case; None if none is much like it."""
    by_shape = {candidate.lower(): candidate for candidate in names}
    found = get_close_matches(name.lower()[:128], by_shape, n=1, cutoff=0.7)
    return by_shape[found[0]] if found else None
