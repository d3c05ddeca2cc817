"""Every error leaves as a problem document."""

import logging

import pytest

from penstock.errors import AwsFault, CredentialsUnavailable
from tests.unit.server.conftest import Api

MEDIA_TYPE = "application/problem+json"


def problem(answer: object) -> dict[str, object]:
    response = answer
    assert response.headers["content-type"] == MEDIA_TYPE  # type: ignore[attr-defined]
    document: dict[str, object] = response.json()  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert document["status"] == response.status_code  # type: ignore[attr-defined]
    return document


def test_an_unknown_address(api: Api) -> None:
    assert problem(api.http.get("/api/v1/nothing"))["code"] == "not_found"


def test_a_method_that_is_not_taken(api: Api) -> None:
    answer = api.http.put("/api/v1/connections")
    assert answer.status_code == 405
    assert problem(answer)["code"] == "method_not_allowed"
    assert answer.headers["allow"]


@pytest.mark.parametrize("body", ["{", "nonsense", '{"nickname": "a",}', ""])
def test_a_body_that_is_no_json(api: Api, body: str) -> None:
    answer = api.http.post(
        "/api/v1/connections", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert problem(answer)["detail"]


def test_each_wrong_field_is_named_without_repeating_what_was_sent(api: Api) -> None:
    body = {"nickname": 17, "external_id": "my-own-choice", "region": ["hidden-value"]}
    answer = api.http.post("/api/v1/connections", json=body)
    document = problem(answer)
    assert answer.status_code == 422
    assert document["code"] == "invalid_input"
    found = {each["pointer"]: each for each in document["problems"]}  # type: ignore[attr-defined]
    assert found.keys() == {"/nickname", "/external_id", "/region"}
    assert found["/external_id"]["code"] == "extra_forbidden"
    assert "my-own-choice" not in answer.text
    assert "hidden-value" not in answer.text


def test_an_error_of_ours_says_code_hint_where_and_what_aws_said(api: Api) -> None:
    api.sts.platform_error = CredentialsUnavailable(
        "No credentials.",
        hint="Set them.",
        aws=AwsFault("sts", "GetCallerIdentity", "ExpiredToken", "expired", 403, "request-1"),
    )
    answer = api.http.post("/api/v1/connections", json={"nickname": "a"})
    assert answer.status_code == 502
    document = problem(answer)
    assert document["code"] == "credentials_unavailable"
    assert document["hint"] == "Set them."
    assert document["aws"]["request_id"] == "request-1"  # type: ignore[index]


def test_a_defect_is_a_problem_too_and_says_nothing_of_its_text(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("internal detail")

    monkeypatch.setattr(api.application.connections, "list", broken)
    with caplog.at_level(logging.CRITICAL):
        answer = api.http.get("/api/v1/connections")
    assert answer.status_code == 500
    assert problem(answer)["code"] == "internal_fault"
    assert "internal detail" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
