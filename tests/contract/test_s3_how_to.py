"""The recipes for the S3 cards hold."""

import re
from pathlib import Path

import pytest

from penstock.catalog.registry import Registry
from penstock.flows.checking import check
from penstock.flows.reading import read_flow

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/work-with-objects.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
REGISTRY = Registry.discover()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_recipe_can_be_saved(block: str) -> None:
    assert check(read_flow(block), REGISTRY) == []


def test_there_are_recipes() -> None:
    assert len(BLOCKS) == 7
