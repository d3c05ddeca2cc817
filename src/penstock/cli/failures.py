"""How a command says that it failed: what happened, where, and what to do about it."""

import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from penstock.cli.session import Session

_TARGETS = {
    "role": "to a policy of the role",
    "session": "nothing to the role: this is what the flow's cards do not declare",
    "boundary": "to the role's permissions boundary",
    "bucket": "to the bucket's policy",
    "key": "to the KMS key's policy",
    "resource": "to the resource's policy",
    "trust": "to the role's trust policy",
    "platform": "to a policy of Penstock's own identity",
    "organization": "to the organization's policy",
    "vpc_endpoint": "to the VPC endpoint's policy",
}
REFUSED = frozenset(
    {
        "refused",
        "connection_not_verified",
        "connection_unsafe",
        "access_denied",
        "scope_missing",
        "link_invalid",
        "sign_in_required",
        "sign_in_failed",
    }
)


_SEVERITIES = {
    "error": ("Error:", "red"),
    "warning": ("Warning:", "yellow"),
    "info": ("Note:", "dim"),
}


class ApiProblem(Exception):
    """The API answered with a problem document."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document.get("detail", ""))
        self.document = document


def exit_code(code: str | None) -> int:
    """The exit code that an error's `code` stands for."""
    return 3 if code in REFUSED else 1


def report(error: Exception, session: "Session") -> int:
    """Say it on stderr (with `--json` as a problem document); gives the exit code.

    What nobody foresaw is one line, and a trace with `--debug`.
    """
    document = _document(error)
    if session.debug and document["code"] == "internal_fault":
        traceback.print_exception(error)
    write(document, as_json=session.json)
    return exit_code(document["code"])


def report_usage(wrong: "typer.TyperException") -> None:
    """Say on stderr, as a problem document, that the command was mistyped."""
    write(
        {
            "type": "about:blank",
            "title": "Usage",
            "status": 400,
            "detail": wrong.format_message(),
            "code": "usage",
            "hint": "See `penstock --help`.",
        },
        as_json=True,
    )


def write(document: dict[str, Any], *, as_json: bool) -> None:
    """The problem document on stderr."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    if as_json:
        sys.stderr.write(output.json_text(document, indent=2) + "\n")
        return
    problems = document.get("problems") or ()
    for line in _lines(document, problems):
        output.remark(*line)
    write_statement(denial_of(document))


def denial_of(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """How an error says that AWS denied something, if it does."""
    found = ((error or {}).get("details") or {}).get("denial")
    return found if isinstance(found, dict) else None


def write_statement(denial: dict[str, Any] | None) -> None:
    """What to add so that it is not denied, on stderr, ready to paste; nothing if that is not
    known, or would not help."""
    if not denial or not denial.get("statement"):
        return
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    target = _TARGETS.get(denial.get("place", ""), "where it is missing")
    output.remark(*_labelled("Add:", target))
    output.block(output.json_text(denial["statement"], indent=2))


def write_problems(problems: Any) -> None:
    """The findings of a check on stderr, each at its place."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    for line in _findings(problems):
        output.remark(*line)


def _lines(document: dict[str, Any], problems: Any) -> list[list[Any]]:
    lines = [_labelled("Error:", document["detail"], "bold red")]
    told = len(problems) == 1 and problems[0]["message"] in document["detail"]
    if problems and not told:
        return lines + _findings(problems)
    if place := place_of(document.get("where")):
        lines.append(_labelled("Where:", place))
    if document.get("hint"):
        lines.append(_labelled("Hint:", document["hint"]))
    if aws := document.get("aws"):
        request = f", request {aws['request_id']}" if aws.get("request_id") else ""
        lines.append(_labelled("AWS:", f"{aws['operation']} answered {aws['code']}{request}"))
    return lines


def _findings(problems: Any) -> list[list[Any]]:
    lines = []
    for each in problems:
        label, style = _SEVERITIES.get(each.get("severity"), _SEVERITIES["error"])
        lines.append(_labelled(label, each["message"], style))
        if place := place_of(each.get("where")):
            lines.append(_labelled("Where:", place))
        if each.get("hint"):
            lines.append(_labelled("Hint:", each["hint"]))
    return lines


def _labelled(label: str, text: str, style: str = "dim") -> list[Any]:
    from rich.text import Text  # noqa: PLC0415 - see `write`

    return [Text(f"{label:>8}", style=style), text]


def place_of(where: dict[str, Any] | None) -> str:
    """A `where` as people read it."""
    return ", ".join(f"{name} {value}" for name, value in (where or {}).items())


def _document(error: Exception) -> dict[str, Any]:
    from penstock.errors import PenstockError  # noqa: PLC0415 - only on the way out

    if isinstance(error, ApiProblem):
        return error.document
    if isinstance(error, PenstockError):
        said = error.as_dict()
        return {
            "type": f"urn:penstock:problem:{error.code}",
            "title": (type(error).__doc__ or "").splitlines()[0],
            "status": error.status,
            "detail": said.pop("message"),
            **said,
        }
    return {
        "type": "urn:penstock:problem:internal_fault",
        "title": "Penstock has a defect: please report this.",
        "status": 500,
        "detail": f"Something unexpected happened ({type(error).__name__}).",
        "code": "internal_fault",
        "hint": "Again with --debug to see where; please report it.",
    }
