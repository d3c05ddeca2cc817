"""`/api/v1/policies` and its neighbours: what they take, refuse and answer."""

import json
from typing import Any

import pytest

from tests.unit.server.conftest import Api

READ_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}
FLOW = """\
flow: tidy
cards:
  - id: tags
    card: s3.read_object_tags
    connection: not-yet-there
    inputs: {bucket: example-bucket, key: a}
"""


def ask(api: Api, *path: str, **body: Any) -> Any:
    answer = api.http.post("/".join(("/api/v1", *path)), json=body)
    return answer.json() | {"status_of_answer": answer.status_code}


def test_a_document_needs_no_connection_yet(api: Api) -> None:
    found = ask(api, "policies", "for", texts=[FLOW])
    assert found["status_of_answer"] == 200
    assert found["connections"] == ["not-yet-there"]
    assert json.loads(found["text"]) == found["policies"][0]["document"]
    assert found["policies"][0]["name"] == "penstock-tidy"
    assert found["comparison"] is None


def test_something_has_to_be_asked_about(api: Api) -> None:
    found = ask(api, "policies", "for")
    assert (found["status_of_answer"], found["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("against", "code", "word"),
    [
        ({}, "invalid_input", "No policy is given"),
        ({"role": True}, "invalid_input", "whose role"),
        ({"managed": ["AmazonS3Nothing"]}, "not_found", "AmazonS3Nothing"),
        ({"documents": [{"document": "{", "name": "mine.json"}]}, "policy_invalid", "mine.json"),
    ],
)
def test_what_cannot_be_compared_with(api: Api, against: Any, code: str, word: str) -> None:
    found = ask(api, "policies", "for", texts=[FLOW], against=against)
    assert found["code"] == code
    assert word in found["detail"]


def test_a_policy_may_be_an_object_or_text(api: Api) -> None:
    for document in (READ_ALL, json.dumps(READ_ALL), {"PolicyDocument": READ_ALL}):
        against = {"documents": [{"document": document}]}
        found = ask(api, "policies", "for", texts=[FLOW], against=against)["comparison"]
        assert [each["verdict"] for each in found["cards"]] == ["partly"]
        assert [each["action"] for each in found["enough"]] == ["s3:GetObjectTagging"]
        assert [each["action"] for each in found["too_little"]] == ["s3:ListBucket"]
        assert found["cards"][0]["statements"][0]["sid"] == "Read"


def test_explanation_of_all_cards(api: Api) -> None:
    found = ask(api, "iam", "explain", policies={"documents": [{"document": READ_ALL}]})
    verdicts = {each["card"]: each for each in found["cards"]}
    assert verdicts["s3.search_buckets"]["verdict"] == "fails"
    read = verdicts["s3.read_object"]
    assert read["verdict"] == "partly"
    lacking = {each["action"]: each for each in read["permissions"] if each["verdict"] == "denied"}
    assert lacking["s3:ListBucket"]["without"] == "a missing key looks like a forbidden one"


def test_lint_takes_any_kind(api: Api) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    assert ask(api, "iam", "lint", policy=trust)["ok"] is False
    found = ask(
        api,
        "iam",
        "lint",
        policy=json.dumps({"Role": {"AssumeRolePolicyDocument": trust}}),
        kind="trust",
    )
    assert found["findings"]
    assert all(each["line"] == 1 for each in found["findings"])
    assert ask(api, "iam", "lint", policy="x", kind="song")["status_of_answer"] == 422
