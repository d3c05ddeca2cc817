"""Who may do what over the API, and every way in which it is refused."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from penstock.access.model import ROLE_SCOPES, Role
from penstock.cli.asgi import Transport
from penstock.server.app import create_app, declared
from penstock.server.application import Application
from tests.unit.access.cheap import cheap_passwords
from tests.unit.server.conftest import Api

PASSWORD = "correct horse battery"
OTHER = "another horse battery"
HERE = {"Origin": "http://localhost"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock.wiring.Passwords", cheap_passwords)


@dataclass(frozen=True, slots=True)
class Server:
    """The API with users, to whoever asks."""

    transport: Transport
    application: Application

    def anyone(self, **headers: str) -> httpx.Client:
        """A program that presents nothing but these headers."""
        return httpx.Client(base_url="http://localhost", transport=self.transport, headers=headers)

    def browser(self, name: str, password: str = PASSWORD) -> httpx.Client:
        """A browser in which this user has signed in."""
        http = self.anyone(**HERE)
        answer = http.post("/api/v1/session", json={"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        return http

    def program(self, user: str, *scopes: str) -> httpx.Client:
        """A program with a token of this user."""
        made = self.owner().post(
            "/api/v1/tokens", json={"name": "t", "scopes": list(scopes), "user": user}
        )
        assert made.status_code == 201, made.text
        return self.anyone(Authorization=f"Bearer {made.json()['token']}")

    def owner(self) -> httpx.Client:
        """The owner of the data directory."""
        return self.anyone(Authorization=f"Bearer {self.application.token}")


@pytest.fixture
def server(application: Application) -> Iterator[Server]:
    users = application.access.users
    for name, role in (("anna", "admin"), ("eve", "editor"), ("ron", "runner"), ("vic", "viewer")):
        users.add(name, role, PASSWORD)  # type: ignore[arg-type]  # the four roles
    with Transport(create_app(application)) as transport:
        yield Server(transport, application)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


ADDRESSES = [
    (method.upper(), path.replace("{", "").replace("}", ""), needs)
    for path, method, needs in declared()
]


@pytest.mark.parametrize(("method", "path", "needs"), ADDRESSES)
def test_whoever_is_not_known_gets_nowhere(
    server: Server, method: str, path: str, needs: tuple[str, ...]
) -> None:
    wrong = "Bearer pst_" + "0" * 49
    for headers in ({}, HERE, {"Authorization": wrong}, {"Cookie": "penstock=x"} | HERE):
        answer = server.anyone(**headers).request(method, path, json={})
        if "public" in needs:
            assert answer.status_code != 401 or answer.json()["code"] == "sign_in_failed"
        else:
            assert code(answer) == (401, "sign_in_required")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ["viewer", "runner", "editor", "admin"])
def test_each_role_reaches_what_it_is_for_and_no_further(server: Server, role: Role) -> None:
    name = {"viewer": "vic", "runner": "ron", "editor": "eve", "admin": "anna"}[role]
    http = server.browser(name)
    for method, path, needs in ADDRESSES:
        scopes = set(needs) - {"public", "own"}
        if "session" in path or not scopes:
            continue
        answer = http.request(method, path, json={"nonsense": 1})
        refused = answer.status_code == 403 and answer.json()["code"] == "scope_missing"
        assert refused is bool(scopes - ROLE_SCOPES[role]), (method, path, answer.text)


@pytest.mark.parametrize("scope", ["read", "run", "write", "admin"])
def test_a_token_reaches_its_scopes_and_no_further(server: Server, scope: str) -> None:
    http = server.program("anna", scope)
    for method, path, needs in ADDRESSES:
        scopes = set(needs) - {"public"}
        if "own" in needs:
            scopes = set() if method == "GET" else {"admin"}
        if path == "/api/v1/sessions" and method == "DELETE":
            continue
        answer = http.request(method, path, json={"nonsense": 1})
        refused = answer.status_code == 403 and answer.json()["code"] == "scope_missing"
        assert refused is bool(scopes - {scope}), (method, path, answer.text)


@pytest.mark.parametrize("as_text", [False, True])
def test_files_of_earlier_runs_are_for_who_may_read_them(server: Server, *, as_text: bool) -> None:
    """A token that only starts runs cannot have one work on what another run holds."""
    text = "flow: f\nstart: {inputs: {report: {type: file}}}\ncards: []\n"
    server.application.worker = True
    kept = server.owner().post("/api/v1/flows", json={"text": text})
    assert kept.status_code == 201, kept.text
    file = {"run": "0199", "key": "fetch.1"}
    body: dict[str, Any] = {"inputs": {"report": file}}
    if as_text:
        body = {"input_texts": {"report": json.dumps(file)}}
    runner = server.program("anna", "run")
    for address in ("flows/f/runs", "flows/preflight"):
        asked = body | ({"flow": "f"} if address == "flows/preflight" else {})
        assert code(runner.post(f"/api/v1/{address}", json=asked)) == (403, "scope_missing")
        # Who may read is told about the file, or that no runs are executed here.
        both = server.program("anna", "run", "read").post(f"/api/v1/{address}", json=asked)
        assert both.status_code != 403, both.text
    writer = server.program("anna", "run", "write")
    answer = writer.post("/api/v1/runs", json=body | {"text": text})
    assert code(answer) == (403, "scope_missing")


def test_who_asks(server: Server) -> None:
    nobody = server.anyone().get("/api/v1/session").json()
    assert (nobody["caller"], nobody["users"]) == (None, True)
    caller = server.browser("eve").get("/api/v1/session").json()["caller"]
    assert caller["name"] == "eve"
    assert caller["scopes"] == ["read", "run", "write"]
    assert server.owner().get("/api/v1/session").json()["caller"]["via"] == "local"
    token = server.program("eve", "read").get("/api/v1/session").json()["caller"]
    assert (token["via"], token["scopes"], token["session_id"]) == ("token", ["read"], None)


def test_the_cookie_is_for_no_script_and_no_other_site(server: Server) -> None:
    body = {"username": "anna", "password": PASSWORD}
    local = server.anyone().post("/api/v1/session", json=body).headers["set-cookie"].lower()
    assert local.startswith("penstock=")
    assert {"httponly", "samesite=strict", "path=/"} <= {each.strip() for each in local.split(";")}
    assert "secure" not in local
    ports = server.anyone(Host="127.0.0.1:8420").post("/api/v1/session", json=body)
    assert ports.headers["set-cookie"].startswith("penstock_8420=")


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
def test_another_sites_page_does_not_act_as_who_is_signed_in(
    server: Server, headers: dict[str, str]
) -> None:
    http = server.browser("anna")
    del http.headers["Origin"]
    assert http.get("/api/v1/users").status_code == 200
    assert code(http.get("/api/v1/users", headers=headers)) == (401, "sign_in_required")
    new = {"nickname": "acme"}
    refused = http.post("/api/v1/connections", json=new, headers=headers)
    assert code(refused) == (403, "cross_site")


def test_a_cookie_changes_nothing_without_saying_whose_page_asks(server: Server) -> None:
    http = server.browser("anna")
    del http.headers["Origin"]
    new = {"nickname": "acme"}
    assert code(http.post("/api/v1/connections", json=new)) == (401, "sign_in_required")
    for headers in (HERE, {"Sec-Fetch-Site": "same-origin"}):
        answer = http.post("/api/v1/connections", json={}, headers=headers)
        assert answer.status_code == 422


def test_a_planted_cookie_makes_both_count_for_nothing(server: Server) -> None:
    http = server.browser("anna")
    session = http.cookies["penstock"]
    for planted in (f"penstock=x; penstock={session}", f"penstock={session}; penstock=x"):
        answer = server.anyone(Cookie=planted).get("/api/v1/flows")
        assert answer.status_code == 401


def test_a_token_that_does_not_count_is_not_made_up_for_by_a_cookie(server: Server) -> None:
    http = server.browser("anna")
    wrong = {"Authorization": "Bearer pst_wrong"}
    assert http.get("/api/v1/flows", headers=wrong).status_code == 401
    basic = {"Authorization": "Basic cHJveHk6cHJveHk="}
    assert http.get("/api/v1/flows", headers=basic).status_code == 200


def test_signing_out(server: Server) -> None:
    http = server.browser("anna")
    stolen = http.cookies["penstock"]
    assert http.delete("/api/v1/session").status_code == 204
    assert "penstock" not in http.cookies
    again = server.anyone(Cookie=f"penstock={stolen}")
    assert again.get("/api/v1/flows").status_code == 401
    assert server.anyone().delete("/api/v1/session").status_code == 204


def test_signing_in_again_ends_the_session_before(server: Server) -> None:
    http = server.browser("anna")
    before = http.cookies["penstock"]
    http.post("/api/v1/session", json={"username": "eve", "password": PASSWORD})
    assert http.cookies["penstock"] != before
    assert server.anyone(Cookie=f"penstock={before}").get("/api/v1/flows").status_code == 401


def test_wrong_passwords_are_refused_alike_and_then_slowed_down(server: Server) -> None:
    http = server.anyone()
    answers = [
        http.post("/api/v1/session", json={"username": name, "password": "wrong"})
        for name in ("anna", "nobody", "anna", "anna", "anna", "anna", "anna")
    ]
    assert {code(each) for each in answers} == {(401, "sign_in_failed")}
    assert len({each.json()["detail"] for each in answers}) == 1
    slowed = http.post("/api/v1/session", json={"username": "anna", "password": PASSWORD})
    assert code(slowed) == (429, "too_many_attempts")
    assert int(slowed.headers["retry-after"]) >= 1
    assert "set-cookie" not in slowed.headers
    # Others, from elsewhere, are not kept out by it; but all of these came from one address.
    assert http.post("/api/v1/session", json={"username": "eve", "password": PASSWORD}).is_success


def test_changing_a_password_ends_the_other_sessions(server: Server) -> None:
    http, elsewhere = server.browser("vic"), server.browser("vic")
    body = {"current": PASSWORD, "new": OTHER}
    wrong = http.post("/api/v1/session/password", json=body | {"current": "wrong"})
    assert code(wrong) == (401, "sign_in_failed")
    short = http.post("/api/v1/session/password", json=body | {"new": "short"})
    assert code(short) == (422, "password_unsuitable")
    assert http.post("/api/v1/session/password", json=body).status_code == 200
    assert http.get("/api/v1/flows").status_code == 200
    assert elsewhere.get("/api/v1/flows").status_code == 401
    assert code(server.owner().post("/api/v1/session/password", json=body)) == (409, "conflict")


def test_sessions_are_seen_and_ended(server: Server) -> None:
    anna, vic = server.browser("anna"), server.browser("vic")
    [mine] = vic.get("/api/v1/sessions").json()["items"]
    assert mine["current"]
    assert mine["username"] == "vic"
    assert vic.cookies["penstock"] not in json.dumps(mine)
    for whom in ("*", "anna", "nobody"):
        refused = vic.get("/api/v1/sessions", params={"user": whom})
        assert code(refused) == (403, "scope_missing")
    everyones = anna.get("/api/v1/sessions", params={"user": "*"}).json()["items"]
    assert {each["username"] for each in everyones} == {"anna", "vic"}
    [annas] = [each["id"] for each in everyones if each["username"] == "anna"]
    assert vic.delete(f"/api/v1/sessions/{annas}").status_code == 404
    assert anna.delete(f"/api/v1/sessions/{mine['id']}").status_code == 204
    assert vic.get("/api/v1/flows").status_code == 401
    server.browser("vic")
    assert anna.request("DELETE", "/api/v1/sessions?user=vic").json() == {"ended": 1}
    assert code(server.owner().delete("/api/v1/sessions")) == (409, "conflict")


def test_an_administrator_adds_and_changes_users(server: Server) -> None:
    anna = server.browser("anna")
    added = anna.post("/api/v1/users", json={"username": "bob", "role": "viewer"})
    assert added.status_code == 201
    assert added.json()["status"] == "invited"
    link = added.json()["link"]["address"].removeprefix("/#link=")
    http = server.anyone(**HERE)
    told = http.post("/api/v1/session/link", json={"link": link}).json()
    assert (told["purpose"], told["username"]) == ("password", "bob")
    body = {"link": link, "password": PASSWORD}
    assert http.post("/api/v1/session/link/redeem", json=body).json()["caller"]["name"] == "bob"
    assert http.get("/api/v1/flows").status_code == 200
    again = server.anyone().post("/api/v1/session/link/redeem", json=body)
    assert code(again) == (403, "link_invalid")

    assert anna.patch("/api/v1/users/BOB", json={"role": "editor"}).json()["role"] == "editor"
    assert http.get("/api/v1/session").json()["caller"]["scopes"] == ["read", "run", "write"]
    reset = anna.post("/api/v1/users/bob/reset-password").json()
    assert reset["status"] == "invited"
    assert http.get("/api/v1/flows").status_code == 401
    disabled = anna.patch("/api/v1/users/bob", json={"disabled": True}).json()
    assert disabled["status"] == "disabled"
    assert [each["username"] for each in anna.get("/api/v1/users").json()["items"]] == [
        "anna", "bob", "eve", "ron", "vic",
    ]  # fmt: skip
    refused = anna.patch("/api/v1/users/anna", json={"role": "viewer"})
    assert code(refused) == (409, "conflict")
    taken = anna.post("/api/v1/users", json={"username": "Eve", "role": "viewer"})
    assert code(taken) == (409, "username_taken")
    assert taken.json()["where"] == {"field": "username"}


def test_tokens_are_ones_own(server: Server) -> None:
    anna, vic = server.browser("anna"), server.browser("vic")
    made = vic.post("/api/v1/tokens", json={"name": "mine", "scopes": ["read"]}).json()
    assert made["username"] == "vic"
    listed = vic.get("/api/v1/tokens").json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert made["token"] not in json.dumps(listed)
    more = vic.post("/api/v1/tokens", json={"name": "more", "scopes": ["run"]})
    assert code(more) == (403, "scope_missing")
    for user in ("anna", "nobody"):
        theirs = {"name": "x", "scopes": ["read"], "user": user}
        assert code(vic.post("/api/v1/tokens", json=theirs)) == (403, "scope_missing")
    annas = anna.post("/api/v1/tokens", json={"name": "x", "scopes": ["admin"]}).json()
    assert vic.delete(f"/api/v1/tokens/{annas['id']}").status_code == 404
    assert anna.delete(f"/api/v1/tokens/{made['id']}").json()["status"] == "revoked"
    revoked = server.anyone(Authorization=f"Bearer {made['token']}").get("/api/v1/flows")
    assert code(revoked) == (401, "sign_in_required")
    assert "revoked" in revoked.json()["detail"]
    nobodys = server.owner().post("/api/v1/tokens", json={"name": "x", "scopes": ["read"]})
    assert code(nobodys) == (422, "invalid_input")


def test_the_audit_log_says_who_did_what(server: Server) -> None:
    eve, vic = server.browser("eve"), server.browser("vic")
    program = server.program("eve", "write")
    program.post("/api/v1/flows", json={"text": "flow: f\ncards: []\n"})
    eve.delete("/api/v1/flows/f")
    eve.get("/api/v1/flows")
    eve.post("/api/v1/flows/check", json={"text": "x"})
    vic.delete("/api/v1/flows/f")
    vic.get("/api/v1/users")
    server.anyone().post("/api/v1/session", json={"username": PASSWORD, "password": "x"})
    server.anyone().delete("/api/v1/flows/f")
    anna = server.browser("anna")
    found = anna.get("/api/v1/audit", params={"limit": 7}).json()["items"]
    told = [
        (each["who"], each["via"], each["verb"], each["outcome"], each["status"]) for each in found
    ]
    assert told == [
        ("anna", "none", "session.sign_in", "done", 200),
        ("nobody", "none", "session.sign_in", "refused", 401),
        ("vic", "session", "users.list_users", "refused", 403),
        ("vic", "session", "flows.delete", "refused", 403),
        ("eve", "session", "flows.delete", told[4][3], told[4][4]),
        ("eve", "token", "flows.apply", told[5][3], told[5][4]),
        ("local", "local", "tokens.make", "done", 201),
    ]
    assert found[-1]["detail"] == {
        "name": "t", "scopes": "write", "user": "eve",
    }  # fmt: skip
    assert found[-1]["object"].startswith("tokens/")
    only = anna.get("/api/v1/audit", params={"who": "vic", "verb": "flows"}).json()["items"]
    assert [each["verb"] for each in only] == ["flows.delete"]
    page = anna.get("/api/v1/audit", params={"limit": 1}).json()
    rest = anna.get("/api/v1/audit", params={"cursor": page["next_cursor"]}).json()["items"]
    assert rest[0]["seq"] == page["items"][0]["seq"] - 1
    assert anna.get("/api/v1/audit", params={"cursor": "eA"}).status_code == 422


def test_no_secret_is_in_an_answer_or_in_what_is_kept(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def ask(http: httpx.Client, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = http.request(method, f"/api/v1{path}", json=body)
        seen.append(answer.text + str(answer.headers))
        return answer

    secrets = {PASSWORD, OTHER, "a wrong password", server.application.token}
    anna = server.browser("anna")
    secrets.add(anna.cookies["penstock"])
    token = anna.post("/api/v1/tokens", json={"name": "t", "scopes": ["read", "admin"]}).json()
    invited = anna.post("/api/v1/users", json={"username": "bob", "role": "viewer"}).json()
    link = invited["link"]["address"].partition("=")[2]
    secrets |= {token["token"], link}
    program = server.anyone(Authorization=f"Bearer {token['token']}")
    for path in ("/session", "/sessions", "/tokens", "/tokens?user=*", "/users", "/audit"):
        for http in (anna, program, server.owner(), server.anyone()):
            ask(http, "GET", path)
    for body in (
        {"username": "eve", "password": "a wrong password"},
        {"username": "a wrong password", "password": PASSWORD},
        {"username": "eve", "password": PASSWORD, "more": OTHER},
        {"username": "eve", "password": [PASSWORD]},
        {"password": PASSWORD},
        PASSWORD,
    ):
        ask(anna, "POST", "/session", body)
    ask(anna, "POST", "/session/password", {"current": "a wrong password", "new": OTHER})
    ask(anna, "POST", "/session/password", {"current": PASSWORD, "new": PASSWORD * 100})
    ask(anna, "POST", "/users", {"username": "cat", "role": "viewer", "password": OTHER})
    ask(anna, "POST", "/users", {"username": PASSWORD, "role": "viewer", "password": OTHER})
    ask(server.anyone(), "POST", "/session/link", {"link": link})
    ask(server.anyone(), "POST", "/session/link/redeem", {"link": link, "password": "short"})
    ask(server.anyone(), "POST", "/session/link/redeem", {"link": link + "x", "password": OTHER})
    ask(program, "GET", "/audit")

    database = sqlite3.connect(server.application.data / "penstock.db")
    dump = "\n".join(database.iterdump())
    database.close()
    assert "argon2id" in dump
    files = b"".join(
        each.read_bytes() for each in server.application.data.rglob("*") if each.is_file()
    )
    for secret in secrets:
        assert secret not in dump
        assert secret not in caplog.text
        assert secret.encode() not in files
        assert not [each for each in seen if secret in each]
    assert not [each for each in seen if "argon2" in each]


def test_no_page_sends_a_password_over_the_network_unencrypted(application: Application) -> None:
    application.access.users.add("anna", "admin", PASSWORD)
    named = replace(application, allowed_hosts=frozenset({"penstock.example"}))
    body = {"username": "anna", "password": PASSWORD}
    with Transport(create_app(named)) as transport:
        server = Server(transport, named)
        exposed = server.anyone(Host="penstock.example", Origin="http://penstock.example")
        assert code(exposed.post("/api/v1/session", json=body)) == (403, "refused")
        private = server.anyone(Host="penstock.example", Origin="https://penstock.example")
        cookie = private.post("/api/v1/session", json=body).headers["set-cookie"]
        assert cookie.startswith("__Host-penstock=")
        assert "; Secure" in cookie
        other = server.anyone(Host="other.example")
        assert code(other.get("/api/v1/health")) == (421, "wrong_host")


def test_while_there_are_no_users_this_machine_needs_no_sign_in(api: Api) -> None:
    state = api.http.get("/api/v1/session").json()
    assert state["caller"]["via"] == "open"
    assert not state["users"]
    assert api.http.get("/api/v1/users").json()["items"] == []
    [first] = [api.http.post("/api/v1/users", json={"username": "bob", "role": "viewer"})]
    assert code(first) == (409, "conflict")
    body = {"username": "anna", "role": "admin", "password": PASSWORD}
    assert api.http.post("/api/v1/users", json=body).status_code == 201
    assert code(api.http.get("/api/v1/users")) == (401, "sign_in_required")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"X-Real-IP": "192.0.2.1"},
        {"Host": "penstock.example"},
    ],
)
def test_a_proxy_is_not_this_machine(application: Application, headers: dict[str, str]) -> None:
    named = replace(application, allowed_hosts=frozenset({"penstock.example"}))
    with Transport(create_app(named)) as transport:
        http = Server(transport, named).anyone(**headers)
        assert http.get("/api/v1/flows").status_code == 401
        assert http.get("/api/v1/session").json()["caller"] is None


def test_the_first_administrator_by_the_link_even_with_a_token_required(
    application: Application,
) -> None:
    guarded = replace(application, require_token=True)
    made = guarded.access.users.first_administrator_link()
    with Transport(create_app(guarded)) as transport:
        http = Server(transport, guarded).anyone(**HERE)
        assert code(http.get("/api/v1/flows")) == (401, "token_required")
        body = {"link": made.secret, "username": "anna", "password": PASSWORD}
        begun = http.post("/api/v1/session/link/redeem", json=body).json()
        assert begun["caller"]["role"] == "admin"
        assert http.get("/api/v1/users").status_code == 200
