"""Who owns a data directory, and where its owner listens."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from penstock.errors import DataDirectoryInUse, InvalidInput
from penstock.server.data_directory import Address, DataDirectory, default_data_directory

OWN_AND_WAIT = """
import sys, pathlib
from penstock.server.data_directory import DataDirectory
with DataDirectory(pathlib.Path(sys.argv[1])).own():
    print("mine", flush=True)
    sys.stdin.read()
"""


def owner_process(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OWN_AND_WAIT, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def address(pid: int) -> Address:
    return Address(url="http://127.0.0.1:1", pid=pid, instance="i", token="secret-token")


def test_is_made_for_its_user_alone(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "a" / "b")
    with directory.own() as mine:
        assert mine
        assert stat.S_IMODE(directory.path.stat().st_mode) == 0o700


def test_has_one_owner_at_a_time_and_says_which(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    assert directory.owner() is None
    with owner_process(tmp_path) as process:
        assert directory.owner() == process.pid
        with pytest.raises(DataDirectoryInUse) as caught, directory.own(wait=0.1):
            pass
        assert caught.value.details == {"pid": process.pid}
        assert caught.value.hint
        process.communicate()
    assert directory.owner() is None


def test_kill_9_lets_go_of_it(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with owner_process(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with directory.own(wait=1) as mine:
        assert mine


def test_waits_for_an_owner_that_ends(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with owner_process(tmp_path) as process:
        assert process.stdin is not None
        looks: list[int] = []

        def meanwhile() -> bool:
            looks.append(1)
            if len(looks) == 2:
                assert process.stdin is not None
                process.stdin.close()
            return False

        with directory.own(wait=30, meanwhile=meanwhile) as mine:
            assert mine
            assert len(looks) >= 2


def test_meanwhile_ends_the_wait(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with owner_process(tmp_path) as process:
        with directory.own(wait=30, meanwhile=lambda: True) as mine:
            assert not mine
        assert directory.owner() == process.pid
        process.communicate()


def test_address_is_readable_by_its_user_alone_and_goes_with_the_owner(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        directory.publish(address(os.getpid()))
        file = tmp_path / "server.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert directory.server() == address(os.getpid())
    assert not file.exists()
    assert directory.server() is None


def test_stale_address_is_ignored(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.publish(address(os.getpid()))
    assert directory.server() is None
    with owner_process(tmp_path) as process:
        # The new owner is no server (yet): what an earlier one left is not its address.
        assert directory.server() is None
        process.communicate()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', '{"nonsense": true}'])
def test_broken_address_is_ignored(tmp_path: Path, text: str) -> None:
    directory = DataDirectory(tmp_path)
    with directory.own():
        (tmp_path / "server.json").write_text(text)
        assert directory.server() is None


def test_token_is_in_no_repr() -> None:
    assert "secret-token" not in repr(address(1))


def test_a_file_in_its_place_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InvalidInput, match="cannot be made"),
        DataDirectory(tmp_path / "file" / "data").own(),
    ):
        pass


def test_default_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PENSTOCK_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/x/share")
    assert default_data_directory() == Path("/x/share/penstock")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_data_directory() == Path.home() / ".local/share/penstock"
    monkeypatch.setenv("PENSTOCK_DATA", "/y")
    assert default_data_directory() == Path("/y")
