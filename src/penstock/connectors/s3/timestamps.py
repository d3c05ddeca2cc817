"""Timestamps of S3's answers, read fast: nearly all of them are ISO 8601."""

from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_timestamp as parse_any_timestamp


def parse_timestamp(value: Any) -> datetime:
    """An aware datetime from ISO 8601 text, an HTTP date, or seconds since 1970.

    Botocore's own parser tries several formats with dateutil, which is most of the time that
    reading a list takes.
    """
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return parse_any_timestamp(value)
