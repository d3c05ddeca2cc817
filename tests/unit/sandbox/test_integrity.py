"""Checksums against the check values that catalogues of CRCs give."""

import base64

import pytest

from penstock.sandbox.faults import Fault
from penstock.sandbox.integrity import check, checksum, stated

CHECK = b"123456789"


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("crc32", "cbf43926"),
        ("crc32c", "e3069283"),
        ("crc64nvme", "ae8b14860a799888"),
        ("sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        ("sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
    ],
)
def test_check_values(algorithm: str, value: str) -> None:
    expected = base64.b64encode(bytes.fromhex(value)).decode()
    assert checksum(algorithm, CHECK) == expected
    check(CHECK, {f"x-amz-checksum-{algorithm}": expected})
    with pytest.raises(Fault, match="BadDigest"):
        check(CHECK + b"0", {f"x-amz-checksum-{algorithm}": expected})


def test_an_algorithm_nobody_knows() -> None:
    with pytest.raises(Fault, match="InvalidRequest"):
        check(CHECK, {"x-amz-checksum-crc16": "AAA="})


def test_what_is_no_checksum() -> None:
    headers = {"x-amz-checksum-mode": "ENABLED", "x-amz-checksum-algorithm": "CRC32"}
    assert stated(headers) is None
    check(CHECK, headers)
