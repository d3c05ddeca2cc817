"""One data directory, one owner: the server, and commands beside it."""

import json
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import Penstock


def test_a_command_finds_the_server_that_owns_the_directory(penstock: Penstock) -> None:
    with penstock.server() as (_, url), httpx.Client(base_url=url) as http:
        penstock.ok("connections", "new", "acme")
        [found] = http.get("/api/v1/connections").json()["items"]
        assert found["nickname"] == "acme"
    # And without it, the same data.
    assert len(penstock.ok("connections", "list", "--json").json) == 1


def test_a_command_can_name_another_server(penstock: Penstock, tmp_path: Path) -> None:
    elsewhere = Penstock(tmp_path / "elsewhere", penstock.environment)
    with penstock.server() as (_, url):
        elsewhere.ok("connections", "new", "acme", "--server", url)
        assert len(elsewhere.ok("connections", "list", "--server", url, "--json").json) == 1
    assert elsewhere.ok("connections", "list", "--json").json == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "ftp://x"])
def test_no_server_there(penstock: Penstock, url: str) -> None:
    said = penstock("connections", "list", "--server", url, "--json")
    assert said.code == 1
    assert said.problem["hint"]


def test_a_second_server_is_refused_and_told_which_is_there(penstock: Penstock) -> None:
    with penstock.server() as (process, _):
        said = penstock("up", "--port", "0", timeout=60)
    assert said.code == 1
    assert str(process.pid) in said.err


def test_what_a_killed_server_left_is_ignored(penstock: Penstock) -> None:
    with penstock.server() as (process, _):
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (penstock.data / "server.json").exists()
    assert penstock.ok("connections", "list", "--json").json == []
    assert not (penstock.data / "server.json").exists()


def test_only_loopback_is_listened_on(penstock: Penstock) -> None:
    said = penstock("up", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert said.code == 1
    assert "loopback" in said.err


def test_a_port_that_is_taken(penstock: Penstock, tmp_path: Path) -> None:
    other = Penstock(tmp_path / "other", penstock.environment)
    with penstock.server() as (_, url):
        port = url.rpartition(":")[2]
        said = other("up", "--port", port)
    assert said.code == 1
    assert port in said.err
    assert "--port" in said.err


def test_with_a_token_required_the_command_still_works(penstock: Penstock) -> None:
    with penstock.server("--require-token") as (_, url), httpx.Client(base_url=url) as http:
        assert http.get("/api/v1/connections").status_code == 401
        penstock.ok("connections", "new", "acme")
        penstock.ok("connections", "list", "--server", url)
        token = json.loads((penstock.data / "server.json").read_text())["token"]
        assert token not in penstock.ok("connections", "list").err


def test_its_page_says_what_runs(penstock: Penstock) -> None:
    with penstock.server() as (_, url), httpx.Client(base_url=url) as http:
        page = http.get("/")
        assert page.status_code == 200
        assert "Penstock" in page.text
        assert "'unsafe" not in page.headers["content-security-policy"]
        assert "server" not in page.headers


def test_stops_at_once_when_told(penstock: Penstock) -> None:
    with penstock.server() as (process, _):
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        assert time.monotonic() - asked < 20
    assert not (penstock.data / "server.json").exists()
