"""The name someone probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def quoted(name: object) -> str:
    """A name as messages show it, cut where it is long."""
    text = str(name)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:59]}…`"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` most like `name`, or None if none is much like it.

    Case and separators do not count: `ExpectedBucketOwner` is near `expected_bucket_owner`.
    """
    by_shape = {_shape(candidate): candidate for candidate in names}
    found = get_close_matches(_shape(name), by_shape, n=1, cutoff=0.6)
    return by_shape[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str], otherwise: str = "There are: ") -> str | None:
    """A hint: the nearest name; or, if there are only a few, all of them."""
    names = list(names)
    if close := nearest(name, names):
        return f"Did you mean `{close}`?"
    if not names or len(names) > 12:
        return None
    return otherwise + ", ".join(f"`{one}`" for one in names) + "."


def _shape(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
