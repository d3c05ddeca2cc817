"""What AWS said when it said no."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError


@dataclass
class Refusal:
    """An error of AWS; filled when the block has ended."""

    code: str = ""
    message: str = ""
    status: int = 0
    headers: dict[str, str] | None = None


@contextmanager
def refused(code: str, status: int | None = None) -> Iterator[Refusal]:
    """Expects a block to end in an AWS error with this code (and this HTTP status)."""
    found = Refusal()
    with pytest.raises(ClientError) as caught:
        yield found
    answer = caught.value.response
    found.code = answer["Error"]["Code"]
    found.message = answer["Error"].get("Message", "")
    found.status = answer["ResponseMetadata"]["HTTPStatusCode"]
    found.headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert found.code == code, found
    assert status in (None, found.status), found
