"""The run file store: whole files or none, and no way out of a run's folder."""

import errno
import hashlib
import itertools
import os
import random
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penstock.catalog.files import File
from penstock.errors import InternalFault, NotFound, StorageFull
from penstock.store.files import RunFileStore

RUN = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def store(tmp_path: Path) -> RunFileStore:
    return RunFileStore(tmp_path / "files")


def put(store: RunFileStore, text: bytes, owner: str = "card", run: str = RUN) -> File:
    writer = store.of_run(run, owner).create("a name.txt", content_type="text/plain")
    writer.write(text)
    return writer.commit()


def content(store: RunFileStore, file: File, run: str = RUN) -> bytes:
    with store.of_run(run).open(file) as opened:
        return opened.read()


def on_disk(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def test_a_file_is_there_once_committed(store: RunFileStore, tmp_path: Path) -> None:
    writer = store.of_run(RUN, "card").create("a name.txt", content_type="text/plain")
    writer.write(b"hel")
    writer.write(memoryview(b"lo"))
    assert store.list(RUN) == []
    file = writer.commit()
    assert file == File(
        key="card.1",
        name="a name.txt",
        size=5,
        content_type="text/plain",
        sha256=hashlib.sha256(b"hello").hexdigest(),
    )
    assert writer.commit() == file
    writer.abort()
    assert content(store, file) == b"hello"
    assert store.list(RUN) == [file]
    assert store.find(RUN, "card.1") == file
    assert on_disk(tmp_path) == ["card.1", "card.1.json"]


def test_an_empty_file(store: RunFileStore) -> None:
    file = put(store, b"")
    assert (file.size, file.sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert content(store, file) == b""


@pytest.mark.parametrize("seed", range(5))
def test_ranges_in_any_order_from_many_threads(store: RunFileStore, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    whole = chance.randbytes(300_000)
    cuts = sorted({0, len(whole), *(chance.randrange(len(whole)) for _ in range(30))})
    ranges = list(itertools.pairwise(cuts))
    chance.shuffle(ranges)
    writer = store.of_run(RUN, "card").create("x")
    lock = threading.Lock()

    def write() -> None:
        while True:
            with lock:
                if not ranges:
                    return
                start, end = ranges.pop()
            writer.write_at(start, whole[start:end])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = writer.commit()
    assert file.sha256 == hashlib.sha256(whole).hexdigest()
    assert content(store, file) == whole


def test_a_range_written_twice_counts_as_it_is_at_last(store: RunFileStore) -> None:
    writer = store.of_run(RUN, "card").create("x")
    writer.write_at(4, b"last")
    writer.write_at(0, b"head")
    file = writer.commit()
    assert content(store, file) == b"headlast"
    assert file.sha256 == hashlib.sha256(b"headlast").hexdigest()


def test_a_range_that_was_digested_and_is_written_again(store: RunFileStore) -> None:
    writer = store.of_run(RUN, "card").create("x")
    writer.write_at(0, b"wrong")
    writer.write_at(0, b"right")
    file = writer.commit()
    assert content(store, file) == b"right"
    assert file.sha256 == hashlib.sha256(b"right").hexdigest()


def test_a_file_with_a_hole_is_none(store: RunFileStore, tmp_path: Path) -> None:
    writer = store.of_run(RUN, "card").create("x")
    writer.write_at(10, b"tail")
    with pytest.raises(InternalFault, match="10 bytes missing"):
        writer.commit()
    assert on_disk(tmp_path) == []


def test_abort_leaves_nothing(store: RunFileStore, tmp_path: Path) -> None:
    writer = store.of_run(RUN, "card").create("x")
    writer.write(b"half")
    writer.abort()
    writer.abort()
    assert on_disk(tmp_path) == []
    with pytest.raises(InternalFault):
        writer.write(b"more")


def test_a_card_run_again_replaces_its_files(store: RunFileStore) -> None:
    put(store, b"first try")
    again = put(store, b"second")
    other = put(store, b"other", owner="other")
    assert store.list(RUN) == [again, other]
    assert content(store, again) == b"second"


def test_two_files_of_a_card_have_two_keys(store: RunFileStore) -> None:
    files = store.of_run(RUN, "card")
    keys = [files.create("same").commit().key for _ in range(2)]
    assert keys == ["card.1", "card.2"]


def test_another_runs_files_are_not_found(store: RunFileStore) -> None:
    file = put(store, b"x")
    with pytest.raises(NotFound):
        store.of_run("another").open(file)
    store.remove_run(RUN)
    store.remove_run(RUN)
    assert store.list(RUN) == []
    with pytest.raises(NotFound):
        store.of_run(RUN).open(file)


@pytest.mark.parametrize(
    "key", ["../secret", "..", "", ".", "/etc/passwd", "card.1/../../secret", "card", "card.1.json"]
)
def test_no_key_leads_out_of_the_folder(store: RunFileStore, tmp_path: Path, key: str) -> None:
    put(store, b"x")
    (tmp_path / "files" / "secret").write_text("secret")
    with pytest.raises(NotFound):
        store.of_run(RUN).open(File(key=key, name="x", size=1))
    assert store.find(RUN, key) is None


@pytest.mark.parametrize("run_id", ["..", "../x", "", "/tmp", "a/b", ".hidden"])  # noqa: S108
def test_no_run_id_leads_out_of_the_root(store: RunFileStore, run_id: str) -> None:
    with pytest.raises(NotFound):
        store.list(run_id)
    with pytest.raises(NotFound):
        store.of_run(run_id)


def test_no_name_leads_anywhere(store: RunFileStore, tmp_path: Path) -> None:
    file = store.of_run(RUN, "card").create("../../x/\x00y").commit()
    assert file.name == "../../x/\x00y"
    assert on_disk(tmp_path) == ["card.1", "card.1.json"]


def test_the_engines_own_files_are_not_listed(store: RunFileStore) -> None:
    own = put(store, b"x", owner="~card")
    assert store.list(RUN) == []
    assert content(store, own) == b"x"


def test_for_the_owner_alone(store: RunFileStore, tmp_path: Path) -> None:
    put(store, b"x")
    folder = tmp_path / "files" / RUN
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "card.1").stat().st_mode) == 0o600


def test_more_than_there_is_room_for(store: RunFileStore, tmp_path: Path) -> None:
    with pytest.raises(StorageFull, match="room for") as full:
        store.of_run(RUN, "card").create("huge.bin", size=1 << 62)
    assert full.value.hint
    assert on_disk(tmp_path) == []


def no_room(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "act",
    [
        lambda writer: writer.write(b"more"),
        lambda writer: writer.write_at(100, b"more"),
    ],
)
def test_a_full_disk_leaves_nothing(
    store: RunFileStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[object], object],
) -> None:
    writer = store.of_run(RUN, "card").create("big.bin")
    writer.write(b"some")
    monkeypatch.setattr(os, "pwrite", no_room)
    with pytest.raises(StorageFull, match=r"big\.bin"):
        act(writer)
    assert on_disk(tmp_path) == []
    writer.abort()


def test_a_full_disk_frees_no_descriptor_that_another_thread_writes_to(
    store: RunFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = store.of_run(RUN, "card").create("big.bin")
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", no_room)
        with pytest.raises(StorageFull):
            writer.write_at(0, b"more")
    # Were it closed, the next file opened would have its number, and get the other's bytes.
    with (tmp_path / "other").open("wb") as other:
        writer.write_at(0, b"still on its way")
        other.flush()
    assert (tmp_path / "other").read_bytes() == b""
    writer.abort()


def test_a_disk_that_is_full_at_the_commit(
    store: RunFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = store.of_run(RUN, "card").create("big.bin")
    writer.write(b"some")
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageFull):
        writer.commit()
    assert on_disk(tmp_path) == []
    assert store.list(RUN) == []


def test_room_is_measured_and_given_back(store: RunFileStore) -> None:
    assert store.usage(seconds=60) == (0, 0, True)
    put(store, b"x" * 1_000)
    writer = store.of_run("another", "~card").create("spilled.json")
    writer.write(b"y" * 5_000)
    writer.commit()
    whole, one = store.usage(seconds=60), store.usage([RUN, "none"], seconds=60)
    assert (whole.files, one.files) == (2, 1)
    assert whole.size > 6_000
    assert 1_000 <= one.size < 2_000
    assert not store.usage(seconds=-1).complete
    assert store.remove_run("another") == whole.size - one.size
    assert store.remove_run("another") == 0
    assert store.usage(seconds=60) == one


def test_what_cannot_be_removed_is_said(
    store: RunFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as broken:
        broken.setattr("shutil.rmtree", refuse)
        with pytest.raises(PermissionError):
            store.remove_run(RUN)
    assert store.list(RUN) != []


def given(store: RunFileStore, tmp_path: Path, text: bytes = b"given", run: str = RUN) -> File:
    source = tmp_path / "upload"
    source.write_bytes(text)
    file = File(key="", name="a.txt", size=len(text), sha256=hashlib.sha256(text).hexdigest())
    with source.open("rb") as opened:
        return store.adopt(run, "start.1", file, opened)


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


@pytest.mark.parametrize("text", [b"", b"given", bytes(3_000_000)])
@pytest.mark.parametrize("linked", [True, False])
def test_a_run_has_for_itself_what_it_is_given(
    store: RunFileStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    text: bytes,
    linked: bool,
) -> None:
    if not linked:
        monkeypatch.setattr(os, "link", no_links)
    file = given(store, tmp_path, text)
    assert (file.key, file.size) == ("start.1", len(text))
    assert store.list(RUN) == [file]
    assert content(store, file) == text
    kept = tmp_path / "files" / RUN / "start.1"
    assert kept.samefile(tmp_path / "upload") is linked
    (tmp_path / "upload").unlink()
    assert content(store, file) == text
    assert on_disk(tmp_path) == ["start.1", "start.1.json"]


def test_a_link_is_one_to_what_was_opened(store: RunFileStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"opened")
    with source.open("rb") as opened:
        (tmp_path / "another").write_bytes(b"another")
        (tmp_path / "another").replace(source)
        file = store.adopt(RUN, "start.1", File(key="", name="a", size=6), opened)
    assert content(store, file) == b"opened"


@pytest.mark.parametrize("key", ["start", "../x.1", "start.0", "start.1/x", ""])
def test_nothing_is_adopted_under_another_name(
    store: RunFileStore, tmp_path: Path, key: str
) -> None:
    (tmp_path / "upload").write_bytes(b"x")
    with (tmp_path / "upload").open("rb") as opened, pytest.raises(InternalFault):
        store.adopt(RUN, key, File(key="", name="a", size=1), opened)


def test_a_disk_too_full_for_a_copy_leaves_nothing(
    store: RunFileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(os, "pwrite", no_room)
    with pytest.raises(StorageFull):
        given(store, tmp_path)
    (tmp_path / "upload").unlink()
    assert on_disk(tmp_path) == []


def test_room_of_a_file_that_two_runs_have_is_counted_once(
    store: RunFileStore, tmp_path: Path
) -> None:
    file = given(store, tmp_path, bytes(1_000_000))
    (tmp_path / "upload").unlink()
    with store.of_run(RUN).open(file) as opened:
        store.adopt("another", "start.1", file, opened)
    assert 1_000_000 < store.usage(seconds=60).size < 1_010_000
    assert store.remove_run(RUN) < 10_000
    assert store.remove_run("another") > 1_000_000


def test_only_what_was_given_and_is_old_goes_as_an_orphan(
    store: RunFileStore, tmp_path: Path
) -> None:
    hour = timedelta(hours=1)
    given(store, tmp_path, run="given")
    given(store, tmp_path, run="used")
    put(store, b"made", run="used")
    given(store, tmp_path, run="copying")
    (tmp_path / "files" / "copying" / "start.2.partial").touch()
    now = datetime.now(UTC)
    later, earlier = now + hour, now - hour
    old = (now - 2 * hour).timestamp()
    os.utime(tmp_path / "files" / "copying", (old, old))
    assert sorted(store.run_ids()) == ["copying", "given", "used"]
    assert not store.remove_given("given", "start", before=earlier)
    assert not store.remove_given("copying", "start", before=earlier)
    assert not store.remove_given("used", "start", before=later)
    assert not store.remove_given("none", "start", before=later)
    assert store.remove_given("given", "start", before=later)
    assert sorted(store.run_ids()) == ["copying", "used"]
