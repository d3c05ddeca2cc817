"""`/api/v1/connections`."""

import json

import pytest

from penstock.errors import AccessDenied
from tests.unit.server.conftest import Api

ROLE = "arn:aws:iam::444455556666:role/Acme"


def draft(api: Api, nickname: str = "acme", **headers: str) -> dict[str, object]:
    answer = api.http.post("/api/v1/connections", json={"nickname": nickname}, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


def demand_external_id(api: Api, external_id: object) -> None:
    """Let the fake STS behave like a role whose trust policy has the right condition."""
    api.sts.rule = lambda asked: (
        None if asked.external_id == external_id else AccessDenied("User is not authorized")
    )


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_draft_says_all_that_the_roles_owner_needs(api: Api) -> None:
    made = draft(api)
    assert made["status"] == "draft"
    assert made["platform"]["account_id"]  # type: ignore[index]
    [statement] = made["trust_policy"]["Statement"]  # type: ignore[index]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": made["external_id"]}}


def test_a_draft_can_be_found_by_its_location(api: Api) -> None:
    answer = api.http.post("/api/v1/connections", json={"nickname": "acme"})
    assert api.http.get(answer.headers["location"]).json()["nickname"] == "acme"


def test_the_list_comes_in_pages(api: Api) -> None:
    for nickname in ("c", "A", "b"):
        draft(api, nickname)
    first = api.http.get("/api/v1/connections?limit=2").json()
    assert [each["nickname"] for each in first["items"]] == ["A", "b"]
    rest = api.http.get(f"/api/v1/connections?limit=2&cursor={first['next_cursor']}").json()
    assert [each["nickname"] for each in rest["items"]] == ["c"]
    assert rest["next_cursor"] is None


def test_an_idempotency_key_creates_once(api: Api) -> None:
    first = draft(api, **{"Idempotency-Key": "k1"})
    assert draft(api, **{"Idempotency-Key": "k1"}) == first
    other = api.http.post(
        "/api/v1/connections", json={"nickname": "b"}, headers={"Idempotency-Key": "k1"}
    )
    assert other.status_code == 422
    assert len(api.http.get("/api/v1/connections").json()["items"]) == 1


def test_a_nickname_is_taken_without_a_key(api: Api) -> None:
    draft(api)
    answer = api.http.post("/api/v1/connections", json={"nickname": "ACME"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "nickname_taken"


def test_verify_answers_with_the_connection(api: Api) -> None:
    demand_external_id(api, draft(api)["external_id"])
    answer = api.http.post("/api/v1/connections/acme/verify", json={"role_arn": ROLE, "wait": 0})
    assert answer.status_code == 200
    found = answer.json()
    assert found["status"] == "verified"
    assert [each["outcome"] for each in found["probe"]["steps"]] == ["passed"] * 5


def test_verify_streams_its_steps(api: Api) -> None:
    draft(api)  # a role without a condition lets everyone in
    with api.http.stream(
        "POST",
        "/api/v1/connections/acme/verify",
        json={"role_arn": ROLE, "wait": 0},
        headers={"Accept": "text/event-stream"},
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = events(answer.read().decode())
    assert [name for name, _ in found] == ["step"] * 5 + ["connection"]
    assert found[-1][1]["status"] == "unsafe"


def test_a_streamed_verify_that_cannot_begin_says_why(api: Api) -> None:
    draft(api)
    with api.http.stream(
        "POST",
        "/api/v1/connections/acme/verify",
        json={"role_arn": "arn:aws:iam::444455556666:user/Ann"},
        headers={"Accept": "text/event-stream"},
    ) as answer:
        (step, _), (name, problem) = events(answer.read().decode())
    assert step == "step"
    assert name == "problem"
    assert problem["code"] == "role_arn_invalid"
    assert problem["hint"]


@pytest.mark.parametrize("form", ["json", "cloudformation", "terraform", "cli"])
def test_trust_policy_in_each_form(api: Api, form: str) -> None:
    made = draft(api)
    answer = api.http.get(f"/api/v1/connections/acme/trust-policy?form={form}")
    assert answer.status_code == 200
    assert str(made["external_id"]) in answer.text


def test_trust_policy_comes_with_what_cards_need(api: Api) -> None:
    draft(api)
    answer = api.http.get(
        "/api/v1/connections/acme/trust-policy?form=cloudformation&card=s3.delete_object"
    )
    assert "s3:DeleteObject" in answer.text
    wrong = api.http.get("/api/v1/connections/acme/trust-policy?form=cli&card=s3.delete_objekt")
    assert wrong.status_code == 404
    assert "s3.delete_object" in wrong.json()["hint"]


def test_rename_and_describe_in_one(api: Api) -> None:
    made = draft(api)
    body = {"nickname": "acme two", "description": "the other"}
    changed = api.http.patch("/api/v1/connections/acme", json=body).json()
    assert (changed["nickname"], changed["description"]) == ("acme two", "the other")
    assert changed["external_id"] == made["external_id"]
    assert api.http.get("/api/v1/connections/acme%20two").status_code == 200


def test_external_id_cannot_be_changed(api: Api) -> None:
    draft(api)
    answer = api.http.patch("/api/v1/connections/acme", json={"external_id": "mine"})
    assert answer.status_code == 422


def test_delete_says_what_is_left_to_do(api: Api) -> None:
    draft(api)
    said = api.http.delete("/api/v1/connections/acme").json()
    assert said["notice"]
    assert api.http.get("/api/v1/connections/acme").status_code == 404
