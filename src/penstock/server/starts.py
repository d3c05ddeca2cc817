"""Starting a run, and saying whether it is a new one or an unfinished one taken up again."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from penstock.access.model import Caller
from penstock.errors import InternalFault, InvalidInput, Where
from penstock.flows.document import FlowDocument
from penstock.flows.reading import document_invalid, read_flow
from penstock.flows.starting import read_value
from penstock.server.application import Application
from penstock.server.authority import require
from penstock.server.bodies import RunDetail

_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "list": list,
    "file": dict,
}
_SUCH_AS: Final = {
    "number": "3",
    "boolean": "true",
    "object": """'{"a": 1}'""",
    "list": "'[1, 2]'",
    "file": "@path/to/file",
}


def sound_document(application: Application, text: str) -> FlowDocument:
    """The document that `text` says.

    Raises:
        DocumentInvalid: it has problems that are errors.
    """
    problems = application.flows.check(text)
    if any(each.severity == "error" for each in problems):
        raise document_invalid(problems)
    return read_flow(text).document


def start_run(
    application: Application,
    document: FlowDocument,
    *,
    caller: Caller,
    version: int | None,
    inputs: dict[str, Any],
    texts: dict[str, str],
    deduplication_key: str | None,
    tested: str | None = None,
) -> tuple[RunDetail, int, str]:
    """The run, 201 for a new one or 200 for an unfinished one of that key, and its address.

    Raises:
        FlowOff: the flow of that name is off.
        InvalidInput: inputs that the flow does not take.
        ScopeMissing: a file of an earlier run is given by who may not read runs.
        ConnectionNotVerified, ConnectionUnsafe: a card's connection may not be used.
    """
    if not application.worker:
        raise InternalFault("This process does not execute runs.")
    inputs = typed_inputs(document, inputs, texts)
    require_files(caller, document, inputs)
    before = datetime.now(UTC)
    run = application.runs.start(
        document,
        version=version,
        inputs=inputs,
        deduplication_key=deduplication_key,
        tested=tested,
    )
    resumed = run.created_at < before
    found = RunDetail(**dict(run), cards=list(application.runs.card_runs(run.id)), resumed=resumed)
    return found, 200 if resumed else 201, f"/api/v1/runs/{run.id}"


def require_files(caller: Caller, document: FlowDocument, inputs: dict[str, Any]) -> None:
    """Raises ScopeMissing if files of earlier runs are given by who may not read these."""
    for name, asked in document.start.inputs.items():
        if asked.type != "file" or inputs.get(name) is None:
            continue
        try:
            value = read_value("file", inputs[name])
        except ValueError:
            # No file at all: the engine says so.
            continue
        if isinstance(value, dict) and "run" in value:
            require(caller, "read")


def typed_inputs(
    document: FlowDocument, inputs: dict[str, Any], texts: dict[str, str]
) -> dict[str, Any]:
    """All inputs, the texts read as the types that the flow declares. Raises InvalidInput."""
    return inputs | {name: _typed(document, name, text) for name, text in texts.items()}


def _typed(document: FlowDocument, name: str, text: str) -> Any:
    declared = document.start.inputs.get(name)
    # An input that the flow does not take is for the engine to refuse.
    kind = declared.type if declared else "text"
    if kind in {"text", "date-time"}:
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, _TYPES[kind]) or (kind == "number" and isinstance(value, bool)):
        said = "what was given" if declared and declared.secret else repr(text)
        raise InvalidInput(
            f"The input {name} is a {kind}, which {said} is not.",
            hint=f"Such as --input {name}={_SUCH_AS[kind]}",
            where=Where(flow=document.flow, field=f"start.{name}"),
        )
    return value
