"""Yes, no, or nobody knows: three-valued logic, in which `None` is the third value."""

from collections.abc import Iterable

Truth = bool | None


def both(*truths: Truth) -> Truth:
    """And: False if any is, else unknown if any is."""
    return every(truths)


def every(truths: Iterable[Truth]) -> Truth:
    """And over any number; True for none."""
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


def some(truths: Iterable[Truth]) -> Truth:
    """Or over any number; False for none."""
    found: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            found = None
    return found


def opposite(truth: Truth) -> Truth:
    """Not; unknown stays unknown."""
    return None if truth is None else not truth
