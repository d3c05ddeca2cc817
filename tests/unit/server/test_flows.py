"""`/api/v1/flows`, `/cards`, `/schema`, `/iam` and the page at `/`."""

from typing import Any

import pytest

from penstock.server.routes.iam import Caller, Policies, Question
from tests.unit.server.conftest import Api

FLOW = """\
# Kept as it is written.
flow: look
title: Look at it
cards:
  - id: read
    card: s3.read_object
    connection: acme
    inputs: {bucket: practice, key: k}
"""


@pytest.fixture(autouse=True)
def connection(api: Api) -> None:
    assert api.http.post("/api/v1/connections", json={"nickname": "acme"}).status_code == 201


def apply(api: Api, text: str = FLOW, **headers: str) -> Any:
    return api.http.post("/api/v1/flows", json={"text": text}, headers=headers)


def test_check_keeps_nothing(api: Api) -> None:
    found = api.http.post("/api/v1/flows/check", json={"text": FLOW}).json()
    assert found["ok"] is True
    assert {each["severity"] for each in found["problems"]} <= {"warning"}
    assert api.http.get("/api/v1/flows").json()["items"] == []


def test_check_says_where(api: Api) -> None:
    text = FLOW.replace("s3.read_object", "s3.reed_object")
    found = api.http.post("/api/v1/flows/check", json={"text": text}).json()
    assert found["ok"] is False
    [problem] = [each for each in found["problems"] if each["severity"] == "error"]
    assert problem["where"]["line"] == 6
    assert "s3.read_object" in problem["hint"]


def test_apply_keeps_versions(api: Api) -> None:
    first = apply(api)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    same = apply(api)
    assert (same.status_code, same.json()["version"]) == (200, 1)
    second = apply(api, FLOW.replace("Look at it", "Look again"))
    assert (second.status_code, second.json()["version"]) == (201, 2)
    versions = api.http.get("/api/v1/flows/look/versions").json()["items"]
    assert [each["version"] for each in versions] == [2, 1]
    assert api.http.get("/api/v1/flows/look?version=1").json()["title"] == "Look at it"
    assert api.http.get(first.headers["location"]).json()["version"] == 1


def test_apply_refuses_what_has_errors(api: Api) -> None:
    answer = apply(api, "flow: look\ncards: 7\n")
    assert answer.status_code == 422
    assert answer.json()["code"] == "document_invalid"
    assert answer.json()["problems"]


def test_export_is_what_was_written(api: Api) -> None:
    apply(api)
    answer = api.http.get("/api/v1/flows/look/export")
    assert answer.text == FLOW
    assert answer.headers["content-type"].startswith("application/yaml")


def test_policy_is_what_the_flow_needs_and_no_more(api: Api) -> None:
    apply(api)
    policy = api.http.get("/api/v1/flows/look/policy").json()
    text = str(policy)
    assert "s3:GetObject" in text
    assert "arn:aws:s3:::practice/k" in text
    assert "s3:PutObject'" not in text
    none = api.http.get("/api/v1/flows/look/policy?connection=another")
    assert none.json()["code"] == "not_found"


def test_usage_and_delete(api: Api) -> None:
    apply(api)
    assert api.http.get("/api/v1/connections/acme/usage").json() == {"flows": ["look"]}
    assert api.http.delete("/api/v1/connections/acme").json()["code"] == "in_use"
    assert api.http.delete("/api/v1/flows/look").status_code == 204
    assert api.http.get("/api/v1/flows/look").status_code == 404


def test_cards_are_listed_and_shown(api: Api) -> None:
    found = api.http.get("/api/v1/cards?connector=s3").json()["items"]
    assert len(found) >= 12
    assert api.http.get("/api/v1/cards?connector=none").json()["items"] == []
    for each in found:
        card = api.http.get(f"/api/v1/cards/{each['id']}").json()
        assert card["inputs"]["properties"]
        assert card["outputs"]["properties"]
        assert card["permissions"]
        assert card["examples"]


def test_schema_is_the_documents(api: Api) -> None:
    schema = api.http.get("/api/v1/schema").json()
    assert schema["$schema"].startswith("https://json-schema.org/")


def evaluate(api: Api, principal: str = "arn:aws:iam::444455556666:role/r", **policies: Any) -> Any:
    question = Question(
        principal=Caller(arn=principal),
        action="s3:GetObject",
        resource="arn:aws:s3:::practice/k",
        policies=Policies(**policies),
    )
    return api.http.post("/api/v1/iam/evaluate", json=question.model_dump())


def allow(action: str, effect: str = "Allow") -> dict[str, Any]:
    statement = {"Sid": "Mine", "Effect": effect, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("policies", "outcome"),
    [
        ({"identity": [allow("s3:*")]}, "allowed"),
        ({"identity": []}, "implicit_deny"),
        ({"identity": [allow("s3:*"), allow("s3:Get*", "Deny")]}, "explicit_deny"),
        ({"identity": [allow("s3:*")], "session": allow("s3:PutObject")}, "implicit_deny"),
        ({"identity": [allow("s3:*")], "boundary": allow("sts:*")}, "implicit_deny"),
        ({"identity": [allow("s3:*")], "scps": [allow("ec2:*")]}, "implicit_deny"),
    ],
)
def test_evaluate_decides_and_says_why(api: Api, policies: Any, outcome: str) -> None:
    said = evaluate(api, **policies).json()
    assert said["outcome"] == outcome
    assert said["allowed"] is (outcome == "allowed")
    assert said["reason"]


def test_evaluate_places_the_mistakes_of_a_policy(api: Api) -> None:
    answer = evaluate(api, identity=['{"Version": "2012-10-17",\n "Statement": [{}]}'])
    assert answer.status_code == 422
    assert answer.json()["code"] == "policy_invalid"
    assert answer.json()["where"]["line"] == 2


@pytest.mark.parametrize("arn", ["nobody", "arn:aws:iam::444455556666:group/g"])
def test_evaluate_wants_a_principal(api: Api, arn: str) -> None:
    answer = evaluate(api, arn)
    assert answer.status_code == 422
    assert answer.json()["hint"]


def draft(api: Api, **body: Any) -> Any:
    answer = api.http.post("/api/v1/flows/draft", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_text_read_as_a_document(api: Api) -> None:
    found = draft(api, text=FLOW)
    assert found["text"] == FLOW
    assert found["document"]["cards"][0]["inputs"] == {"bucket": "practice", "key": "k"}
    assert found["ok"] is True
    assert api.http.get("/api/v1/flows").json()["items"] == []


def test_a_text_that_is_no_document(api: Api) -> None:
    found = draft(api, text="flow: look\ncards: 7\n")
    assert found["document"] is None
    assert 2 in [each["where"]["line"] for each in found["problems"]]


def test_a_changed_document_keeps_the_text_around_it(api: Api) -> None:
    document = draft(api, text=FLOW)["document"]
    document["cards"][0]["inputs"]["key"] = "other"
    found = draft(api, text=FLOW, document=document)
    assert found["text"].startswith("# Kept as it is written.\nflow: look\n")
    assert found["document"] == document


def test_the_second_of_two_editors_is_told(api: Api) -> None:
    def save(text: str, based_on: int) -> Any:
        return api.http.post("/api/v1/flows", json={"text": text, "based_on": based_on})

    assert save(FLOW, 0).json()["version"] == 1
    assert save(FLOW.replace("Look at it", "Ada's"), 1).json()["version"] == 2
    refused = save(FLOW.replace("Look at it", "Bob's"), 1)
    assert refused.status_code == 409
    assert refused.json()["details"] == {"based_on": 1, "current_version": 2}
    assert api.http.get("/api/v1/flows/look").json()["title"] == "Ada's"
    assert save(FLOW, 0).status_code == 409
    assert save(FLOW.replace("Look at it", "Bob's"), 2).json()["version"] == 3
