"""Whether two JSON values say the same. For Python `true` is 1; for a document it is not."""

from typing import Any


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: neither the order of names counts nor how a number is written."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
