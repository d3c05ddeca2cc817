"""How errors are said."""

import json
from typing import Any

import pytest

from penstock.cli.failures import ApiProblem, exit_code, report
from penstock.cli.session import Session
from penstock.errors import (
    AccessDenied,
    AwsFault,
    ConnectionNotVerified,
    ConnectionUnsafe,
    DocumentInvalid,
    InternalFault,
    NotFound,
    PenstockError,
    Problem,
    Where,
)

HUMAN, PROGRAM = Session(), Session(json=True)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), 1),
        (DocumentInvalid("x"), 1),
        (InternalFault("x"), 1),
        (AccessDenied("x"), 3),
        (ConnectionNotVerified("x"), 3),
        (ConnectionUnsafe("x"), 3),
    ],
)
def test_exit_codes_are_the_error_trees(
    error: PenstockError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(error.code) == error.exit_code == code
    assert report(error, HUMAN) == code
    assert capsys.readouterr().out == ""


def test_a_person_is_told_what_where_hint_and_aws(capsys: pytest.CaptureFixture[str]) -> None:
    fault = AwsFault("s3", "GetObject", "AccessDenied", "no", 403, "request-1")
    error = AccessDenied(
        "Denied.", hint="Allow it.", where=Where(flow="f", card="c", line=3), aws=fault
    )
    report(error, HUMAN)
    said = capsys.readouterr().err
    for told in ("Denied.", "flow f, card c, line 3", "Allow it.", "GetObject", "request-1"):
        assert told in said


def test_each_problem_is_told_at_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (
        Problem("/a", "x", "First.", hint="Do this.", where=Where(line=1)),
        Problem("/b", "y", "Second.", where=Where(line=2), severity="warning"),
    )
    report(DocumentInvalid("Two problems.", problems=problems), HUMAN)
    said = capsys.readouterr().err
    for told in ("First.", "line 1", "Do this.", "Warning:", "Second.", "line 2"):
        assert told in said


def test_a_program_is_told_by_a_problem_document(capsys: pytest.CaptureFixture[str]) -> None:
    report(NotFound("None.", hint="Look."), PROGRAM)
    document = json.loads(capsys.readouterr().err)
    assert (document["status"], document["code"]) == (404, "not_found")
    assert (document["detail"], document["hint"]) == ("None.", "Look.")


def test_what_the_api_said_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, Any] = {"detail": "No.", "code": "access_denied", "extra": [1]}
    assert report(ApiProblem(document), PROGRAM) == 3
    assert json.loads(capsys.readouterr().err) == document


def test_what_nobody_foresaw_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(RuntimeError("inner detail"), HUMAN) == 1
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "inner detail" not in said
    assert "Traceback" not in said


def test_debug_shows_the_trace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    report(caught.value, Session(debug=True))
    assert "division by zero" in capsys.readouterr().err


def test_names_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    report(NotFound("no \x1b[31mred\x07"), HUMAN)
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "\\x1b[31mred" in said
