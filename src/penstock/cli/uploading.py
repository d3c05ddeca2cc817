"""Files of this machine as inputs of a run: `--input NAME=@PATH`."""

import contextlib
import mimetypes
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import typer

from penstock.cli.client import Client
from penstock.cli.session import Session
from penstock.engine.uploads import LONGEST_NAME, MOST_BYTES
from penstock.errors import InvalidInput

_CHUNK: Final = 1 << 20
_LARGE: Final = 8 << 20
"""Bytes from which on it is shown how far an upload is."""

Types = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of a run, as the API takes them, with their files uploaded.

    `same` is equal for equal inputs: it has what is in files in place of their uploads.
    """

    inputs: dict[str, Any]
    input_texts: dict[str, str]
    same: dict[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """What a request carries of it."""
        return {"inputs": self.inputs, "input_texts": self.input_texts}


def upload_files(session: Session, client: Client, given: dict[str, Any], types: Types) -> Given:
    """Upload what inputs of type file name by a path after `@`.

    Args:
        given: of `documents.given_inputs`.
        types: gives the type of each input of the flow; asked only if something begins with `@`.
            What begins so and is of another type stays text.

    Raises:
        BadParameter: there is no such file, or it cannot be read.
        InvalidInput: it is too large.
    """
    inputs, texts = dict(given["inputs"]), dict(given["input_texts"])
    named = {
        name: Path(value[1:]).expanduser()
        for name, value in {**inputs, **texts}.items()
        if isinstance(value, str) and value.startswith("@")
    }
    declared = types() if named else {}
    paths = {name: path for name, path in named.items() if declared.get(name) == "file"}
    for path in paths.values():
        # Before the first byte of another one travels.
        _open(path).close()
    same: dict[str, Any] = {}
    for name, path in paths.items():
        made = _upload(session, client, path)
        texts.pop(name, None)
        inputs[name] = {"upload": made["id"]}
        same[name] = [made["name"], made["size"], made["sha256"]]
    return Given(inputs, texts, {"inputs": {**inputs, **same}, "input_texts": texts})


def types_of(document: Mapping[str, Any] | None) -> Mapping[str, str]:
    """The types of a document's inputs, as far as it can be read."""
    asked = ((document or {}).get("start") or {}).get("inputs") or {}
    return {name: one.get("type", "text") for name, one in asked.items()}


def _open(path: Path) -> BinaryIO:
    try:
        file = path.open("rb")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}.") from error
    if (_size(file) or 0) > MOST_BYTES:
        file.close()
        raise InvalidInput(
            f"{path} is too large: at most {MOST_BYTES:,} bytes can be given to a run.",
            hint="Put it into a bucket, and have the flow take it from there.",
        )
    return file


def _size(file: BinaryIO) -> int | None:
    """The bytes of a file; None for what is none, such as a pipe."""
    facts = os.fstat(file.fileno())
    return facts.st_size if stat.S_ISREG(facts.st_mode) else None


def _upload(session: Session, client: Client, path: Path) -> Any:
    # A name that is no UTF-8 travels with marks in place of what is none.
    name = path.name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
    with _open(path) as file:
        size = _size(file)
        with _progress(session, name, size or 0) as went_on:
            chunks = _chunks(file, path, size, went_on)
            return client.upload(chunks, name=name, size=size, media_type=_media_type(name))


def _chunks(
    file: BinaryIO, path: Path, size: int | None, went_on: Callable[[int], None]
) -> Iterator[bytes]:
    sent = 0
    while chunk := file.read(_CHUNK if size is None else min(_CHUNK, size - sent)):
        sent += len(chunk)
        yield chunk
        went_on(sent)
    if size is not None and sent < size:
        raise InvalidInput(f"{path} became shorter while it was read.", hint="Try again.")


@contextlib.contextmanager
def _progress(session: Session, name: str, size: int) -> Iterator[Callable[[int], None]]:
    """Say how far an upload is, if it may take a while and somebody looks."""
    if size < _LARGE or session.json:
        yield lambda _: None
        return
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with output.progress(f"Uploading {name}", size) as went_on:
        yield went_on


def _media_type(name: str) -> str | None:
    return mimetypes.guess_type(name)[0]
