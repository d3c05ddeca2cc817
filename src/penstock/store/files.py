"""Run files in a local folder: written beside, then renamed, so that a file is whole or not there.

Plain files and not an object-store library: cards write ranges from many threads in any order,
which such libraries offer for no local folder.
"""

import errno
import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from penstock.catalog.files import File, Files, FileWriter
from penstock.engine.model import Usage
from penstock.errors import InternalFault, NotFound, StorageFull

_RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OWNER: Final = re.compile(r"~?[a-z0-9][a-z0-9_-]{0,127}")
_KEY: Final = re.compile(r"~?[a-z0-9][a-z0-9_-]{0,127}\.[1-9][0-9]{0,8}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_SIZE: Final = 1 << 20


class RunFileStore:
    """Implements `engine.repository.FileStore` under one folder, a subfolder per run.

    A file is `<key>`, what is known of it `<key>.json`. Keys of owners that begin with `~` are
    the engine's own and not listed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def of_run(self, run_id: str, owner: str = "file") -> Files:
        """The run's files; what is created here is keyed by `owner`, counted from 1."""
        if not _OWNER.fullmatch(owner):
            raise InternalFault(f"{owner!r} cannot own files.")
        return _RunFiles(self._folder(run_id), owner)

    def list(self, run_id: str) -> Sequence[File]:
        """What cards have committed, by key."""
        folder = self._folder(run_id)
        if not folder.is_dir():
            return []
        keys = sorted(
            path.name
            for path in folder.iterdir()
            if _KEY.fullmatch(path.name) and not path.name.startswith("~")
        )
        found = (self.find(run_id, key) for key in keys)
        return [file for file in found if file is not None]

    def find(self, run_id: str, key: str) -> File | None:
        folder = self._folder(run_id)
        if not _KEY.fullmatch(key) or not (folder / key).is_file():
            return None
        return File.model_validate_json((folder / f"{key}.json").read_bytes())

    def remove_run(self, run_id: str) -> int:
        """Remove all of the run's files; the bytes that they had.

        Raises:
            OSError: something of them cannot be removed. What could be is gone; to be tried again.
        """
        folder = self._folder(run_id)
        size = _size_of(folder)[0]
        while folder.exists():
            # Another process may be at it as well.
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        return size

    def usage(self, run_ids: Iterable[str] | None = None, *, seconds: float) -> Usage:
        """What the files of these runs, or of all, take; it looks for so long at most."""
        until = time.monotonic() + seconds
        size = files = 0
        if run_ids is None:
            folders: Iterable[Path] = self._folders()
        else:
            folders = map(self._folder, run_ids)
        for folder in folders:
            if time.monotonic() > until:
                return Usage(size, files, complete=False)
            found = _size_of(folder)
            size += found[0]
            files += found[1]
        return Usage(size, files)

    def _folders(self) -> Iterator[Path]:
        with suppress(FileNotFoundError), os.scandir(self._root) as entries:
            for entry in entries:
                yield Path(entry.path)

    def _folder(self, run_id: str) -> Path:
        if not _RUN_ID.fullmatch(run_id):
            raise NotFound("There is no run of that name.")
        return self._root / run_id


class _RunFiles:
    def __init__(self, folder: Path, owner: str) -> None:
        self._folder = folder
        self._owner = owner
        self._count = 0
        self._counting = threading.Lock()

    def create(
        self, name: str, *, content_type: str | None = None, size: int | None = None
    ) -> FileWriter:
        """Begin a file. `size`, if known, is checked against the room that is left."""
        with self._counting:
            self._count += 1
            key = f"{self._owner}.{self._count}"
        with _full_disk_said(name):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if size is not None and size > (left := shutil.disk_usage(self._folder).free):
                raise StorageFull(
                    f"{name} has {size:,} bytes, and there is room for {left:,}.",
                    hint="Make room in the data directory, or have it on a larger disk.",
                )
            return _Writer(self._folder, key, name, content_type)

    def open(self, file: File) -> BinaryIO:
        """The bytes, seekable, for one reader; open again for another thread."""
        if _KEY.fullmatch(file.key):
            try:
                return (self._folder / file.key).open("rb")
            except FileNotFoundError:
                pass
        raise NotFound(f"This run has no file {file.name}.")


class _Writer:
    """Writes `<key>.partial`. The digest follows what arrives in order; the rest is read again."""

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
        with _full_disk_said(self._name), self._gone_if_it_fails():
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
            about = self._folder / f"{self._key}.json"
            about_partial = about.with_suffix(".json.partial")
            about_partial.write_text(file.model_dump_json())
            about_partial.replace(about)
            self._partial.replace(self._folder / self._key)
            _sync_folder(self._folder)
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
            with _full_disk_said(self._name):
                yield
        except BaseException:
            self.abort()
            raise


@contextmanager
def _full_disk_said(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno not in _FULL:
            raise
        raise StorageFull(
            f"There is no room left for {name}.",
            hint="Make room in the data directory, or have it on a larger disk.",
        ) from fault


def _size_of(folder: Path) -> tuple[int, int]:
    """Bytes on disk and number of what cards and the engine wrote there."""
    size = files = 0
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                size += entry.stat(follow_symlinks=False).st_size
                files += not entry.name.endswith(".json")
    return size, files


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
