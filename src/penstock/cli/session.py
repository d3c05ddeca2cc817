"""One command's session: where it works, and how it answers."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from penstock.cli.client import Client

LOCK_WAIT = 5.0
"""Seconds to wait for a data directory that another command is using."""


@dataclass(frozen=True, slots=True)
class Session:
    """The options that all commands have."""

    data: Path | None = None
    server: str | None = None
    token_file: Path | None = None
    json: bool = False
    debug: bool = False

    @contextlib.contextmanager
    def client(self, *, worker: bool = False) -> Iterator["Client"]:
        """A client of the API: of `--server`, of the server that owns the data directory, or of
        an application of this process on it.

        Args:
            worker: whether runs have to be executed, if it is this process.

        Raises:
            DataDirectoryInUse: another command is using the directory and does not come to
                an end.
        """
        from penstock.cli.connecting import connect  # noqa: PLC0415 - it imports httpx

        with connect(self.data, self.server, token_file=self.token_file, worker=worker) as client:
            yield client

    def answer(self, document: Any, text: Any = None) -> None:
        """The result on stdout: the document with `--json`, else `text` (Rich, or as it is)."""
        from penstock.cli import output  # noqa: PLC0415 - it imports Rich

        if self.json or text is None:
            output.document(document)
        else:
            output.result(text)

    def say(self, *texts: Any) -> None:
        """Progress and remarks, on stderr; not with `--json`."""
        from penstock.cli import output  # noqa: PLC0415 - it imports Rich

        if not self.json:
            output.remark(*texts)
