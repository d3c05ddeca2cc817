"""Run files in a local folder: written beside, then renamed, so that a file is whole or not there.

Plain files and not an object-store library: cards write ranges from many threads in any order,
which such libraries offer for no local folder.
"""

import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from penstock.catalog.files import File, Files, FileWriter
from penstock.engine.model import Usage
from penstock.errors import InternalFault, NotFound, StorageFull
from penstock.store.file_writer import LocalFileWriter, full_disk_said, sync_folder, write_about

_RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OWNER: Final = re.compile(r"~?[a-z0-9][a-z0-9_-]{0,127}")
_KEY: Final = re.compile(r"~?[a-z0-9][a-z0-9_-]{0,127}\.[1-9][0-9]{0,8}")
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

    def adopt(self, run_id: str, key: str, file: File, source: BinaryIO) -> File:
        """Have what is in `source`, of which `file` says all but the key, as a file of the run.

        By a hard link, which costs no room and no time: a file that is whole is never written
        to again. Where there can be none, by a copy. A power cut after this does not undo it.
        """
        if not _KEY.fullmatch(key):
            raise InternalFault(f"{key!r} is no key of a file.")
        folder = self._folder(run_id)
        partial = folder / f"{key}.partial"
        adopted = file.model_copy(update={"key": key})
        with full_disk_said(file.name):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _link(source, partial):
                write_about(folder, adopted)
                partial.replace(folder / key)
            else:
                adopted = _copy(source, LocalFileWriter(folder, key, file.name, file.content_type))
            _sync(folder / f"{key}.json")
            sync_folder(folder)
            sync_folder(self._root)
        return adopted

    def list(self, run_id: str) -> Sequence[File]:
        """What the run was given and cards have committed, by key."""
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
        size = _room_freed(folder)
        while folder.exists():
            # Another process may be at it as well.
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        return size

    def run_ids(self) -> Iterator[str]:
        """Ids of runs that have files, also of such as are not there any more."""
        return (folder.name for folder in self._folders() if _RUN_ID.fullmatch(folder.name))

    def remove_given(self, run_id: str, owner: str, *, before: datetime) -> bool:
        """Remove the run's files if all are the owner's and older than that; whether they were.

        Raises:
            OSError: something of them cannot be removed.
        """
        folder = self._folder(run_id)
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
            youngest = folder.stat().st_mtime
            for entry in entries:
                if not entry.name.startswith(f"{owner}."):
                    return False
                youngest = max(youngest, entry.stat(follow_symlinks=False).st_mtime)
            if youngest < before.timestamp():
                self.remove_run(run_id)
                return True
        return False

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
        with full_disk_said(name):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if size is not None and size > (left := shutil.disk_usage(self._folder).free):
                raise StorageFull(
                    f"{name} has {size:,} bytes, and there is room for {left:,}.",
                    hint="Make room in the data directory, or have it on a larger disk.",
                )
            return LocalFileWriter(self._folder, key, name, content_type)

    def open(self, file: File) -> BinaryIO:
        """The bytes, seekable, for one reader; open again for another thread."""
        if _KEY.fullmatch(file.key):
            try:
                return (self._folder / file.key).open("rb")
            except FileNotFoundError:
                pass
        raise NotFound(f"This run has no file {file.name}.")


def _copy(source: BinaryIO, writer: LocalFileWriter) -> File:
    try:
        while chunk := source.read(_READ_SIZE):
            writer.write(chunk)
        return writer.commit()
    except BaseException:
        writer.abort()
        raise


def _link(source: BinaryIO, target: Path) -> bool:
    """Whether `target` is the opened file by another name now: not every file system, nor any two,
    can have that."""
    target.unlink(missing_ok=True)
    try:
        os.link(source.name, target, follow_symlinks=False)
        if os.path.samestat(os.fstat(source.fileno()), target.lstat()):
            return True
    except OSError:
        pass
    # Put in the place of what was opened meanwhile, it may be another file.
    target.unlink(missing_ok=True)
    return False


def _size_of(folder: Path) -> tuple[int, int]:
    """Bytes on disk and number of what cards and the engine wrote there. Of a file that several
    runs have, its part."""
    size = files = 0
    for name, facts in _facts(folder):
        size += facts.st_size // max(1, facts.st_nlink)
        files += not name.endswith(".json")
    return size, files


def _room_freed(folder: Path) -> int:
    """Bytes of what is nowhere but there."""
    return sum(facts.st_size for _, facts in _facts(folder) if facts.st_nlink == 1)


def _facts(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                yield entry.name, entry.stat(follow_symlinks=False)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
