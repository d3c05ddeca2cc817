"""`--input NAME=@PATH`: which inputs are files, and what is said of those that cannot be read."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from penstock.cli import uploading
from penstock.cli.client import Client
from penstock.cli.session import Session
from penstock.cli.uploading import Given, types_of, upload_files
from penstock.errors import InvalidInput

TYPES = {"report": "file", "note": "text", "count": "number"}


@dataclass
class Server:
    """Takes uploads."""

    taken: list[dict[str, Any]] = field(default_factory=list)

    def upload(self, chunks: Iterator[bytes], **facts: Any) -> Any:
        content = b"".join(chunks)
        self.taken.append({"content": content, **facts})
        made = {"id": f"upload-{len(self.taken)}", "name": facts["name"], "size": len(content)}
        return made | {"sha256": hashlib.sha256(content).hexdigest()}


@pytest.fixture
def server() -> Server:
    return Server()


def upload(server: Server, *pairs: str, **inputs: Any) -> Given:
    texts = dict(pair.split("=", 1) for pair in pairs)
    given = {"inputs": inputs, "input_texts": texts}
    return upload_files(Session(json=True), cast(Client, server), given, lambda: TYPES)


def test_a_path_after_an_at_sign_is_a_file(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "q1=@2.csv"
    file.write_bytes(b"a,b\n")
    found = upload(server, f"report=@{file}", "count=1")
    assert found.body == {
        "inputs": {"report": {"upload": "upload-1"}},
        "input_texts": {"count": "1"},
    }
    assert server.taken == [
        {"content": b"a,b\n", "name": "q1=@2.csv", "size": 4, "media_type": "text/csv"}
    ]


def test_in_a_file_of_inputs_as_well(server: Server, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    found = upload(server, report=f"@{tmp_path / 'empty'}", note="@home")
    assert found.body["inputs"] == {"report": {"upload": "upload-1"}, "note": "@home"}
    assert server.taken[0]["size"] == 0


def test_of_another_type_it_stays_text(server: Server) -> None:
    given = {"note": "@home", "other": "@x", "report": '{"upload": "u"}'}
    found = upload(server, *(f"{name}={value}" for name, value in given.items()))
    assert found.input_texts == given
    assert server.taken == []


def test_types_are_not_asked_for_nothing(server: Server) -> None:
    def asked() -> Mapping[str, str]:
        raise AssertionError

    given = {"inputs": {"n": 1}, "input_texts": {"note": "a@b"}}
    found = upload_files(Session(), cast(Client, server), given, asked)
    assert found.body == found.same == given


def test_what_is_the_same_is_known_by_its_bytes(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"one")
    first, again = upload(server, f"report=@{file}"), upload(server, f"report=@{file}")
    assert first.inputs != again.inputs
    assert first.same == again.same
    file.write_bytes(b"two")
    assert upload(server, f"report=@{file}").same != first.same


def test_what_cannot_be_read_is_wrong_usage(server: Server, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    for wrong, said in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "Is a directory"),
        (Path(), "Is a directory"),
    ):
        with pytest.raises(typer.BadParameter, match=said):
            upload(server, f"report=@{wrong}")
    assert server.taken == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(server: Server, tmp_path: Path) -> None:
    (tmp_path / "secret").touch(mode=0)
    with pytest.raises(typer.BadParameter, match="Permission denied"):
        upload(server, f"report=@{tmp_path / 'secret'}")


def test_what_is_too_large_does_not_travel(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_BYTES", 3)
    (tmp_path / "large").write_bytes(b"four")
    with pytest.raises(InvalidInput, match="at most 3 bytes"):
        upload(server, f"report=@{tmp_path / 'large'}")
    assert server.taken == []


def test_what_becomes_shorter_meanwhile_is_said(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(bytes(3 << 20))

    class Slow(Server):
        def upload(self, chunks: Iterator[bytes], **facts: Any) -> Any:
            next(chunks)
            os.truncate(file, 2 << 20)
            return super().upload(chunks, **facts)

    with pytest.raises(InvalidInput, match="shorter"):
        upload(Slow(), f"report=@{file}")


def test_what_grows_meanwhile_is_taken_as_it_was(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(bytes(3 << 20))

    class Slow(Server):
        def upload(self, chunks: Iterator[bytes], **facts: Any) -> Any:
            first = next(chunks)
            with file.open("ab") as opened:
                opened.write(b"more")
            return super().upload(iter([first, *chunks]), **facts)

    slow = Slow()
    upload(slow, f"report=@{file}")
    assert slow.taken[0]["content"] == bytes(3 << 20)


def test_a_pipe_has_no_size(server: Server) -> None:
    read, write = os.pipe()
    os.write(write, b"piped")
    os.close(write)
    try:
        # Opened twice, to look and to read, as a shell's <(...) is.
        found = upload(server, f"report=@/dev/fd/{read}")
    finally:
        os.close(read)
    assert found.inputs == {"report": {"upload": "upload-1"}}
    assert (server.taken[0]["size"], server.taken[0]["content"]) == (None, b"piped")


def test_a_name_that_is_no_text_becomes_one(server: Server, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"r\xff.csv")
    file.write_bytes(b"x")
    upload(server, f"report=@{file}")
    assert server.taken[0]["name"] == "r?.csv"


def test_types_of_a_document() -> None:
    document = {"start": {"inputs": {"a": {"type": "file"}, "b": {}}}}
    assert types_of(document) == {"a": "file", "b": "text"}
    assert types_of({"flow": "f"}) == types_of(None) == {}
