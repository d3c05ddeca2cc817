"""Checksums of wholes and of their parts."""

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.connectors.s3.transfer_checksums import (
    ALGORITHMS,
    CRC32,
    Polynomial,
    _advance,
    composite_etag,
    stored,
    text,
)


@given(pieces=st.lists(st.binary(max_size=300), max_size=8))
def test_the_crc_of_a_whole_follows_from_its_parts(pieces: list[bytes]) -> None:
    combined = CRC32.combine((CRC32.of(piece), len(piece)) for piece in pieces)

    assert combined == zlib.crc32(b"".join(pieces)).to_bytes(4, "big")


def test_the_length_of_a_part_may_be_anything_s3_allows() -> None:
    zeros = 64 * 1024 * 1024
    head = CRC32.of(b"penstock")

    combined = CRC32.combine([(head, 8), (CRC32.of(bytes(zeros)), zeros)])

    assert combined == zlib.crc32(bytes(zeros), zlib.crc32(b"penstock")).to_bytes(4, "big")


def crc64nvme(data: bytes) -> int:
    register = (1 << 64) - 1
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0x9A6C9329AC4BC9B5 if register & 1 else 0)
    return register ^ ((1 << 64) - 1)


@given(left=st.binary(max_size=60), right=st.binary(max_size=60))
def test_the_64_bit_crc_combines_as_well(left: bytes, right: bytes) -> None:
    polynomial = Polynomial(0x9A6C9329AC4BC9B5, 64)

    combined = _advance(polynomial, crc64nvme(left), len(right)) ^ crc64nvme(right)

    assert combined == crc64nvme(left + right)


def test_the_64_bit_crc_is_the_published_one() -> None:
    assert crc64nvme(b"123456789") == 0xAE8B14860A799888


def test_a_digest_of_a_whole_does_not_follow_from_its_parts() -> None:
    with pytest.raises(ValueError, match="SHA256"):
        ALGORITHMS["SHA256"].combine([])


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ({"ChecksumCRC32": "AAAAAA==", "ChecksumType": "FULL_OBJECT"}, "CRC32"),
        ({"ChecksumSHA256": "abc="}, "SHA256"),
        ({"ChecksumCRC32": "AAAAAA==", "ChecksumType": "COMPOSITE"}, None),
        ({"ChecksumSHA256": "abc=-3"}, None),
        ({"ChecksumXXHASH3": "abc="}, None),
        ({}, None),
    ],
)
def test_only_a_checksum_of_the_full_object_is_compared(
    response: dict[str, str], name: str | None
) -> None:
    found = stored(response)

    assert (found[0].name if found else None) == name


def test_the_etag_of_parts_is_the_digest_of_their_digests() -> None:
    digests = [hashlib.md5(piece, usedforsecurity=False) for piece in (b"a", b"b")]
    whole = hashlib.md5(digests[0].digest() + digests[1].digest(), usedforsecurity=False)

    etag = composite_etag(f'"{digest.hexdigest()}"' for digest in digests)

    assert etag == f"{whole.hexdigest()}-2"
    assert composite_etag(['"not a digest"']) is None


def test_checksums_are_written_in_base64() -> None:
    assert text(CRC32.of(b"123456789")) == "y/Q5Jg=="
