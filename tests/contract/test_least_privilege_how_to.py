"""The how-to on least privilege says what is so."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from penstock.catalog.registry import Registry
from penstock.cli.main import app
from penstock.flows.checking import check
from penstock.flows.reading import read_flow

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/least-privilege.md").read_text("utf-8")
FLOWS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"penstock (?:[a-z]+ )*[^`\n]*", "\n".join(re.findall(r"`+[^`]+`+", PAGE)))


@pytest.mark.parametrize("text", FLOWS)
def test_its_flows_can_be_saved(text: str) -> None:
    assert check(read_flow(text), Registry.discover()) == []


@pytest.mark.parametrize("line", COMMANDS)
def test_its_commands_exist(line: str) -> None:
    _, noun, verb, *given = shlex.split(line)
    root: Any = get_command(app)
    known = {flag for each in root.commands[noun].commands[verb].params for flag in each.opts}
    assert {each for each in given if each.startswith("--")} <= known


def test_there_are_some() -> None:
    assert (len(FLOWS), len(COMMANDS)) == (1, 11)
