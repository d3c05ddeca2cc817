"""Durations as people write them: `30s`, `5m`, `1h30m`, `0.5s`."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_WRITTEN: Final = re.compile(
    r"(?=[0-9])(?:(?P<hours>[0-9]{1,6})h)?(?:(?P<minutes>[0-9]{1,6})m)?"
    r"(?:(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,6})?)s)?"
)


def read_duration(value: Any) -> Any:
    """A timedelta for `1h30m` and its like; anything else as it is, for pydantic to judge."""
    if isinstance(value, str) and (found := _WRITTEN.fullmatch(value.strip())):
        return timedelta(**{name: float(part or 0) for name, part in found.groupdict().items()})
    return value


def write_duration(duration: timedelta) -> str:
    """The shortest form that reads back the same: `1h30m`, `0.5s`, `0s`."""
    microseconds = duration // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    written = f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes)
    if fraction:
        return written + f"{seconds}.{fraction:06d}".rstrip("0") + "s"
    return written + f"{seconds}s" if seconds or not written else written


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    PlainSerializer(write_duration, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,9}(\.[0-9]{1,6})?s)?$",
            "examples": ["30s", "5m", "1h30m"],
        }
    ),
]
