"""The security page's evidence: each file that it names is there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "explanation" / "security.md"
NAMED = sorted(set(re.findall(r"`([a-z0-9_]+(?:/[a-z0-9_]+)+\.py)`", PAGE.read_text())))


def test_there_is_evidence() -> None:
    assert len(NAMED) > 20


@pytest.mark.parametrize("path", NAMED)
def test_it_is_there(path: str) -> None:
    assert any((REPOSITORY / root / path).is_file() for root in ("tests", "src/penstock"))
