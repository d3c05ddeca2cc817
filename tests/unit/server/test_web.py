"""The pages as the server sends them, and the plain page where none are built."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import httpx
import pytest

from penstock.cli.asgi import Transport
from penstock.server import web
from penstock.server.app import create_app
from penstock.server.application import Application

PAGE = """<!doctype html><html><head><meta property="csp-nonce" nonce="__NONCE__">
<script type="module" src="/assets/index-abc.js" nonce="__NONCE__"></script></head></html>"""
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build with a page and two files; the test may change it."""
    build = tmp_path / "static"
    (build / "assets").mkdir(parents=True)
    (build / "index.html").write_text(PAGE)
    (build / "assets" / "index-abc.js").write_text("export {}")
    (build / "scheme.js").write_text("1")
    (build / ".stamp").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    monkeypatch.setattr(web, "BUILD", build)
    return build


@pytest.fixture
def http(build: Path, application: Application) -> Iterator[httpx.Client]:
    with (
        Transport(create_app(application)) as transport,
        httpx.Client(base_url="http://localhost", transport=transport, headers=HTML) as http,
    ):
        yield http


@pytest.mark.parametrize("path", ["/", "/connections", "/flows/what.ever", "/flows/a%2Fb"])
def test_every_view_is_the_page_with_a_nonce_of_its_own(http: httpx.Client, path: str) -> None:
    nonces = set()
    for _ in range(2):
        answer = http.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        found = re.findall(r'nonce="([^"]+)"', answer.text)
        assert len(found) == 2
        assert f"'nonce-{found[0]}'" in policy
        assert set(found) == {found[0]}
        nonces.add(found[0])
    assert len(nonces) == 2


def test_the_policy_lets_no_inline_script_and_no_other_host_in(http: httpx.Client) -> None:
    policy = dict(
        part.split(" ", 1) for part in http.get("/").headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert policy["frame-ancestors"] == "'none'"


def test_hashed_files_are_kept_for_good_and_others_asked_for_again(http: httpx.Client) -> None:
    hashed = http.get("/assets/index-abc.js")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"].startswith("text/javascript")
    assert hashed.headers["x-content-type-options"] == "nosniff"
    assert http.get("/scheme.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "gzip"),
        ("br;q=1.0, gzip;q=0.8", "gzip"),
        ("gzip;q=0, br", None),
        ("gzip;q=0.0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_scripts_are_sent_compressed_to_whoever_takes_that(
    http: httpx.Client, build: Path, accepted: str, encoding: str | None
) -> None:
    script = build / "assets" / "index-abc.js"
    for text in ("export {}", "export const changed = 1"):
        script.write_text(text)
        answer = http.get("/assets/index-abc.js", headers={"Accept-Encoding": accepted})
        assert answer.text == text
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-abc.js",
        "/api/v1/nothing",
        "/api",
        "/api/nothing",
    ],
)
def test_what_is_no_view_is_not_found(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "/.stamp",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/assets/../../outside.txt",
        "/%00",
        "/index.html",
    ],
)
def test_nothing_but_the_build_is_sent(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert "secret" not in answer.text
    assert answer.status_code == 200
    assert "csp-nonce" in answer.text


def test_a_link_out_of_the_build_is_not_followed(http: httpx.Client, build: Path) -> None:
    (build / "assets" / "link.txt").symlink_to(build.parent / "outside.txt")
    assert http.get("/assets/link.txt").status_code == 404


def test_a_program_is_not_answered_with_a_page(http: httpx.Client) -> None:
    assert http.get("/flows", headers={"Accept": "application/json"}).status_code == 404


def test_the_method_of_an_api_address_is_still_the_apis_matter(http: httpx.Client) -> None:
    assert http.get("/api/v1/policies/for").status_code == 405


def test_without_a_build_a_plain_page_says_what_is_there(
    http: httpx.Client, build: Path, application: Application
) -> None:
    (build / "index.html").unlink()
    answer = http.get("/")
    assert escape(str(application.data)) in answer.text
    assert re.search(r"<dt>Flows</dt><dd>0</dd>", answer.text)
    assert "make ui" in answer.text
    assert "<script" not in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert http.get("/connections").status_code == 404


def test_where_a_token_is_wanted_the_pages_are_sent_and_nothing_else(
    build: Path, application: Application
) -> None:
    guarded = replace(application, require_token=True)
    with (
        Transport(create_app(guarded)) as transport,
        httpx.Client(base_url="http://localhost", transport=transport) as http,
    ):
        assert "/assets/index-abc.js" in http.get("/").text
        assert http.get("/assets/index-abc.js").status_code == 200
        assert http.get("/api/v1/connections").status_code == 401


def test_whoever_is_not_known_learns_no_more_from_the_plain_page_than_that_it_runs(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "BUILD", tmp_path / "nothing")
    guarded = replace(application, require_token=True)
    with (
        Transport(create_app(guarded)) as transport,
        httpx.Client(base_url="http://localhost", transport=transport) as http,
    ):
        answer = http.get("/")
        assert "the API wants to know who asks" in answer.text
        assert str(application.data) not in answer.text
        assert "make ui" not in answer.text
