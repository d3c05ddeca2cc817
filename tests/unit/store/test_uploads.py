"""Uploads in a folder: whole or not there, found by nobody who does not know the id, swept."""

import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penstock.catalog.files import File
from penstock.errors import NotFound, StorageFull
from penstock.store.uploads import UploadFolder

HOSTILE = ["../../x", "a\x00\x1b[2Jb", "gnp.\u202eexe", "/etc/passwd", ".", "🦊" * 255]
NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def uploads(folder: Path) -> UploadFolder:
    return UploadFolder(folder)


def put(uploads: UploadFolder, content: bytes = b"some", name: str = "a.txt") -> File:
    writer = uploads.create(name, content_type="text/plain", size=len(content))
    writer.write(content)
    return writer.commit()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def age(folder: Path, hours: int) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (then, then))


@pytest.mark.parametrize("content", [b"", b"some", bytes(3_000_000)])
def test_an_upload_is_there_once_it_is_whole(
    uploads: UploadFolder, folder: Path, content: bytes
) -> None:
    writer = uploads.create("a.txt", content_type="text/plain", size=None)
    [partial] = names(folder)
    assert uploads.find(partial.removesuffix(".partial")) is None
    writer.write(content)
    made = writer.commit()
    assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    kept = uploads.find(made.key)
    assert kept is not None
    assert kept.file == made
    assert abs(kept.at - datetime.now(UTC)) < timedelta(minutes=5)
    with uploads.open(made.key) as opened:
        assert opened.read() == content
    assert names(folder) == [made.key, f"{made.key}.json"]
    writer.abort()
    assert uploads.find(made.key) == kept


def test_the_same_file_twice_is_two_uploads(uploads: UploadFolder) -> None:
    assert put(uploads).key != put(uploads).key


def test_what_is_broken_off_leaves_nothing(uploads: UploadFolder, folder: Path) -> None:
    writer = uploads.create("a.txt", content_type=None, size=10)
    writer.write(b"some")
    writer.abort()
    assert names(folder) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text(uploads: UploadFolder, folder: Path, name: str) -> None:
    made = put(uploads, name=name)
    kept = uploads.find(made.key)
    assert kept is not None
    assert kept.file.name == name
    assert names(folder.parent) == ["uploads"]
    assert len(names(folder)) == 2


@pytest.mark.parametrize("wrong", ["", ".", "..", "../uploads", "0" * 32, "0" * 31, "A" * 32, "\0"])
def test_no_id_leads_anywhere_else(uploads: UploadFolder, wrong: str) -> None:
    put(uploads)
    assert uploads.find(wrong) is None
    with pytest.raises(NotFound):
        uploads.open(wrong)


def test_for_the_owner_alone(uploads: UploadFolder, folder: Path) -> None:
    made = put(uploads)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / made.key).stat().st_mode) == 0o600


def test_more_than_there_is_room_for(uploads: UploadFolder, folder: Path) -> None:
    with pytest.raises(StorageFull, match="room for"):
        uploads.create("huge.bin", content_type=None, size=1 << 62)
    assert names(folder) == []


def test_what_is_old_goes_whole_or_not(uploads: UploadFolder, folder: Path) -> None:
    assert list(uploads.drop(before=NOW)) == []
    old = put(uploads, b"12345")
    uploads.create("b", content_type=None, size=None).write(b"123")
    (folder / f"{'a' * 32}.json").write_text("of a crash")
    (folder / f"{'b' * 32}.json.partial").write_text("of a crash")
    (folder / "something else").write_text("not ours")
    age(folder, hours=24)
    young = put(uploads)
    assert list(uploads.drop(before=NOW - timedelta(hours=25))) == []
    assert sorted(uploads.drop(before=NOW - timedelta(hours=23))) == [3, 5]
    assert uploads.find(old.key) is None
    assert names(folder) == sorted([young.key, f"{young.key}.json", "something else"])


def test_what_a_run_has_as_well_gives_no_room_back(uploads: UploadFolder, folder: Path) -> None:
    made = put(uploads, b"12345")
    os.link(folder / made.key, folder.parent / "start.1")
    assert list(uploads.drop(before=datetime.now(UTC) + timedelta(hours=1))) == [0]
    assert (folder.parent / "start.1").read_bytes() == b"12345"
