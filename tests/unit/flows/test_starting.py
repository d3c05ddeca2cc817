"""What a flow begins with: values asked for, and the facts of the run."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from penstock.catalog.files import File
from penstock.errors import InvalidInput
from penstock.flows.document import FlowDocument
from penstock.flows.starting import (
    RUN,
    SCHEMAS,
    input_problems,
    known_values,
    run_values,
    start_type,
    start_values,
)
from penstock.flows.types import Type


def asking(**inputs: Any) -> FlowDocument:
    return FlowDocument.model_validate({"flow": "a", "start": {"inputs": inputs}})


FILE = {"key": "k", "name": "n", "size": 1}


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "12", "12"),
        ("text", "", ""),
        ("number", 1.5, 1.5),
        ("number", "12", 12),
        ("boolean", "true", True),
        ("boolean", False, False),
        ("date-time", "2026-01-31T10:00:00+01:00", "2026-01-31T09:00:00Z"),
        ("object", '{"a": 1}', {"a": 1}),
        ("list", [1], [1]),
        ("list", "[1]", [1]),
        ("file", {"upload": "u"}, {"upload": "u"}),
        ("file", '{"upload": "u"}', {"upload": "u"}),
        ("file", {"run": "r", "key": "start.1"}, {"run": "r", "key": "start.1"}),
    ],
)
def test_a_value_is_taken_as_its_type(kind: str, given: Any, value: Any) -> None:
    document = asking(x={"type": kind})
    assert start_values(document, {"x": given}) == {"x": value}
    assert type(start_values(document, {"x": given})["x"]) is type(value)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 12),
        ("text", True),
        ("number", "twelve"),
        ("number", "1e999"),
        ("number", "NaN"),
        ("number", True),
        ("number", "true"),
        ("boolean", 1),
        ("boolean", "yes"),
        ("date-time", "2026-01-31"),
        ("date-time", "2026-01-31T10:00:00"),
        ("date-time", "20260131"),
        ("date-time", 1),
        ("object", "[]"),
        ("list", "[" * 100_000),
        ("list", {}),
        ("file", "k"),
        ("file", {"key": "k"}),
        ("file", FILE),
        ("file", {"path": "/etc/passwd"}),
        ("file", "/etc/passwd"),
        ("file", {"upload": ""}),
        ("file", {"upload": 1}),
        ("file", {"upload": "u", "run": "r", "key": "k"}),
        ("file", {"run": "r"}),
        ("file", ["u"]),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, given: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        start_values(asking(x={"type": kind, "help": "As it says."}), {"x": given})
    (problem,) = caught.value.problems
    assert (problem.code, problem.pointer, problem.where.field) == ("wrong_type", "/x", "x")
    assert problem.hint == "As it says."


def test_what_a_file_is_given_as_is_said() -> None:
    with pytest.raises(InvalidInput, match=r"an upload.*or a file of an earlier run") as caught:
        start_values(asking(x={"type": "file"}), {"x": "report.csv"})
    assert "POST /api/v1/uploads" in str(caught.value.hint)


def test_a_file_has_no_default_and_is_no_secret() -> None:
    document = asking(x={"type": "file", "default": {"upload": "u"}, "secret": True})
    found = [(one.code, one.pointer, one.message) for one in input_problems(document)]
    assert found == [
        ("secret_file", "/start/inputs/x/secret", "A file cannot be secret."),
        ("wrong_type", "/start/inputs/x/default", "A file has no default."),
    ]


def test_all_problems_come_at_once() -> None:
    document = asking(bucket={}, count={"type": "number"}, note={"required": False})
    with pytest.raises(InvalidInput) as caught:
        start_values(document, {"bukket": "a", "count": "x"})
    assert [(one.code, one.where.field, one.hint) for one in caught.value.problems] == [
        ("unknown_field", "bukket", "Did you mean `bucket`?"),
        ("missing", "bucket", None),
        ("wrong_type", "count", None),
    ]
    assert caught.value.message == "The flow has no input `bukket`. (2 more)"


def test_what_is_not_given_has_its_default() -> None:
    document = asking(
        a={"default": "x"}, b={"required": False}, c={"type": "boolean", "default": False}
    )
    assert start_values(document, {}) == {"a": "x", "b": None, "c": False}
    assert start_values(document, {"a": None}) == {"a": "x", "b": None, "c": False}


def test_types_follow_from_what_is_asked() -> None:
    start = start_type(asking(a={"type": "number"}, b={"required": False}, c={"type": "file"}))
    assert str(start.at(("a",))) == "a number"
    assert str(start.at(("b",))) == "text or null"
    assert str(start.at(("c", "size"))) == "a number"
    assert start.at(("d",)) is None


def test_the_run_is_what_its_schema_says() -> None:
    started = datetime(2026, 2, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    values = run_values("r1", "tidy", None, started)
    assert values == {
        "id": "r1",
        "flow": "tidy",
        "version": 0,
        "started_at": "2026-01-31T23:30:00Z",
        "date": "2026-01-31",
    }
    assert tuple(values) == RUN.names()
    assert run_values("r", "f", 3, datetime(2026, 1, 1, tzinfo=UTC))["version"] == 3


def test_a_file_here_is_the_catalog_s_file() -> None:
    mine, theirs = Type.of(SCHEMAS["file"]), Type.of(File.model_json_schema())
    assert (mine.names(), mine.required()) == (theirs.names(), theirs.required())
    assert mine.kinds == theirs.kinds == {"file"}


def test_what_is_not_given_is_not_known() -> None:
    document = asking(a={}, b={"default": "d"}, c={"required": False}, n={"type": "number"})
    assert known_values(document, {"n": "1"}) == {"b": "d", "c": None, "n": 1}
    with pytest.raises(InvalidInput):
        known_values(document, {"other": 1})
    with pytest.raises(InvalidInput):
        known_values(document, {"n": "one"})
