"""An upload's life: it comes in, can be used for a day, and is given up by whoever likes."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penstock.catalog.files import File
from penstock.engine.uploads import KEPT_FOR, IncomingUpload, UploadService
from penstock.errors import InternalFault
from penstock.store.uploads import UploadFolder


@pytest.fixture
def store(tmp_path: Path) -> UploadFolder:
    return UploadFolder(tmp_path)


def test_it_can_be_used_until_it_expires(store: UploadFolder, tmp_path: Path) -> None:
    uploads = UploadService(store)
    incoming = uploads.begin("a.txt", content_type="text/plain")
    incoming.write(b"some")
    made = incoming.commit()
    assert uploads.find(made.id) == made
    assert timedelta(hours=23, minutes=55) < made.expires_at - datetime.now(UTC) <= KEPT_FOR
    almost = datetime.now(UTC) - KEPT_FOR + timedelta(minutes=5)
    os.utime(tmp_path / made.id, (almost.timestamp(), almost.timestamp()))
    assert uploads.find(made.id) is not None
    over = (almost - timedelta(minutes=5)).timestamp()
    os.utime(tmp_path / made.id, (over, over))
    # It is not there for anyone, though the sweep comes later.
    assert uploads.find(made.id) is None
    assert list(uploads.sweep(datetime.now(UTC))) == [4]


def test_giving_up_waits_for_what_is_being_written(store: UploadFolder, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()
    inner = store.create("a", content_type=None, size=None)

    class Slow:
        def write(self, chunk: bytes | memoryview) -> int:
            begun.set()
            assert go_on.wait(20)
            return inner.write(chunk)

        def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
            raise NotImplementedError

        def commit(self) -> File:
            return inner.commit()

        def abort(self) -> None:
            inner.abort()

    incoming = IncomingUpload(Slow(), store)
    writing = threading.Thread(target=incoming.write, args=(b"some",))
    writing.start()
    assert begun.wait(20)
    leaving = threading.Thread(target=incoming.abort)
    leaving.start()
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    go_on.set()
    writing.join(20)
    leaving.join(20)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InternalFault):
        inner.write(b"more")
