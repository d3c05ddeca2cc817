"""Checksums that go with an object from end to end.

Cyclic redundancy checks of parts combine into the one of the whole object, which is what lets
parts travel in any order and the whole be compared nevertheless. Source: "Checking object
integrity in Amazon S3" in the S3 user guide: CRC32, CRC32C and CRC64NVME can be checksums of a
full multipart object, digests (SHA-1, SHA-256) only composites of its parts.
"""

import base64
import hashlib
import importlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

Buffer = bytes | bytearray | memoryview


class Running(Protocol):
    """A checksum of what has been seen so far."""

    def update(self, data: Buffer, /) -> object: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Polynomial:
    """What combining needs to know of a reflected CRC whose register starts and ends inverted."""

    reflected: int
    width: int


class _Crc:
    def __init__(self, step: Callable[[Buffer, int], int], width: int) -> None:
        self._step = step
        self._width = width
        self._value = 0

    def update(self, data: Buffer, /) -> None:
        self._value = self._step(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._width // 8, "big")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One of S3's checksum algorithms. `member` is its name among the API's parameters."""

    name: str
    start: Callable[[], Running]
    polynomial: Polynomial | None = None

    @property
    def member(self) -> str:
        return f"Checksum{self.name}"

    @property
    def combines(self) -> bool:
        """Whether the whole object's checksum follows from those of its parts."""
        return self.polynomial is not None

    def of(self, data: Buffer) -> bytes:
        running = self.start()
        running.update(data)
        return running.digest()

    def combine(self, parts: Iterable[tuple[bytes, int]]) -> bytes:
        """The whole's checksum from (checksum, size in bytes) of its parts in order."""
        if self.polynomial is None:
            raise ValueError(f"{self.name} of a whole does not follow from its parts")
        whole = 0
        for digest, size in parts:
            whole = _advance(self.polynomial, whole, size) ^ int.from_bytes(digest, "big")
        return whole.to_bytes(self.polynomial.width // 8, "big")


def text(digest: bytes) -> str:
    """As the API writes checksums."""
    return base64.b64encode(digest).decode("ascii")


def _crc(name: str, polynomial: Polynomial, step: Callable[[Buffer, int], int]) -> Algorithm:
    return Algorithm(name, lambda: _Crc(step, polynomial.width), polynomial)


def _known() -> dict[str, Algorithm]:
    known = [
        _crc("CRC32", Polynomial(0xEDB88320, 32), zlib.crc32),
        Algorithm("SHA1", lambda: hashlib.sha1(usedforsecurity=False)),
        Algorithm("SHA256", hashlib.sha256),
    ]
    try:
        # Optional, and without types: AWS's C library computes what Python's own cannot quickly.
        runtime: Any = importlib.import_module("awscrt.checksums")
    except ImportError:
        pass
    else:
        known += [
            _crc("CRC32C", Polynomial(0x82F63B78, 32), runtime.crc32c),
            _crc("CRC64NVME", Polynomial(0x9A6C9329AC4BC9B5, 64), runtime.crc64nvme),
        ]
    return {algorithm.name: algorithm for algorithm in known}


ALGORITHMS: Mapping[str, Algorithm] = _known()
"""Those that can be computed here, by S3's names."""

CRC32 = ALGORITHMS["CRC32"]

ALL_NAMES = (
    *("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"),
    *("XXHASH64", "XXHASH3", "XXHASH128"),
)
FULL_OBJECT_NAMES = ("CRC64NVME", "CRC32", "CRC32C")
MEMBERS = frozenset(f"Checksum{name}" for name in ALL_NAMES)


def stored(response: Mapping[str, Any]) -> tuple[Algorithm, str] | None:
    """The full-object checksum a response tells, if there is one that can be computed here.

    A composite of parts (its value ends in `-N`) is none: it says nothing about the bytes alone.
    """
    if response.get("ChecksumType") == "COMPOSITE":
        return None
    for algorithm in ALGORITHMS.values():
        value = response.get(algorithm.member)
        if isinstance(value, str) and "-" not in value:
            return algorithm, value
    return None


def composite_etag(etags: Iterable[str]) -> str | None:
    """The ETag S3 gives a multipart object, from those of its parts; None if they are no MD5s."""
    digests = []
    for etag in etags:
        plain = etag.strip('"')
        if not is_md5(plain):
            return None
        digests.append(bytes.fromhex(plain))
    whole = hashlib.md5(b"".join(digests), usedforsecurity=False).hexdigest()
    return f"{whole}-{len(digests)}"


def is_md5(etag: str) -> bool:
    """Whether an ETag without its quotes has the form of an MD5 digest."""
    return len(etag) == 32 and all(letter in "0123456789abcdefABCDEF" for letter in etag)


@lru_cache(maxsize=256)
def _power(polynomial: Polynomial, size: int) -> int:
    """x to the power of 8 * size, modulo the polynomial."""
    square = 1 << (polynomial.width - 2)
    result = 1 << (polynomial.width - 1)
    exponent = size * 8
    while exponent:
        if exponent & 1:
            result = _multiply(polynomial, square, result)
        square = _multiply(polynomial, square, square)
        exponent >>= 1
    return result


def _advance(polynomial: Polynomial, checksum: int, size: int) -> int:
    """The checksum after `size` more zero bytes, without inversion: what combining builds on."""
    return _multiply(polynomial, _power(polynomial, size), checksum)


def _multiply(polynomial: Polynomial, left: int, right: int) -> int:
    product = 0
    bit = 1 << (polynomial.width - 1)
    while bit:
        if left & bit:
            product ^= right
        right = (right >> 1) ^ polynomial.reflected if right & 1 else right >> 1
        bit >>= 1
    return product
