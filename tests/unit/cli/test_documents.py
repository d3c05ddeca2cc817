"""What people give the command: files, inputs, names for downloads."""

from pathlib import Path

import pytest
import typer

from penstock.cli.documents import given_inputs, read_document
from penstock.cli.runs import free_path
from penstock.errors import InvalidInput


def test_inputs_of_a_file_and_of_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "inputs.yaml"
    file.write_text("a: 1\nb: [x]\n")
    found = given_inputs(["c=3=4", "d="], file)
    assert found == {"inputs": {"a": 1, "b": ["x"]}, "input_texts": {"c": "3=4", "d": ""}}


@pytest.mark.parametrize("text", ["a: [", "- 1\n", "word"])
def test_a_file_that_holds_no_inputs(tmp_path: Path, text: str) -> None:
    file = tmp_path / "inputs.yaml"
    file.write_text(text)
    with pytest.raises(InvalidInput):
        given_inputs(None, file)


@pytest.mark.parametrize("pair", ["a", "=a", ""])
def test_an_input_without_a_name(pair: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        given_inputs([pair], None)
    assert "NAME=VALUE" in (caught.value.hint or "")


def test_a_document_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_bytes(b"\xef\xbb\xbfflow: f\n")
    assert read_document(file) == "flow: f\n"


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"none\.yaml"):
        read_document(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.csv", "report.csv"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\x.bat", "x.bat"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("a\0b", "ab"),
    ],
)
def test_downloads_stay_in_their_folder(tmp_path: Path, name: str, safe: str) -> None:
    assert free_path(tmp_path, name) == tmp_path / safe


def test_downloads_replace_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "a-2.csv").write_text("")
    assert free_path(tmp_path, "a.csv") == tmp_path / "a-3.csv"
