"""How objects are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.connectors.s3.parts import (
    GIB,
    MAXIMUM_OBJECT,
    MAXIMUM_PART,
    MAXIMUM_PARTS,
    MIB,
    MINIMUM_PART,
    cut,
    part_size,
)
from penstock.errors import InvalidInput


@given(size=st.integers(1, MAXIMUM_OBJECT))
def test_any_size_fits_the_limits_of_s3(size: int) -> None:
    each = part_size(size, 8 * MIB)

    assert MINIMUM_PART <= each <= MAXIMUM_PART
    assert -(-size // each) <= MAXIMUM_PARTS


@pytest.mark.parametrize(
    ("size", "each"),
    [
        (0, 8 * MIB),
        (80_000 * MIB, 8 * MIB),
        (80_000 * MIB + 1, 9 * MIB),
        (5 * 1024 * GIB, 525 * MIB),
        (MAXIMUM_OBJECT, 5 * GIB),
    ],
)
def test_parts_grow_only_when_ten_thousand_are_too_few(size: int, each: int) -> None:
    assert part_size(size, 8 * MIB) == each


def test_more_than_s3_can_hold_is_refused() -> None:
    with pytest.raises(InvalidInput, match="more than one S3 object can hold") as refused:
        part_size(MAXIMUM_OBJECT + 1, 8 * MIB)

    assert refused.value.hint


@given(size=st.integers(0, 500), each=st.integers(1, 60), start=st.integers(0, 9))
def test_parts_cover_every_byte_once(size: int, each: int, start: int) -> None:
    parts = list(cut(size, each, start=start))

    covered = [byte for part in parts for byte in range(part.offset, part.end)]
    assert covered == list(range(start, start + size))
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(part.size == each for part in parts[:-1])


def test_a_range_names_both_its_ends() -> None:
    assert [part.range for part in cut(5, 3)] == ["bytes=0-2", "bytes=3-4"]
