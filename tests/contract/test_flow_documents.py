"""The flow document's reference: its examples hold, and it leaves nothing out."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from penstock.catalog.registry import Registry
from penstock.flows.checking import check
from penstock.flows.document import CardUse, ErrorHandling, FlowDocument, FlowInput, Retry, Settings
from penstock.flows.mapping import parse
from penstock.flows.reading import read_flow
from penstock.flows.starting import RUN

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/flow-document.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
REGISTRY = Registry.discover()


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_holds(block: str) -> None:
    assert check(read_flow(block), REGISTRY) == []


def test_there_are_examples() -> None:
    assert BLOCKS


def test_each_mapping_shown_is_one() -> None:
    shown = re.findall(r'^\| `"(.*?)"` \|', PAGE, re.MULTILINE)
    assert len(shown) == 6
    for text in shown:
        assert not parse(text.replace('\\"', '"')).is_literal


@pytest.mark.parametrize(
    "model", [FlowDocument, CardUse, FlowInput, ErrorHandling, Retry, Settings]
)
def test_every_key_is_told(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}" not in PAGE] == []


def test_every_fact_of_a_run_is_told() -> None:
    assert [name for name in RUN.names() if f"`{name}`" not in PAGE] == []
