"""Files given before the run that takes them: kept for a day, then swept."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

from penstock.catalog.files import File, FileWriter
from penstock.engine.model import StoredUpload, Upload
from penstock.engine.repository import UploadStore

MOST_BYTES: Final = 5 * 1024**3
"""What an upload may have: as much as S3 takes in one request. Whoever carries the bytes here
counts them."""
LONGEST_NAME: Final = 255
KEPT_FOR: Final = timedelta(hours=24)


class IncomingUpload:
    """An upload whose bytes come in. It exists for others only once `commit` has returned.

    Raises:
        StorageFull: there is no room left; nothing of the file remains.
    """

    def __init__(self, writer: FileWriter, store: UploadStore) -> None:
        self._writer = writer
        self._store = store
        # Whoever gives up may do so while another thread is still writing.
        self._at_it = threading.Lock()

    def write(self, chunk: bytes) -> int:
        """What comes next."""
        with self._at_it:
            return self._writer.write(chunk)

    def commit(self) -> Upload:
        """The upload, whole."""
        with self._at_it:
            file = self._writer.commit()
        kept = self._store.find(file.key) or StoredUpload(file, datetime.now(UTC))
        return _upload(kept)

    def abort(self) -> None:
        """Leave nothing behind. Safe to call after `commit`, and twice, and from any thread."""
        with self._at_it:
            self._writer.abort()


class UploadService:
    """What a person can do with uploads: give one, and name it when a run is started.

    It can be named any number of times until it expires; each run has the file for itself.
    """

    def __init__(self, store: UploadStore) -> None:
        self._store = store

    def begin(
        self, name: str, *, content_type: str | None = None, size: int | None = None
    ) -> IncomingUpload:
        """Begin one. The name is text and no path; `size`, if known, is checked for room.

        Raises:
            StorageFull
        """
        writer = self._store.create(name, content_type=content_type, size=size)
        return IncomingUpload(writer, self._store)

    def find(self, upload_id: str) -> Upload | None:
        """The upload of that id, unless it has expired."""
        kept = self._store.find(upload_id)
        if kept is None or (found := _upload(kept)).expires_at <= datetime.now(UTC):
            return None
        return found

    def open(self, upload_id: str) -> BinaryIO:
        """Its bytes. Raises NotFound."""
        return self._store.open(upload_id)

    def sweep(self, now: datetime) -> Iterator[int]:
        """Remove, one by one, what has expired or stopped coming in so long ago; the bytes that
        each gave back."""
        return self._store.drop(before=now - KEPT_FOR)


def file_of(upload: Upload) -> File:
    """What mappings and cards see of it, but for the key that a run gives it."""
    return File(
        key=upload.id,
        name=upload.name,
        size=upload.size,
        content_type=upload.content_type,
        sha256=upload.sha256,
    )


def _upload(kept: StoredUpload) -> Upload:
    file = kept.file
    return Upload(
        id=file.key,
        name=file.name,
        size=file.size,
        content_type=file.content_type,
        sha256=file.sha256 or "",
        expires_at=kept.at + KEPT_FOR,
    )
