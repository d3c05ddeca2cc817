"""Writing a file in a local folder: beside, then renamed, so that it is whole or not there."""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from penstock.catalog.files import File
from penstock.errors import InternalFault, StorageFull

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_SIZE: Final = 1 << 20


class LocalFileWriter:
    """Implements `catalog.files.FileWriter`: writes `<key>.partial` in a folder that is there.

    What is known of the file goes into `<key>.json`. The digest follows what arrives in order;
    the rest is read again.
    """

    def __init__(self, folder: Path, key: str, name: str, content_type: str | None) -> None:
        self._folder = folder
        self._key = key
        self._name = name
        self._content_type = content_type
        self._partial = folder / f"{key}.partial"
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._file = os.open(self._partial, flags, 0o600)
        self._lock = threading.Lock()
        self._position = 0
        self._end = 0
        self._written = 0
        self._digest = hashlib.sha256()
        self._digested = 0
        self._committed: File | None = None

    def write(self, chunk: bytes | memoryview) -> int:
        written = self.write_at(self._position, chunk)
        self._position += written
        return written

    def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
        """Write a range, from any thread; ranges may arrive in any order."""
        if self._file < 0:
            raise InternalFault(f"{self._name} is written after it was finished.")
        view = memoryview(chunk).cast("B")
        with full_disk_said(self._name), self._gone_if_it_fails():
            done = 0
            while done < len(view):
                done += os.pwrite(self._file, view[done:], offset + done)
        with self._lock:
            self._written += len(view)
            self._end = max(self._end, offset + len(view))
            if offset == self._digested:
                self._digest.update(view)
                self._digested += len(view)
            elif offset < self._digested:
                # A range is tried again: what was digested of it may have been another.
                self._digest = hashlib.sha256()
                self._digested = 0
        return len(view)

    def commit(self) -> File:
        """Make the file visible, whole, with its size and SHA-256."""
        if self._committed is not None:
            return self._committed
        if self._written < self._end:
            self.abort()
            raise InternalFault(f"{self._name} has {self._end - self._written} bytes missing.")
        with self._cleaned_up_when_full():
            self._digest_the_rest()
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1
            file = File(
                key=self._key,
                name=self._name,
                size=self._end,
                content_type=self._content_type,
                sha256=self._digest.hexdigest(),
            )
            write_about(self._folder, file)
            self._partial.replace(self._folder / self._key)
            sync_folder(self._folder)
        self._committed = file
        return file

    def abort(self) -> None:
        """Leave nothing behind. Safe to call after `commit`, and twice."""
        if self._committed is not None:
            return
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._partial.unlink(missing_ok=True)

    def _digest_the_rest(self) -> None:
        while chunk := os.pread(self._file, _READ_SIZE, self._digested):
            self._digest.update(chunk)
            self._digested += len(chunk)

    @contextmanager
    def _gone_if_it_fails(self) -> Iterator[None]:
        """The file's name goes at once, its descriptor with `abort`: another thread may be writing
        to that number, which must not become another file's meanwhile."""
        try:
            yield
        except BaseException:
            self._partial.unlink(missing_ok=True)
            raise

    @contextmanager
    def _cleaned_up_when_full(self) -> Iterator[None]:
        try:
            with full_disk_said(self._name):
                yield
        except BaseException:
            self.abort()
            raise


def write_about(folder: Path, file: File) -> None:
    """Put what is known of a file beside where it is, or is going to be."""
    about = folder / f"{file.key}.json"
    partial = about.with_suffix(".json.partial")
    partial.write_text(file.model_dump_json())
    partial.replace(about)


@contextmanager
def full_disk_said(name: str) -> Iterator[None]:
    """Within: what finds no room raises StorageFull."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in _FULL:
            raise
        raise StorageFull(
            f"There is no room left for {name}.",
            hint="Make room in the data directory, or have it on a larger disk.",
        ) from fault


def sync_folder(folder: Path) -> None:
    """See to it that the names in the folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
