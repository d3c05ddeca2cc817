"""Pages of a list: items and the cursor of the next page."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from penstock.errors import InvalidInput

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many items a page has at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=1024, description="`next_cursor` of the page before; opaque."),
]


class Page(BaseModel, Generic[T]):
    """One page. Without `next_cursor` it is the last."""

    items: list[T]
    next_cursor: str | None = None


def cursor_of(key: str) -> str:
    """An opaque cursor that says: what comes after `key`."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(cursor: str | None) -> str | None:
    """What `cursor_of` was given.

    Raises:
        InvalidInput: nobody gave out this cursor.
    """
    if not cursor:
        return None
    try:
        return base64.b64decode(
            cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        ).decode()
    except ValueError as error:
        raise InvalidInput(
            "This cursor was not given out by this server.",
            hint="Start again without a cursor.",
        ) from error


def page_of(
    items: Sequence[T], key: Callable[[T], str], *, limit: int, cursor: str | None
) -> Page[T]:
    """A page of a list that is at hand as a whole, in the order of `key`."""
    after = key_of(cursor)
    ordered = sorted(items, key=key)
    rest = [item for item in ordered if after is None or key(item) > after]
    more = len(rest) > limit
    return Page(items=rest[:limit], next_cursor=cursor_of(key(rest[limit - 1])) if more else None)
