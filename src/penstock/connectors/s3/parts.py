"""How an object is cut into parts: limits of S3 and the plan for a size.

Source: "Amazon S3 multipart upload limits" in the S3 user guide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.errors import InvalidInput

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

MAXIMUM_PARTS = 10_000
MINIMUM_PART = 5 * MIB
MAXIMUM_PART = 5 * GIB
MAXIMUM_SINGLE = 5 * GIB
"""Of one PutObject and of one CopyObject."""
MAXIMUM_OBJECT = MAXIMUM_PARTS * MAXIMUM_PART


@dataclass(frozen=True, slots=True)
class Part:
    """`size` bytes from `offset`; `number` counts from 1."""

    number: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The offset after the last byte."""
        return self.offset + self.size

    @property
    def range(self) -> str:
        """As HTTP says it: both ends included."""
        return f"bytes={self.offset}-{self.end - 1}"


def part_size(size: int, preferred: int) -> int:
    """Bytes per part for an object of `size` bytes: `preferred`, or more if 10,000 are too few.

    Grown sizes are whole MiB.

    Raises:
        InvalidInput: no part size fits; S3 holds no object of that size.
    """
    if size > MAXIMUM_OBJECT:
        raise InvalidInput(
            f"{size} bytes are more than one S3 object can hold ({MAXIMUM_OBJECT} bytes)",
            hint="Split the file and upload it as several objects.",
        )
    if size <= preferred * MAXIMUM_PARTS:
        return preferred
    least = -(-size // MAXIMUM_PARTS)
    return min(-(-least // MIB) * MIB, MAXIMUM_PART)


def cut(size: int, each: int, *, start: int = 0) -> Iterator[Part]:
    """`size` bytes from `start` in parts of `each` bytes, the last one shorter; none for none."""
    for number, offset in enumerate(range(0, size, each), start=1):
        yield Part(number, start + offset, min(each, size - offset))
