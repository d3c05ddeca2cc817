"""Files of a run: what cards read and write without holding them in memory."""

from typing import BinaryIO, Protocol

from pydantic import BaseModel, ConfigDict


class File(BaseModel):
    """A pointer to a file in the run's file store; what a File output holds.

    `key` is opaque to flows and unique within the store. `size` is in bytes.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"x-penstock-type": "file"})

    key: str
    name: str
    size: int
    content_type: str | None = None
    sha256: str | None = None


class FileWriter(Protocol):
    """A file being written. It exists for others only once `commit` has returned.

    Raises:
        StorageFull: there is no room left; nothing of the file remains.
    """

    def write(self, chunk: bytes | memoryview) -> int: ...
    def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
        """Write a range, from any thread; ranges may arrive in any order."""
        ...

    def commit(self) -> File:
        """Make the file visible, whole, with its size and SHA-256."""
        ...

    def abort(self) -> None:
        """Leave nothing behind. Safe to call after `commit`, and twice."""
        ...


class Files(Protocol):
    """The files of one run. Another run's files are not found."""

    def create(
        self, name: str, *, content_type: str | None = None, size: int | None = None
    ) -> FileWriter:
        """Begin a file. `size`, if known, is checked against the room that is left."""
        ...

    def open(self, file: File) -> BinaryIO:
        """The bytes, seekable, for one reader; open again for another thread.

        Raises:
            NotFound: no such file in this run.
        """
        ...
