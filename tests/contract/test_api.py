"""What holds of every address of the API, and of what is written about it."""

import json
from pathlib import Path
from typing import Any

import pytest

from penstock.server import reference
from penstock.server.app import api, declared
from penstock.server.authority import PUBLIC_PATHS

ROOT = Path(__file__).parents[2]
DOCUMENT = api().openapi()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
CREATING = (
    "POST /api/v1/connections",
    "POST /api/v1/flows",
    "POST /api/v1/flows/{name}/runs",
    "POST /api/v1/runs",
)
LISTS = (
    "GET /api/v1/connections",
    "GET /api/v1/flows",
    "GET /api/v1/flows/{name}/versions",
    "GET /api/v1/runs",
    "GET /api/v1/runs/{run_id}/files",
    "GET /api/v1/cards",
    "GET /api/v1/users",
    "GET /api/v1/sessions",
    "GET /api/v1/tokens",
    "GET /api/v1/audit",
)


def parameters(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ())}


def test_openapi_document_is_current() -> None:
    written = json.loads((ROOT / "docs/openapi.json").read_text())
    assert written == DOCUMENT, "the API has changed: run `python scripts/docs.py` if it should"


def test_reference_is_current() -> None:
    written = (ROOT / "docs/reference/api.md").read_text()
    assert written == reference.reference_page(DOCUMENT), "run `python scripts/docs.py`"


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_address_says_what_it_is(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    for parameter in operation.get("parameters", ()):
        if parameter["in"] != "path":
            assert parameter.get("description"), parameter["name"]


def test_operation_ids_are_one_each() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", CREATING)
def test_what_creates_takes_an_idempotency_key(name: str) -> None:
    assert "Idempotency-Key" in parameters(OPERATIONS[name])


@pytest.mark.parametrize("name", LISTS)
def test_lists_have_cursors(name: str) -> None:
    assert {"limit", "cursor"} <= parameters(OPERATIONS[name])


@pytest.mark.parametrize("name", OPERATIONS)
def test_errors_are_problem_documents(name: str) -> None:
    for status, response in OPERATIONS[name]["responses"].items():
        if status.startswith(("4", "5")):
            assert list(response["content"]) == ["application/problem+json"], (name, status)


def test_no_answer_has_a_field_for_a_secret() -> None:
    text = json.dumps(DOCUMENT["components"]["schemas"]).lower()
    for word in ("secret_access_key", "session_token", "access_key_id"):
        assert word not in text


def test_each_address_declares_what_it_needs() -> None:
    undeclared = [f"{method} {path}" for path, method, needs in declared() if not needs]
    assert undeclared == [], "put @needs(...) of penstock.server.authority under the router's line"
    assert {f"{method.upper()} {path}" for path, method, _ in declared()} == set(OPERATIONS)


def test_what_is_public_is_named_at_the_gate() -> None:
    assert {path for path, _, needs in declared() if "public" in needs} == PUBLIC_PATHS


def test_what_changes_something_needs_more_than_reading() -> None:
    questions = {
        "/api/v1/flows/check",
        "/api/v1/flows/draft",
        "/api/v1/flows/excerpt",
        "/api/v1/policies/for",
        "/api/v1/iam/evaluate",
        "/api/v1/iam/explain",
        "/api/v1/iam/explain-denial",
        "/api/v1/iam/lint",
    }
    for path, method, needs in declared():
        if method != "get" and path not in questions:
            assert set(needs) - {"read"}, (method, path)
