"""A PostgreSQL of its own for the test session: Debian's, on a Unix socket, thrown away after."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_INSTALLED = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest version there is."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Postgres:
    """A running server; `database()` gives the URL of a new, empty database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def database(self) -> str:
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(host=str(self._folder), user="postgres", autocommit=True) as sql:
            sql.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    user = "nobody"
    with contextlib.suppress(KeyError):
        user = pwd.getpwnam("postgres").pw_name
    return ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups", "--"]


@contextlib.contextmanager
def start_postgres(bin_folder: Path) -> Iterator[Postgres]:
    """A server for as long as the block."""
    # A socket's path has at most 107 characters, which pytest's folders are too long for.
    folder = Path(tempfile.mkdtemp(prefix="penstock-pg-"))
    folder.chmod(0o777)
    prefix = _as_postgres()
    data = folder / "data"
    initdb = [
        *prefix,
        str(bin_folder / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "-N",
    ]
    options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100"]
    try:
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
        server = subprocess.Popen(
            [*prefix, bin_folder / "postgres", "-D", data, "-k", folder, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            _wait_until_ready(folder, server)
            yield Postgres(folder)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "PostgreSQL did not start"
        try:
            psycopg.connect(host=str(folder), user="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL was not ready in 60 seconds")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Skips, and says so, where Debian's `postgresql` is not installed."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("NOT TESTED on PostgreSQL: install Debian's `postgresql` package")
    with warnings.catch_warnings(), start_postgres(bin_folder) as server:
        yield server
