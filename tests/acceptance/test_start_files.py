"""A file of this machine given to a flow: `--input report=@path/to/file`."""

import hashlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow, unique

MIB = 1 << 20
FLOW = """\
flow: FLOW
start:
  inputs:
    report: {title: Report, type: file}
    note: {required: false}
cards:
  - {id: put, card: s3.upload_object, connection: CONNECTION,
     inputs: {bucket: BUCKET, key: "in/{{ start.report.name }}", file: "{{ start.report }}"}}
"""
TAKES = """\
flow: takes
start: {inputs: {report: {type: file}}}
cards: []
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A document in a file, and the bucket that it uploads to."""

    penstock: Penstock
    customer: Customer
    path: Path
    bucket: str

    def run(self, *arguments: str) -> Any:
        return self.penstock.ok("run", str(self.path), *arguments, "--json").json

    def arrived(self, name: str) -> bytes:
        found = self.customer.s3.get_object(Bucket=self.bucket, Key=f"in/{name}")
        content: bytes = found["Body"].read()
        return content


@pytest.fixture
def written(served: Penstock, customer: Customer, tmp_path: Path) -> Written:
    bucket, nickname = unique("in"), unique("acme")
    customer.s3.create_bucket(Bucket=bucket)
    connect(served, customer, allow("s3:*"), nickname=nickname)
    path = tmp_path / "put.yaml"
    text = FLOW.replace("BUCKET", bucket).replace("CONNECTION", nickname)
    path.write_text(text.replace("FLOW", unique("put")))
    return Written(served, customer, path, bucket)


def test_a_file_travels_from_this_machine_into_a_bucket(written: Written, tmp_path: Path) -> None:
    content = os.urandom(20 * MIB)
    (tmp_path / "q1 report.bin").write_bytes(content)
    given = ("--input", f"report=@{tmp_path / 'q1 report.bin'}", "--input", "note=@home")
    done = written.run(*given, "--new")
    assert done["status"] == "succeeded", done["error"]
    assert done["inputs"]["note"] == "@home"
    assert done["inputs"]["report"] == {
        "key": "start.1",
        "name": "q1 report.bin",
        "size": 20 * MIB,
        "content_type": "application/octet-stream",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert written.arrived("q1 report.bin") == content
    # It can be fetched again, as every file of a run.
    written.penstock.ok("runs", "files", done["id"], "--download", str(tmp_path / "back"))
    assert (tmp_path / "back/q1 report.bin").read_bytes() == content
    # A person sees how far it is.
    said = written.penstock.ok("run", str(written.path), *given, "--new").err
    assert "Uploading q1 report.bin (20,971,520 bytes)" in said


def test_a_kept_flow_takes_one_too_and_looks_ahead_with_it(
    written: Written, tmp_path: Path
) -> None:
    (tmp_path / "small.csv").write_bytes(b"a,b\n")
    (tmp_path / "inputs.yaml").write_text(f'report: "@{tmp_path / "small.csv"}"\n')
    flow = written.penstock.ok("flows", "apply", str(written.path), "--json").json["flow"]
    given = ("--inputs", str(tmp_path / "inputs.yaml"))
    # What depends on the file's name is known.
    policy = tmp_path / "policy.json"
    policy.write_text(
        json.dumps(allow("s3:PutObject", on=f"arn:aws:s3:::{written.bucket}/in/small.csv"))
    )
    looks = ("flows", "preflight", flow, *given, "--policy", str(policy), "--json")
    ahead = written.penstock.ok(*looks).json
    assert [card["verdict"] for card in ahead["cards"]] == ["allowed"]
    done = written.penstock.ok("flows", "run", flow, *given, "--json").json
    assert done["status"] == "succeeded", done["error"]
    assert written.arrived("small.csv") == b"a,b\n"
    head = written.customer.s3.head_object(Bucket=written.bucket, Key="in/small.csv")
    assert head["ContentType"] == "text/csv"


def test_a_card_is_tested_with_one_and_then_with_the_same(written: Written, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    given = ("--card", "put", "--input", f"report=@{tmp_path / 'empty'}")
    first = written.run(*given)
    assert (first["status"], first["tested"]) == ("succeeded", "put")
    assert written.arrived("empty") == b""
    again = written.penstock.ok("run", str(written.path), "--card", "put")
    assert f'report is what it was in run {first["id"]}: "empty"' in again.err


def test_what_is_no_file_is_said(written: Written, tmp_path: Path) -> None:
    def refused(value: str) -> Any:
        said = written.penstock("run", str(written.path), "--input", f"report={value}")
        assert said.code in (1, 2)
        return " ".join(said.err.replace("│", " ").split())

    assert "No such file or directory" in refused(f"@{tmp_path / 'none'}")
    assert "Is a directory" in refused(f"@{tmp_path}")
    assert "--input report=@path/to/file" in refused("report.csv")
    assert "names an upload that is not there" in refused('{"upload": "x"}')
    assert "an upload" in refused('{"path": "/etc/passwd"}')


def status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith(f"{name}:"))
    return int(found.split()[1]) * 1024


def test_the_server_never_holds_a_file_whole(penstock: Penstock, tmp_path: Path) -> None:
    document, file = tmp_path / "takes.yaml", tmp_path / "large.bin"
    document.write_text(TAKES)
    run = ("run", str(document), "--input", f"report=@{file}", "--json")
    with penstock.server() as (process, _):
        file.write_bytes(os.urandom(MIB))
        assert penstock.ok(*run).json["status"] == "succeeded"
        with file.open("wb") as opened:
            for _ in range(100):
                opened.write(os.urandom(MIB))
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        before = status(process.pid, "VmRSS")
        done = penstock.ok(*run).json
        assert done["inputs"]["report"]["size"] == 100 * MIB
        assert status(process.pid, "VmHWM") - before < 20 * MIB


def request(url: str, length: int) -> bytes:
    host = url.removeprefix("http://")
    return (
        f"POST /api/v1/uploads?name=a HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_a_connection_that_breaks_leaves_nothing(penstock: Penstock) -> None:
    uploads = penstock.data / "uploads"

    def there() -> list[str]:
        return [path.suffix for path in uploads.iterdir()] if uploads.exists() else []

    with penstock.server() as (process, url):
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(request(url, 10 * MIB) + bytes(2 * MIB))
            until(lambda: there() == [".partial"])
        until(lambda: there() == [])
        # Too large, it is refused before a byte of it is read.
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(request(url, 5 * 1024**3 + 1))
            assert b" 413 " in connection.recv(100)
        # And one that does not end does not keep the server from stopping.
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(request(url, 10 * MIB) + bytes(2 * MIB))
            until(lambda: there() == [".partial"])
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0


def until(fact: Callable[[], bool]) -> None:
    """Wait for it, for half a minute."""
    deadline = time.monotonic() + 30
    while not fact():
        assert time.monotonic() < deadline


def test_without_a_server(penstock: Penstock, tmp_path: Path) -> None:
    document, file = tmp_path / "takes.yaml", tmp_path / "a.txt"
    document.write_text(TAKES)
    file.write_bytes(b"x" * 9 * MIB)
    done = penstock.ok("run", str(document), "--input", f"report=@{file}", "--json").json
    assert (done["status"], done["inputs"]["report"]["size"]) == ("succeeded", 9 * MIB)
    kept = penstock.data / "files" / done["id"] / "start.1"
    [upload] = [path for path in (penstock.data / "uploads").iterdir() if not path.suffix]
    assert kept.samefile(upload)
