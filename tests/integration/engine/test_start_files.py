"""Files that a run is given: its own from the start, whatever becomes of what they came from."""

import errno
import hashlib
import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from penstock.catalog.registry import Registry
from penstock.engine import removal as removing
from penstock.engine.model import Run, Upload
from penstock.engine.retention import Retention
from penstock.engine.start_files import OWNER
from penstock.errors import InvalidInput, StorageFull
from penstock.flows.checking import RESERVED
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import excerpt
from tests.integration.engine.test_removal import House, open_house
from tests.integration.engine.toys import Bench, close_gate, flow, toy, use

HOSTILE = ["../../x", "a\x00b", "a\x1b[2Jb\r\nc", "gnp.\u202eexe", "x" * 255]


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    with open_house(data) as house:
        yield house


def test_no_card_can_own_them() -> None:
    assert OWNER in RESERVED


def asking(*cards: dict[str, Any], **inputs: Any) -> FlowDocument:
    asked = inputs or {"report": {"type": "file"}}
    return flow(*cards, start={"inputs": asked})


LOOK = asking(use("look", "load", file="{{ start.report }}"))


def give(bench: Bench, content: bytes = b"given", name: str = "report.csv") -> Upload:
    incoming = bench.uploads.begin(name, content_type="text/csv", size=len(content))
    incoming.write(content)
    return incoming.commit()


def started(bench: Bench, document: FlowDocument = LOOK, **inputs: Any) -> Run:
    run: Run = bench.run(document, **inputs)
    assert run.status == "succeeded", run.error
    return run


def folders(data: Path) -> list[str]:
    root = data / "files"
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def age(folder: Path, hours: float) -> None:
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (then, then))


def problems(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str | None, str]]:
    return [(one.code, one.where.field, one.pointer) for one in caught.value.problems]


@pytest.mark.parametrize("linked", [True, False])
def test_a_file_that_is_given_is_the_runs_own(
    house: House, monkeypatch: pytest.MonkeyPatch, *, linked: bool
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    if not linked:
        monkeypatch.setattr(os, "link", no_links)
    upload = give(house.bench)
    document = asking(
        use("look", "load", file="{{ start.report }}"),
        use("say", "write", text="{{ start.report.name }} {{ start.report.size }}"),
    )
    run = started(house.bench, document, report={"upload": upload.id})
    look, say = house.bench.service.card_runs(run.id)
    assert look.outputs == {"text": "given", "length": 0}
    assert say.outputs["text"] == "report.csv 5"
    assert run.inputs["report"] == {
        "key": "start.1",
        "name": "report.csv",
        "size": 5,
        "content_type": "text/csv",
        "sha256": hashlib.sha256(b"given").hexdigest(),
    }
    [file] = house.bench.service.files(run.id)
    assert file.model_dump() == run.inputs["report"]
    there = house.data / "files" / run.id / "start.1"
    assert there.samefile(house.data / "uploads" / upload.id) is linked
    # What it came from is not needed any more.
    age(house.data / "uploads", 25)
    assert house.removal.sweep().uploads == 1
    with house.bench.service.open_file(run.id, "start.1") as opened:
        assert opened.read() == b"given"


def test_the_same_file_twice_and_an_empty_one(house: House) -> None:
    upload, empty = give(house.bench), give(house.bench, b"")
    document = asking(
        use("first", "load", file="{{ start.a }}"),
        use("second", "load", file="{{ start.b }}"),
        use("third", "load", file="{{ start.c }}"),
        a={"type": "file"},
        b={"type": "file"},
        c={"type": "file"},
        d={"type": "file", "required": False},
    )
    given = {"a": {"upload": upload.id}, "b": {"upload": upload.id}, "c": {"upload": empty.id}}
    run = started(house.bench, document, **given)
    assert [card.outputs["text"] for card in house.bench.service.card_runs(run.id)] == [
        "given",
        "given",
        "",
    ]
    keys = [file.key for file in house.bench.service.files(run.id)]
    assert keys == ["start.1", "start.2", "start.3"]
    assert run.inputs["d"] is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_all_the_way(house: House, name: str) -> None:
    upload = give(house.bench, name=name)
    run = started(house.bench, report={"upload": upload.id})
    assert run.inputs["report"]["name"] == name
    there = house.data / "files" / run.id
    assert sorted(path.name for path in there.iterdir()) == ["start.1", "start.1.json"]


def test_a_run_again_has_the_files_of_the_one_before(house: House) -> None:
    upload = give(house.bench)
    first = started(house.bench, report={"upload": upload.id})
    again = started(house.bench, report={"run": first.id, "key": "start.1"})
    house.removal.remove(first.id)
    third = started(house.bench, report={"run": again.id, "key": "start.1"})
    assert third.inputs == first.inputs
    [card] = house.bench.service.card_runs(third.id)
    assert card.outputs["text"] == "given"


def test_a_file_that_a_card_made_is_given_to_another_run(house: House) -> None:
    made = started(house.bench, flow(use("save", "save", text="made")))
    run = started(house.bench, report={"run": made.id, "key": "save.1"})
    assert run.inputs["report"]["key"] == "start.1"
    [card] = house.bench.service.card_runs(run.id)
    assert card.outputs["text"] == "made"


def test_what_is_not_there_is_said_at_its_input(house: House) -> None:
    expired = give(house.bench)
    age(house.data / "uploads", 24.01)
    run = started(house.bench, flow(use("large", "read", size=400_000)))
    [spilled] = [path.name for path in (house.data / "files" / run.id).glob("~large.1")]
    before = folders(house.data)
    document = asking(**{name: {"type": "file"} for name in "abcdef"})
    with pytest.raises(InvalidInput) as caught:
        house.bench.service.start(
            document,
            inputs={
                "a": {"upload": expired.id},
                "b": {"upload": "0" * 32},
                "c": {"upload": "../../secrets.key"},
                "d": {"run": run.id, "key": "none.1"},
                "e": {"run": "../uploads", "key": f"{expired.id}"},
                "f": {"run": run.id, "key": spilled},
            },
        )
    assert problems(caught) == [("file_not_found", name, f"/{name}") for name in "abcdef"]
    assert all(one.hint for one in caught.value.problems)
    assert "24 hours" in str(caught.value.hint)
    assert folders(house.data) == before
    assert house.list() == [run.id]


def test_a_run_that_is_removed_gives_nothing(house: House) -> None:
    first = started(house.bench, report={"upload": give(house.bench).id})
    kept = house.data / "files" / first.id
    kept.rename(house.data / "aside")
    house.removal.remove(first.id)
    # Its files are still there, as when they could not be removed.
    (house.data / "aside").rename(kept)
    with pytest.raises(InvalidInput):
        house.bench.service.start(LOOK, inputs={"report": {"run": first.id, "key": "start.1"}})


def test_a_retry_starts_one_run(house: House) -> None:
    entered, opened = close_gate("g")
    document = asking(use("wait", "gate", name="g"), use("look", "load", file="{{ start.report }}"))
    upload = give(house.bench)
    given = {"report": {"upload": upload.id}}
    first = house.bench.service.start(document, inputs=given, deduplication_key="once")
    assert entered.wait(20)
    # The same again, and the same file uploaded again.
    for inputs in (given, {"report": {"upload": give(house.bench).id}}):
        again = house.bench.service.start(document, inputs=inputs, deduplication_key="once")
        assert again.id == first.id
    assert folders(house.data) == [first.id]
    opened.set()
    assert house.bench.service.wait(first.id, 30).status == "succeeded"


def test_a_full_disk_starts_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = give(house.bench)

    def no_room(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "link", no_room)
        full.setattr(os, "pwrite", no_room)
        with pytest.raises(StorageFull):
            house.bench.service.start(LOOK, inputs={"report": {"upload": upload.id}})
    assert folders(house.data) == []
    assert house.list() == []


def test_a_test_of_one_card_takes_a_file(house: House) -> None:
    part = excerpt(LOOK, "look", Registry([toy]))
    upload = give(house.bench)
    made = house.bench.service.start(
        part.document, inputs={"report": {"upload": upload.id}}, tested="look"
    )
    assert house.bench.service.wait(made.id, 30).status == "succeeded"
    sample = house.bench.service.samples("toys", part)["report"]
    assert sample.run_id == made.id
    assert isinstance(sample.value, dict)
    again = {"run": sample.run_id, "key": sample.value["key"]}
    started(house.bench, part.document, report=again)


def test_a_look_ahead_knows_the_file_and_makes_nothing(house: House) -> None:
    upload = give(house.bench)
    found = house.bench.service.preflight(LOOK, inputs={"report": {"upload": upload.id}})
    assert [card.id for card in found.cards] == ["look"]
    with pytest.raises(InvalidInput):
        house.bench.service.preflight(LOOK, inputs={"report": {"upload": "0" * 32}})
    assert folders(house.data) == []


def test_what_has_expired_is_swept_however_long_runs_are_kept(house: House) -> None:
    house.removal.set_retention(Retention(runs_days=None, failed_days=None))
    old = give(house.bench, bytes(10_000))
    house.bench.uploads.begin("partial").write(b"123")
    age(house.data / "uploads", 25)
    young = give(house.bench)
    done = house.removal.sweep()
    assert (done.uploads, done.file_bytes, done.complete) == (2, 10_003, True)
    assert house.bench.uploads.find(old.id) is None
    assert house.bench.uploads.find(young.id) == young


def crash(data: str, upload_id: str, where: str) -> None:
    """In a process of its own: start a run, and die on the way."""
    with open_house(Path(data)) as house:
        dies: Any = house.bench.runs if where == "before the run" else house.bench.durable
        step = "add" if where == "before the run" else "submit"
        setattr(dies, step, lambda *_, **__: os._exit(9))
        house.bench.service.start(LOOK, inputs={"report": {"upload": upload_id}})


@pytest.mark.parametrize("where", ["before the run", "after the run"])
def test_a_crash_leaves_no_run_without_its_file(data: Path, where: str) -> None:
    with open_house(data) as house:
        upload = give(house.bench)
    process = multiprocessing.get_context("spawn").Process(
        target=crash, args=(str(data), upload.id, where)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 9
    [orphan] = folders(data)
    with open_house(data) as house:
        if where == "after the run":
            run = house.bench.service.wait(orphan, 30)
            assert run.status == "succeeded", run.error
            age(data / "files" / orphan, 48)
            assert house.removal.sweep().complete
            assert folders(data) == [orphan]
            return
        assert house.list() == []
        # Just now it could still become a run.
        assert house.removal.sweep().complete
        assert folders(data) == [orphan]
        age(data / "files" / orphan, 2)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(removing, "_FOLDERS_AT_ONCE", 1)
            assert house.removal.sweep().complete
        assert folders(data) == []
        # The upload is still there: the person tries again.
        started(house.bench, report={"upload": upload.id})
