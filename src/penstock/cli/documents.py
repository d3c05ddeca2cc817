"""Files that a person gives: flow documents and inputs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from penstock.errors import InvalidInput, Where


def read_document(file: Path) -> str:
    """The text of a document; `-` is stdin.

    Raises:
        BadParameter: there is no such file, or it cannot be read.
        InvalidInput: not UTF-8.
    """
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{file} is not UTF-8 text.",
            hint="Save it as UTF-8.",
            where=Where(line=line),
        ) from error


def given_inputs(pairs: Sequence[str] | None, file: Path | None) -> dict[str, Any]:
    """`inputs` (the file's, typed) and `input_texts` (the command line's) of a run to start.

    The flow says of which type each input is, so the server reads the texts.

    Raises:
        InvalidInput: a pair without a name, or a file that holds no object.
    """
    texts = read_pairs(pairs, "--input")
    return {"inputs": _from_file(file) if file else {}, "input_texts": texts}


def read_pairs(pairs: Sequence[str] | None, flag: str) -> dict[str, str]:
    """What `NAME=VALUE` options say.

    Raises:
        InvalidInput: one without a name.
    """
    found: dict[str, str] = {}
    for pair in pairs or ():
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise InvalidInput(f"{pair!r} has no name and value.", hint=f"Write {flag} NAME=VALUE.")
        found[name] = value
    return found


def _from_file(file: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only for a file of inputs
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        found = YAML(typ="safe", pure=True).load(read_document(file))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(line=mark.line + 1, column=mark.column + 1) if mark else Where()
        raise InvalidInput(f"{file} is neither JSON nor YAML.", where=where) from error
    if not isinstance(found, dict):
        raise InvalidInput(f"{file} holds no inputs.", hint="Write `name: value` lines.")
    return {str(name): value for name, value in found.items()}
