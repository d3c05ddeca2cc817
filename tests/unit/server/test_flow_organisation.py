"""`/api/v1/flows`: folders, on and off, owners; and the map."""

from collections.abc import Iterator
from typing import Any

import pytest

from penstock.cli.asgi import Transport
from penstock.server.app import create_app
from penstock.server.application import Application
from tests.unit.access.cheap import cheap_passwords
from tests.unit.server.conftest import Api
from tests.unit.server.test_sign_in import PASSWORD, Server, code


@pytest.fixture
def server(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("penstock.wiring.Passwords", cheap_passwords)
    users = application.access.users
    for name, role in (("anna", "admin"), ("eve", "editor"), ("ron", "runner")):
        users.add(name, role, PASSWORD)  # type: ignore[arg-type]  # the roles
    with Transport(create_app(application)) as transport:
        yield Server(transport, application)


def save(http: Any, name: str, text: str = "") -> Any:
    answer = http.post("/api/v1/flows", json={"text": text or f"flow: {name}\n"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(http: Any, **wanted: Any) -> list[str]:
    found = http.get("/api/v1/flows", params=wanted).json()["items"]
    return [each["flow"] for each in found]


def test_a_flow_says_where_it_stands(api: Api) -> None:
    made = save(api.http, "tidy")
    assert (made["folder"], made["enabled"], made["owner"]) == ("", True, None)
    assert made["created_at"] == made["saved_at"]
    changed = api.http.patch(
        "/api/v1/flows/tidy", json={"folder": " Legal / Holds ", "enabled": False}
    ).json()
    assert (changed["folder"], changed["enabled"]) == ("Legal/Holds", False)
    [found] = api.http.get("/api/v1/flows").json()["items"]
    assert found == changed
    shown = api.http.get("/api/v1/flows/tidy").json()
    assert {name: shown[name] for name in found} == found
    assert api.http.patch("/api/v1/flows/tidy", json={}).json() == changed


def test_the_list_is_narrowed(api: Api) -> None:
    api.http.post("/api/v1/connections", json={"nickname": "Acme"})
    for name in ("a", "b", "c"):
        save(api.http, name)
    api.http.patch("/api/v1/flows/a", json={"folder": "Legal/Holds"})
    api.http.patch("/api/v1/flows/b", json={"folder": "Legal", "enabled": False})
    text = "cards: [{id: x, card: s3.read_object, connection: acme, inputs: {bucket: bbb, key: k}}]"
    save(api.http, "d", f"flow: d\n{text}\n")
    assert listed(api.http, folder="Legal") == ["a", "b"]
    assert listed(api.http, folder="Legal", limit=1) == ["a"]
    assert listed(api.http, enabled=False) == ["b"]
    assert listed(api.http, connection="ACME") == ["d"]
    assert listed(api.http, owner="anna") == []


@pytest.mark.parametrize(
    "folder", ["a/b/c/d/e/f", "a//b", "x" * 65, "..", "a\nb", "\u202ea", 7, "x" * 500]
)
def test_a_folder_that_cannot_be_is_said_at_its_field(api: Api, folder: Any) -> None:
    save(api.http, "tidy")
    answer = api.http.patch("/api/v1/flows/tidy", json={"folder": folder})
    assert answer.status_code == 422
    assert "folder" in answer.text
    assert api.http.get("/api/v1/flows/tidy").json()["folder"] == ""


def test_several_flows_change_at_once(api: Api) -> None:
    for name in ("a", "b", "c"):
        save(api.http, name)
    changed = api.http.patch(
        "/api/v1/flows", json={"flows": ["c", "a"], "folder": "Old", "enabled": False}
    )
    assert [(each["flow"], each["folder"]) for each in changed.json()] == [
        ("a", "Old"),
        ("c", "Old"),
    ]
    refused = api.http.patch("/api/v1/flows", json={"flows": ["a", "gone"], "folder": "New"})
    assert code(refused) == (404, "not_found")
    assert listed(api.http, folder="New") == []
    assert api.http.patch("/api/v1/flows", json={"flows": [], "folder": "x"}).status_code == 422


def test_a_folder_is_renamed_with_what_is_in_it(api: Api) -> None:
    for name, folder in (("a", "Legal"), ("b", "Legal/Holds"), ("c", "Legality")):
        save(api.http, name)
        api.http.patch(f"/api/v1/flows/{name}", json={"folder": folder})
    moved = api.http.post("/api/v1/flows/move", json={"folder": "Legal", "to": "Law"}).json()
    assert [(each["flow"], each["folder"]) for each in moved] == [("a", "Law"), ("b", "Law/Holds")]
    again = api.http.post("/api/v1/flows/move", json={"folder": "Legal", "to": "Law"})
    assert code(again) == (404, "not_found")


def test_a_flow_of_any_name_can_be_shown(api: Api) -> None:
    for name in ("move", "map", "check", "draft", "flow-map"):
        save(api.http, name)
        assert api.http.get(f"/api/v1/flows/{name}").json()["flow"] == name


def test_the_map(api: Api) -> None:
    api.http.post("/api/v1/connections", json={"nickname": "Acme"})
    text = "cards: [{id: x, card: s3.read_object, connection: acme, inputs: {bucket: bbb, key: k}}]"
    save(api.http, "d", f"flow: d\n{text}\n")
    found = api.http.get("/api/v1/flow-map").json()
    assert [each["flow"] for each in found["flows"]] == ["d"]
    assert found["connections"] == [{"nickname": "Acme", "status": "draft"}]
    assert found["lines"] == [{"kind": "uses", "flow": "d", "to": "Acme", "cards": ["x"]}]


def test_a_flow_belongs_to_who_saved_it_first(server: Server) -> None:
    anna, eve = server.browser("anna"), server.browser("eve")
    save(eve, "tidy")
    later = save(anna, "tidy", "flow: tidy\ntitle: Tidy\n")
    assert (later["owner"], later["saved_by"]) == ("eve", "anna")
    versions = eve.get("/api/v1/flows/tidy/versions").json()["items"]
    assert [each["saved_by"] for each in versions] == ["anna", "eve"]
    given = anna.patch("/api/v1/flows/tidy", json={"owner": "RON"}).json()
    assert given["owner"] == "ron"
    assert listed(anna, owner="ron") == ["tidy"]
    nobody = anna.patch("/api/v1/flows/tidy", json={"owner": "mallory"})
    assert code(nobody) == (404, "not_found")
    # A program acts for its user; the owner of the data directory is no user.
    program = server.program("eve", "write", "read")
    assert save(program, "swept")["owner"] == "eve"
    assert save(server.owner(), "local")["owner"] is None


def test_a_renamed_connection_is_saved_by_who_renamed_it(server: Server) -> None:
    anna, eve = server.browser("anna"), server.browser("eve")
    anna.post("/api/v1/connections", json={"nickname": "acme"})
    text = "cards: [{id: x, card: s3.read_object, connection: acme, inputs: {bucket: bbb, key: k}}]"
    save(anna, "look", f"flow: look\n{text}\n")
    eve.patch("/api/v1/connections/acme", json={"nickname": "globex"})
    shown = anna.get("/api/v1/flows/look").json()
    assert (shown["version"], shown["saved_by"], shown["owner"]) == (2, "eve", "anna")


def test_who_may_only_run_flows_does_not_order_them(server: Server) -> None:
    save(server.browser("eve"), "tidy")
    ron = server.browser("ron")
    for method, path, body in (
        ("PATCH", "/api/v1/flows/tidy", {"enabled": False}),
        ("PATCH", "/api/v1/flows", {"flows": ["tidy"], "enabled": False}),
        ("POST", "/api/v1/flows/move", {"folder": "a", "to": "b"}),
    ):
        assert code(ron.request(method, path, json=body)) == (403, "scope_missing")
    assert ron.get("/api/v1/flow-map").status_code == 200


def test_the_audit_log_says_who_turned_what_off(server: Server) -> None:
    anna = server.browser("anna")
    for name in ("a", "b"):
        save(anna, name)
    anna.patch("/api/v1/flows/a", json={"folder": "Legal", "enabled": False})
    anna.patch("/api/v1/flows", json={"flows": ["a", "b"], "owner": "eve"})
    anna.post("/api/v1/flows/move", json={"folder": "Legal", "to": "Law"})
    found = anna.get("/api/v1/audit", params={"verb": "flows", "limit": 3}).json()["items"]
    assert [(each["verb"], each["object"], each["detail"]) for each in found] == [
        ("flows.move_folder", "flows/move", {"folder": "Legal", "to": "Law"}),
        ("flows.change_all", "flows", {"owner": "eve", "flows": "a, b"}),
        ("flows.change", "flows/a", {"folder": "Legal", "enabled": "False"}),
    ]
