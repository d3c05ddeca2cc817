"""`/api/v1/uploads`: a file as a body, streamed to disk, within bounds, and by the gate's rules."""

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from penstock.access.model import Role
from penstock.cli.asgi import Transport
from penstock.server import gate
from penstock.server.app import create_app
from penstock.server.application import Application
from tests.unit.access.cheap import cheap_passwords
from tests.unit.server.conftest import Api

ADDRESS = "/api/v1/uploads"
CHUNK = b"0123456789abcdef" * 8_192


def left(api: Api) -> list[str]:
    folder = api.application.data / "uploads"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield CHUNK


def test_a_file_becomes_an_upload(api: Api) -> None:
    answer = api.http.post(
        ADDRESS,
        params={"name": "Q1 report.csv"},
        content=b"a,b\n",
        headers={"Content-Type": "text/csv"},
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    expires = datetime.fromisoformat(made.pop("expires_at"))
    assert abs(expires - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)
    assert left(api) == [made["id"], f"{made['id']}.json"]
    assert len(made.pop("id")) == 32
    assert made == {
        "name": "Q1 report.csv",
        "size": 4,
        "content_type": "text/csv",
        "sha256": hashlib.sha256(b"a,b\n").hexdigest(),
    }


@pytest.mark.parametrize("announced", [True, False])
def test_past_the_limit_of_other_bodies(api: Api, *, announced: bool) -> None:
    count = gate.MAX_BODY // len(CHUNK) + 3
    size = count * len(CHUNK)
    headers = {"Content-Length": str(size)} if announced else {}
    answer = api.http.post(ADDRESS, params={"name": "big"}, content=chunks(count), headers=headers)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["size"], made["content_type"]) == (size, None)
    assert (api.application.data / "uploads" / made["id"]).read_bytes() == CHUNK * count


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_a_file_is_refused_and_leaves_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch, *, announced: bool
) -> None:
    monkeypatch.setattr(gate, "MOST_BYTES", 5 * len(CHUNK))
    exact = api.http.post(ADDRESS, params={"name": "x"}, content=chunks(5))
    assert exact.status_code == 201
    before = left(api)
    headers = {"Content-Length": str(6 * len(CHUNK))} if announced else {}
    answer = api.http.post(ADDRESS, params={"name": "x"}, content=chunks(6), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"
    assert "at most 655,360 bytes" in answer.json()["detail"]
    assert left(api) == before


def test_five_gibibytes_and_no_more_are_taken(api: Api) -> None:
    headers = {"Content-Length": str(5 * 1024**3 + 1)}
    answer = api.http.post(ADDRESS, params={"name": "x"}, content=chunks(1), headers=headers)
    assert answer.status_code == 413
    assert "5,368,709,120" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["/api/v1/uploads/", "/api/v1/flows/check", "/api/v1/runs"])
def test_no_other_address_takes_more(api: Api, address: str) -> None:
    headers = {"Content-Length": str(gate.MAX_BODY + 1)}
    assert api.http.post(address, content=chunks(1), headers=headers).status_code == 413
    assert api.http.put(ADDRESS, content=chunks(1), headers=headers).status_code == 413


def test_an_empty_file(api: Api) -> None:
    made = api.http.post(ADDRESS, params={"name": "empty"}, content=b"").json()
    assert (made["size"], made["sha256"]) == (0, hashlib.sha256(b"").hexdigest())


def test_a_connection_that_breaks_leaves_nothing(api: Api) -> None:
    def broken() -> Iterator[bytes]:
        yield from chunks(20)
        assert [name.partition(".")[2] for name in left(api)] == ["partial"]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        api.http.post(ADDRESS, params={"name": "x"}, content=broken())
    # The next request is answered after the broken one has been dealt with.
    assert api.http.get("/api/v1/health").status_code == 200
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while left(api):
        assert datetime.now(UTC) < deadline


def test_a_full_disk_is_said(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", no_room)
        answer = api.http.post(ADDRESS, params={"name": "x"}, content=chunks(1))
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    headers = {"Content-Length": str(4 * 1024**3)}
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _: type("Room", (), {"free": 3}))
        answer = api.http.post(ADDRESS, params={"name": "x"}, content=chunks(1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert left(api) == []


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "..", "a\x00\x1b[2J\r\nX: y", "gnp.\u202eexe", "x" * 255]
)
def test_a_name_is_text_and_no_path(api: Api, name: str) -> None:
    made = api.http.post(ADDRESS, params={"name": name}, content=b"x").json()
    assert made["name"] == name
    assert left(api) == [made["id"], f"{made['id']}.json"]
    around = {path.name for path in api.application.data.parent.iterdir()}
    assert around == {"data"}


@pytest.mark.parametrize("query", [{}, {"name": ""}, {"name": "x" * 256}, {"name": "x" * 10_000}])
def test_a_name_that_is_none(api: Api, query: dict[str, str]) -> None:
    answer = api.http.post(ADDRESS, params=query, content=b"x")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"]["field"] == "name"
    assert "x" * 20 not in answer.text
    assert left(api) == []


@pytest.mark.parametrize("given", ["x/" + "y" * 300, "t\u00ebxt/plain", "a\tb"])
def test_a_media_type_that_is_none(api: Api, given: str) -> None:
    answer = api.http.post(
        ADDRESS,
        params={"name": "x"},
        content=b"x",
        headers=[(b"Content-Type", given.encode("latin-1"))],
    )
    assert answer.status_code == 422
    assert left(api) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_uploads_nothing(api: Api, headers: dict[str, str]) -> None:
    answer = api.http.post(
        ADDRESS,
        params={"name": "x"},
        content=chunks(1),
        # What a form of another site could send.
        headers={**headers, "Content-Type": "text/plain"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert left(api) == []


def test_whoever_may_run_may_upload(
    application: Application, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(application.access.users, "_passwords", cheap_passwords())
    roles: tuple[Role, ...] = ("runner", "viewer")
    for role in ("admin", *roles):
        application.access.users.add(role, role, "correct horse battery")
    with Transport(create_app(application)) as transport:

        def http(**headers: str) -> httpx.Client:
            return httpx.Client(base_url="http://localhost", transport=transport, headers=headers)

        def upload(client: httpx.Client) -> tuple[int, str]:
            answer = client.post(ADDRESS, params={"name": "secret-name"}, content=chunks(1))
            return answer.status_code, answer.json().get("code", "")

        owner = http(Authorization=f"Bearer {application.token}")
        assert upload(http()) == (401, "sign_in_required")
        for role, expected in zip(roles, ((201, ""), (403, "scope_missing")), strict=True):
            asked = {"name": "t", "scopes": ["run" if role == "runner" else "read"], "user": role}
            token = owner.post("/api/v1/tokens", json=asked).json()["token"]
            assert upload(http(Authorization=f"Bearer {token}")) == expected
        said = owner.get("/api/v1/audit").json()["items"]
    [kept] = [each for each in said if each["verb"] == "uploads.upload" and each["status"] == 201]
    assert (kept["who"], kept["detail"]["size"]) == ("runner", str(len(CHUNK)))
    # Who knows an upload's id can use it, so the log does not have it.
    [upload_id] = [path.name for path in (tmp_path / "data/uploads").iterdir() if not path.suffix]
    assert upload_id not in str(said)
