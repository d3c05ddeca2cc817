"""Uploads in a local folder: files that wait for the run that takes them."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from penstock.catalog.files import File, FileWriter
from penstock.engine.model import StoredUpload
from penstock.errors import NotFound, StorageFull
from penstock.store.file_writer import LocalFileWriter, full_disk_said

_ID: Final = re.compile(r"[0-9a-f]{32}")
_ID_LENGTH: Final = 32


class UploadFolder:
    """Implements `engine.repository.UploadStore`.

    An upload is `<id>`, what is known of it `<id>.json`; while it comes in it is `<id>.partial`.
    Its age is counted from its last byte on, which the file system remembers.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, name: str, *, content_type: str | None, size: int | None) -> FileWriter:
        """Begin one. The key of the file that `commit` gives is its id, which nobody can guess."""
        with full_disk_said(name):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if size is not None and size > (left := shutil.disk_usage(self._root).free):
                raise StorageFull(
                    f"{name} has {size:,} bytes, and there is room for {left:,}.",
                    hint="Make room in the data directory, or have it on a larger disk.",
                )
            return LocalFileWriter(self._root, secrets.token_hex(16), name, content_type)

    def find(self, upload_id: str) -> StoredUpload | None:
        """What was committed under that id, and when."""
        if not _ID.fullmatch(upload_id):
            return None
        try:
            written = (self._root / upload_id).stat().st_mtime
            about = (self._root / f"{upload_id}.json").read_bytes()
        except FileNotFoundError:
            return None
        return StoredUpload(File.model_validate_json(about), datetime.fromtimestamp(written, UTC))

    def open(self, upload_id: str) -> BinaryIO:
        """Its bytes. Raises NotFound."""
        if _ID.fullmatch(upload_id):
            with suppress(FileNotFoundError):
                return (self._root / upload_id).open("rb")
        raise NotFound("There is no upload of that id.")

    def drop(self, *, before: datetime) -> Iterator[int]:
        """Remove, one by one, what got its last byte before then, whole or not;
        the bytes that each gave back."""
        with suppress(FileNotFoundError), os.scandir(self._root) as entries:
            for entry in entries:
                if not _ID.fullmatch(entry.name[:_ID_LENGTH]):
                    continue
                with suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    if facts.st_mtime < before.timestamp():
                        yield from self._drop(entry.name, facts)

    def _drop(self, name: str, facts: os.stat_result) -> Iterator[int]:
        path = self._root / name
        if name.endswith(".json") and path.with_suffix("").exists():
            # It goes with what it is about.
            return
        path.unlink()
        if name.endswith((".json", ".json.partial")):
            return
        if _ID.fullmatch(name):
            path.with_name(f"{name}.json").unlink(missing_ok=True)
        yield facts.st_size if facts.st_nlink == 1 else 0
