"""A server that several people use: the first administrator, users, tokens, another machine."""

import json
import socket
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import Penstock

PASSWORD = "correct horse battery"


@pytest.fixture
def elsewhere(penstock: Penstock, tmp_path: Path) -> Penstock:
    """The command on another machine, which has nothing of the server's data directory."""
    return Penstock(tmp_path / "elsewhere", penstock.environment)


def first_link(process: "subprocess.Popen[str]") -> str:
    """What `penstock up` printed after its first line."""
    assert process.stderr is not None
    assert "first administrator" in process.stderr.readline()
    return process.stderr.readline().strip()


def test_from_the_printed_link_to_a_token_that_works_elsewhere(
    penstock: Penstock, elsewhere: Penstock, tmp_path: Path
) -> None:
    with penstock.server() as (process, url):
        address = first_link(process)
        assert address.startswith(f"{url}/#link=psl_")
        link = address.partition("=")[2]
        with httpx.Client(base_url=url, headers={"Origin": url}) as browser:
            begun = browser.post(
                "/api/v1/session/link/redeem",
                json={"link": link, "username": "anna", "password": PASSWORD},
            )
            assert begun.json()["caller"]["name"] == "anna"

            # From now on nobody comes in unknown; the data directory's owner still does.
            refused = elsewhere("connections", "list", "--server", url, "--json")
            assert refused.code == 3
            assert refused.problem["code"] == "sign_in_required"
            penstock.ok("connections", "new", "acme")

            invited = penstock.ok("users", "add", "bob", "--role", "viewer")
            assert invited.out.startswith(f"{url}/#link=psl_")
            listed = penstock.ok("users", "list", "--json").json
            assert [(each["username"], each["status"]) for each in listed] == [
                ("anna", "active"),
                ("bob", "invited"),
            ]

            made = penstock.ok("tokens", "new", "laptop", "--user", "anna", "--scope", "write")
            token = made.out.strip()
            assert token.startswith("pst_")
            assert token not in made.err
            file = tmp_path / "token"
            file.write_text(token + "\n")
            remote = ("--server", url, "--token-file", str(file))
            elsewhere.ok("connections", "new", "beta", *remote)
            denied = elsewhere("connections", "list", "--json", *remote)
            assert denied.code == 3
            assert denied.problem["details"] == {"scope": "read"}
            assert token not in denied.err + denied.out

            reader = Penstock(
                elsewhere.data,
                {
                    **elsewhere.environment,
                    "PENSTOCK_SERVER": url,
                    "PENSTOCK_TOKEN": penstock.ok(
                        "tokens", "new", "reader", "--user", "anna", "--days", "1"
                    ).out.strip(),
                },
            )
            names = [each["nickname"] for each in reader.ok("connections", "list", "--json").json]
            assert names == ["acme", "beta"]

            tokens = penstock.ok("tokens", "list", "--json").json
            [laptop] = [each["id"] for each in tokens if each["name"] == "laptop"]
            penstock.ok("tokens", "revoke", laptop)
            assert elsewhere("connections", "new", "gamma", *remote).code == 3

            penstock.ok("users", "reset-password", "anna")
            assert browser.get("/api/v1/flows").status_code == 401
            told = penstock.ok("audit", "--json").json
            assert ("anna", "connections.draft", "connections/") in {
                (each["who"], each["verb"], each["object"][:12]) for each in told
            }
            for secret in (token, link, PASSWORD):
                assert secret not in json.dumps(told)
    kept = b"".join(each.read_bytes() for each in penstock.data.rglob("*") if each.is_file())
    for secret in (token, link, PASSWORD):
        assert secret.encode() not in kept


def test_with_users_no_link_is_printed(penstock: Penstock) -> None:
    added = penstock.ok(
        "users", "add", "anna", "--role", "admin", "--password-file", "-", given=f"{PASSWORD}\n"
    )
    assert "link" not in added.out
    with penstock.server() as (process, url):
        signed_in = httpx.post(
            f"{url}/api/v1/session", json={"username": "anna", "password": PASSWORD}
        )
        assert signed_in.status_code == 200
        process.terminate()
        assert process.stderr is not None
        assert "link" not in process.stderr.read()


def test_other_machines_reach_it_once_there_are_users(penstock: Penstock) -> None:
    everywhere = ("--host", "0.0.0.0")  # noqa: S104 - on purpose
    named = ("--allowed-host", "penstock.example")
    for wanted in (everywhere, named):
        refused = penstock("up", "--port", "0", *wanted)
        assert refused.code == 1
        assert "users add" in refused.err
    penstock.ok("users", "add", "anna", "--role", "admin")
    with penstock.server(*everywhere, *named) as (_, url):
        port = url.rpartition(":")[2]
        assert url.startswith("http://127.0.0.1:")
        with httpx.Client(base_url=url) as http:
            for host, status in (("penstock.example", 200), (f"evil.example:{port}", 421)):
                answer = http.get("/api/v1/health", headers={"Host": host})
                assert answer.status_code == status
            told = http.get("/api/v1/health", headers={"Host": "penstock.example"}).json()
            assert told["data"] is None
            assert http.get("/api/v1/flows").status_code == 401
        penstock.ok("flows", "list")


def test_an_address_of_this_machine_is_listened_on_beside_loopback(penstock: Penstock) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback ones")
    penstock.ok("users", "add", "anna", "--role", "admin")
    with penstock.server("--host", address) as (_, url):
        port = url.rpartition(":")[2]
        assert httpx.get(f"http://{address}:{port}/api/v1/health").status_code == 200
        assert url.startswith("http://127.0.0.1:")
        penstock.ok("flows", "list")
        # A token is not sent there in plain.
        refused = penstock(
            "flows", "list", "--server", f"http://{address}:{port}", "--token-file", "-"
        )
        assert refused.code != 0


def own_address() -> str | None:
    """An address of this machine that is no loopback one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found


@pytest.mark.parametrize("content", ["", "two words", "x\ny"])
def test_a_token_file_holds_a_token_and_nothing_else(
    penstock: Penstock, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    remote = ("--server", "http://127.0.0.1:9", "--token-file")
    assert "nothing else" in penstock("flows", "list", *remote, str(file)).err
    assert penstock("flows", "list", *remote, str(tmp_path / "none")).code == 1


def test_a_token_goes_to_no_other_machine_in_plain(penstock: Penstock, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("pst_whatever")
    said = penstock(
        "flows", "list", "--server", "http://192.0.2.1:8420", "--token-file", str(file), "--json"
    )
    assert said.code == 1
    assert "https://" in said.problem["hint"]
    assert "pst_whatever" not in said.err


def test_the_only_administrator_is_not_locked_out(penstock: Penstock) -> None:
    penstock.ok("users", "add", "anna", "--role", "admin")
    assert "only administrator" in penstock("users", "disable", "anna").err
    penstock.ok("users", "add", "bob", "--role", "admin")
    penstock.ok("users", "disable", "anna")
    penstock.ok("users", "enable", "anna")
    penstock.ok("users", "role", "anna", "viewer")
    found = {each["username"]: each["role"] for each in penstock.ok("users", "list", "--json").json}
    assert found == {"anna": "viewer", "bob": "admin"}
    mode = stat.S_IMODE((penstock.data / "penstock.db").stat().st_mode)
    assert mode == 0o600
