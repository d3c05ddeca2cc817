"""What holds of every command, and of what is written about them."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from penstock.cli import reference
from penstock.cli.main import app

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs/reference/settings.md"


def commands() -> Iterator[tuple[str, Any]]:
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        for verb, inner in getattr(command, "commands", {}).items():
            yield f"{name} {verb}", inner
        if not hasattr(command, "commands"):
            yield name, command


COMMANDS = dict(commands())
READS = {
    name for name in COMMANDS if name.split()[-1] in {"list", "show", "usage", "files", "events"}
}


def test_reference_is_current() -> None:
    written = (ROOT / "docs/reference/cli.md").read_text()
    assert written == reference.reference_page(app), "run `python scripts/docs.py`"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_says_what_it_is(name: str) -> None:
    command = COMMANDS[name]
    assert re.match(r"[A-Z].*\.$", command.help.splitlines()[0]), command.help
    for parameter in command.params:
        assert parameter.help, f"{name}: {parameter.name}"


@pytest.mark.parametrize(
    "name", sorted(READS | {"connections new", "connections verify", "run", "demo", "sandbox env"})
)
def test_reads_can_answer_in_json(name: str) -> None:
    assert "json" in {parameter.name for parameter in COMMANDS[name].params}


@pytest.mark.parametrize(
    "noun",
    [
        "up",
        "demo",
        "run",
        "connections",
        "flows",
        "runs",
        "cards",
        "iam",
        "sandbox",
        "schema",
        "users",
        "tokens",
        "audit",
        "retention",
        "health",
    ],
)
def test_the_commands_there_have_to_be(noun: str) -> None:
    assert any(name.split()[0] == noun for name in COMMANDS)


def test_each_setting_is_documented_and_there() -> None:
    used: set[str] = set()
    for source in (ROOT / "src").rglob("*.py"):
        used |= set(re.findall(r"PENSTOCK_[A-Z_]+", source.read_text()))
    documented = set(re.findall(r"`(PENSTOCK_[A-Z_]+)`", SETTINGS.read_text()))
    assert used == documented


def test_help_imports_nothing_heavy() -> None:
    """What makes `--help` slow is imported by the commands that need it, and only then."""
    code = (
        "import sys; from penstock.cli.main import app\n"
        "heavy = {'httpx', 'fastapi', 'sqlalchemy', 'botocore', 'dbos', 'pydantic', 'ruamel',"
        " 'uvicorn', 'moto'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_commands_are_clients_of_the_api() -> None:
    """No command reaches past the API: only those that are the server open the application."""
    may = {"connecting", "serving", "stage"}
    for source in (ROOT / "src/penstock/cli").rglob("*.py"):
        opens = "open_application" in source.read_text()
        assert opens == (source.stem in may), source


def test_exit_codes_are_told() -> None:
    told = inspect.cleandoc(typer.main.get_command(app).epilog or "")
    page = (ROOT / "docs/reference/cli.md").read_text()
    for code in ("0", "1", "2", "3", "130"):
        assert re.search(rf"\b{code} ", told)
        assert f"| {code} |" in page
