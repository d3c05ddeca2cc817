"""Numbers as a person says them."""

from datetime import timedelta

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
_SPANS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def size(count: int) -> str:
    """Such as `512 bytes`, `3.4 MiB`, `120 GiB`."""
    value, unit = float(count), 0
    while value >= 1023.5 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    return (
        f"{value:.0f} {_UNITS[unit]}"
        if not unit or value >= 99.5
        else f"{value:.1f} {_UNITS[unit]}"
    )


def span(length: timedelta) -> str:
    """Such as `12 seconds`, `1 hour`, `3 days`."""
    seconds = max(0, int(length.total_seconds()))
    for name, unit in _SPANS:
        if seconds >= unit:
            return counted(seconds // unit, name)
    return counted(seconds, "second")


def counted(count: int, noun: str) -> str:
    """Such as `1 run`, `2,000 runs`, `2 entries`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun != "day" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"
