"""Pages and cursors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import InvalidInput
from penstock.server.paging import cursor_of, key_of, page_of


@given(st.text())
def test_a_cursor_gives_its_key_back(key: str) -> None:
    assert key_of(cursor_of(key)) == (key or None)


@pytest.mark.parametrize("cursor", ["!", "a", "====", "é", "_w"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        key_of(cursor)


@given(st.sets(st.text(alphabet="abcXYZ09é", min_size=1)), st.integers(1, 7))
def test_pages_give_everything_once_in_order(keys: set[str], limit: int) -> None:
    found: list[str] = []
    cursor = None
    while True:
        page = page_of(list(keys), str, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(keys)
