"""A data directory that somebody else had a hand in."""

import json
import os
import stat
from pathlib import Path

import pytest

from penstock.cli.connecting import connect
from penstock.errors import InvalidInput
from penstock.server.data_directory import ADDRESS, LOCK, Address, DataDirectory


def planted(directory: DataDirectory, **changes: object) -> None:
    said = {"url": "http://127.0.0.1:1", "pid": os.getpid(), "instance": "i", "token": "t"}
    file = directory.path / ADDRESS
    file.write_text(json.dumps(said | changes))
    file.chmod(0o600)


@pytest.mark.parametrize("name", [LOCK, ADDRESS])
def test_a_link_is_never_followed(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    directory = DataDirectory(tmp_path / "data")
    directory.make()
    (directory.path / name).symlink_to(victim)
    if name == LOCK:
        with pytest.raises(InvalidInput) as caught, directory.own():
            pass
        assert caught.value.hint
        assert directory.owner() is None
    else:
        with directory.own():
            directory.publish(Address("http://127.0.0.1:1", os.getpid(), "i", "token"))
    assert victim.read_text() == "precious"


def test_a_link_where_the_address_is_written_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    directory = DataDirectory(tmp_path / "data")
    with directory.own():
        (directory.path / f"{ADDRESS}.{os.getpid()}").symlink_to(victim)
        directory.publish(Address("http://127.0.0.1:1", os.getpid(), "i", "token"))
        found = directory.server()
    assert victim.read_text() == "precious"
    assert found is not None
    assert found.token == "token"


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example:8420",
        "http://10.0.0.1:8420",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://evil.example#@127.0.0.1",
        "https://127.0.0.1:8420",
        "file:///etc/passwd",
        "http://[",
        "http://127.0.0.1:99999",
        7,
        None,
    ],
)
def test_an_address_elsewhere_is_no_address(tmp_path: Path, url: object) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        planted(directory, url=url)
        assert directory.server() is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"])
def test_a_loopback_address_is_one(tmp_path: Path, url: str) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        planted(directory, url=url)
        found = directory.server()
        assert found is not None
        assert found.url == url


@pytest.mark.parametrize("change", [{"token": 1}, {"instance": None}, {"pid": True}])
def test_an_address_of_other_types_is_no_address(tmp_path: Path, change: dict[str, object]) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        planted(directory, **change)
        assert directory.server() is None


def test_an_address_that_others_can_write_is_no_address(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        planted(directory)
        (directory.path / ADDRESS).chmod(0o622)
        assert directory.server() is None


def test_a_directory_that_others_can_write_is_closed_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir()
    path.chmod(0o777)
    with DataDirectory(path).own():
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_another_users_directory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(InvalidInput) as caught, DataDirectory(tmp_path).own():
        pass
    assert "belongs to another user" in caught.value.message
    assert DataDirectory(tmp_path).server() is None
    assert not (tmp_path / LOCK).exists()


def test_a_token_is_never_sent_in_the_clear_to_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_TOKEN", "secret-token")
    with (
        pytest.raises(InvalidInput) as caught,
        connect(tmp_path, "http://penstock.example:8420", worker=False),
    ):
        pass
    assert "secret-token" not in str(caught.value)
    with connect(tmp_path, "http://127.0.0.1:8420", worker=False) as client:
        assert client.is_remote
