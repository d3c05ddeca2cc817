"""Who may reach the API, and what its answers forbid a browser."""

from collections.abc import Iterator

import httpx
import pytest

from penstock.cli.asgi import Transport
from penstock.server.app import create_app
from penstock.server.application import Application
from penstock.server.gate import MAX_BODY
from tests.unit.server.conftest import Api

BODY = {"nickname": "a"}


@pytest.mark.parametrize("host", ["localhost", "localhost:8420", "127.0.0.1:1", "[::1]:8420"])
def test_loopback_names_are_answered(api: Api, host: str) -> None:
    assert api.http.get("/api/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "["]
)
def test_a_foreign_host_name_is_refused(api: Api, host: str) -> None:
    answer = api.http.get("/api/v1/health", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["code"] == "wrong_host"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(api: Api, headers: dict[str, str]) -> None:
    answer = api.http.post("/api/v1/connections", headers=headers, json=BODY)
    assert answer.status_code == 403
    assert answer.json()["code"] == "cross_site"
    assert api.http.get("/api/v1/connections").json()["items"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_its_own_page_and_programs_may(api: Api, headers: dict[str, str]) -> None:
    assert api.http.post("/api/v1/connections", headers=headers, json=BODY).status_code == 201


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/api/v1/connections/none", "/nowhere"])
def test_every_answer_has_the_security_headers(api: Api, path: str) -> None:
    headers = api.http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def test_a_body_too_large_is_refused_whether_announced_or_not(api: Api) -> None:
    large = b'{"text": "' + b"x" * MAX_BODY + b'"}'
    for content in (large, iter([large])):
        answer = api.http.post(
            "/api/v1/flows/check", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413
        assert answer.json()["code"] == "body_too_large"


@pytest.fixture
def guarded(application: Application) -> Iterator[httpx.Client]:
    application.require_token = True
    with (
        Transport(create_app(application)) as transport,
        httpx.Client(base_url="http://localhost", transport=transport) as http,
    ):
        yield http


def test_with_a_token_required_only_its_bearer_comes_in(
    guarded: httpx.Client, application: Application
) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
        answer = guarded.get("/api/v1/connections", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "token_required"
        assert application.token not in answer.text
    right = {"Authorization": f"Bearer {application.token}"}
    assert guarded.get("/api/v1/connections", headers=right).status_code == 200


def test_with_a_token_required_the_page_tells_nothing_but_that_it_runs(
    guarded: httpx.Client, application: Application
) -> None:
    page = guarded.get("/")
    assert page.status_code == 200
    assert str(application.data) not in page.text
    assert guarded.get("/api/v1/health").status_code == 200


def test_token_is_in_no_repr(application: Application) -> None:
    assert application.token not in repr(application)
    application.close()
