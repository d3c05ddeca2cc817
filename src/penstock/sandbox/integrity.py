"""Content-MD5 and S3's checksums: what a client says of a body is compared with the body.

Source: S3 user guide, "Checking object integrity in Amazon S3".
"""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from penstock.sandbox.faults import Fault

_PREFIX: Final = "x-amz-checksum-"
_CRC32C: Final = (0x82F63B78, 32)
_CRC64NVME: Final = (0x9A6C9329AC4BC9B5, 64)


@lru_cache(maxsize=2)
def _table(polynomial: int) -> tuple[int, ...]:
    entries = []
    for index in range(256):
        value = index
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        entries.append(value)
    return tuple(entries)


def _crc(body: bytes, kind: tuple[int, int]) -> bytes:
    polynomial, width = kind
    table = _table(polynomial)
    everything = (1 << width) - 1
    value = everything
    for byte in body:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return (value ^ everything).to_bytes(width // 8, "big")


def checksum(algorithm: str, body: bytes) -> str:
    """The checksum of `body` in base64; `algorithm` as in the header's name (`crc32`)."""
    match algorithm:
        case "crc32":
            digest = zlib.crc32(body).to_bytes(4, "big")
        case "crc32c":
            digest = _crc(body, _CRC32C)
        case "crc64nvme":
            digest = _crc(body, _CRC64NVME)
        case "sha1":
            digest = hashlib.sha1(body).digest()  # noqa: S324 - one of S3's checksums
        case "sha256":
            digest = hashlib.sha256(body).digest()
        case _:
            raise Fault("InvalidRequest", f"Checksum algorithm {algorithm} is not supported.")
    return base64.b64encode(digest).decode()


def stated(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Algorithm and value of the checksum among the headers, if there is one."""
    for name, value in headers.items():
        algorithm = name.removeprefix(_PREFIX)
        if name.startswith(_PREFIX) and algorithm not in ("algorithm", "type", "mode"):
            return algorithm, value
    return None


def check(body: bytes, headers: Mapping[str, str]) -> None:
    """Nothing if the body is what the headers say of it; otherwise raises Fault."""
    if (said := headers.get("content-md5")) is not None:
        try:
            wanted = base64.b64decode(said, validate=True)
        except (binascii.Error, ValueError):
            wanted = b""
        if len(wanted) != 16:
            raise Fault("InvalidDigest", "The Content-MD5 you specified is not valid.")
        if hashlib.md5(body).digest() != wanted:  # noqa: S324 - Content-MD5 is MD5
            raise Fault(
                "BadDigest", "The Content-MD5 you specified did not match what we received."
            )
    found = stated(headers)
    if found is not None and checksum(found[0], body) != found[1]:
        raise Fault(
            "BadDigest",
            f"The {found[0].upper()} you specified did not match the calculated checksum.",
        )


def required(headers: Mapping[str, str]) -> None:
    """Nothing if the headers say anything of the body; otherwise raises Fault."""
    if "content-md5" not in headers and stated(headers) is None:
        raise Fault(
            "InvalidRequest",
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        )
