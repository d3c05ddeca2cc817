"""`/flows`: check, keep, read and delete flows; start their runs."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from penstock.catalog.policies import uses_of
from penstock.errors import Problem
from penstock.flows.repository import FlowVersion
from penstock.server.authority import needs
from penstock.server.bodies import (
    Checked,
    DraftedFlow,
    FlowDetail,
    FlowDraft,
    FlowSummary,
    FlowText,
    FlowToKeep,
    FoundProblem,
    NewRun,
    RunDetail,
)
from penstock.server.dependencies import Served, problems
from penstock.server.idempotency import IdempotencyKey, once
from penstock.server.paging import Cursor, Limit, Page, page_of
from penstock.server.starts import start_run

router = APIRouter(prefix="/flows", tags=["flows"])

Version = Annotated[int | None, Query(ge=1, description="Instead of the current version.")]


@router.get("", summary="List flows", responses=problems())
@needs("read")
def list_flows(served: Served, limit: Limit = 100, cursor: Cursor = None) -> Page[FlowSummary]:
    """The current version of each, by name."""
    summaries = [FlowSummary(**_summary(each)) for each in served.flows.list()]
    return page_of(summaries, lambda each: each.flow, limit=limit, cursor=cursor)


@router.post("/check", summary="Check a flow document", responses=problems())
@needs("read")
def check(body: FlowText, served: Served) -> Checked:
    """All problems, each at its place; keeps nothing."""
    found = served.flows.check(body.text)
    return Checked(
        ok=all(each.severity != "error" for each in found),
        problems=[_problem(each) for each in found],
    )


@router.post("/draft", summary="Read or write a flow document", responses=problems())
@needs("read")
def draft(body: FlowDraft, served: Served) -> DraftedFlow:
    """What a text says as a document, or the text of a document, with all problems.

    With both, the text as it was written wherever it still says the same. Keeps nothing.
    """
    found = served.flows.draft(body.text, body.document)
    return DraftedFlow(
        ok=all(each.severity != "error" for each in found.problems),
        problems=[_problem(each) for each in found.problems],
        text=found.text,
        document=None if found.document is None else dict(found.document),
    )


@router.post(
    "", summary="Keep a flow", status_code=201, response_model=FlowDetail, responses=problems(409)
)
@needs("write")
def apply(body: FlowToKeep, served: Served, key: IdempotencyKey = None) -> Response:
    """As the flow's next version; 200 and the current version if that is the same text.

    With `based_on`, 409 if another version has been saved since.
    """

    def create() -> tuple[FlowDetail, int, str]:
        before = datetime.now(UTC)
        kept = served.flows.apply(body.text, based_on=body.based_on)
        status = 201 if kept.saved_at >= before else 200
        return _detail(kept), status, f"/api/v1/flows/{kept.flow}?version={kept.version}"

    return once(served.answers, key, "POST flows", body, create)


@router.get("/{name}", summary="Show a flow", responses=problems(404))
@needs("read")
def show(name: str, served: Served, version: Version = None) -> FlowDetail:
    """One version with its text and document."""
    return _detail(served.flows.get(name, version))


@router.get("/{name}/versions", summary="List a flow's versions", responses=problems(404))
@needs("read")
def versions(
    name: str, served: Served, limit: Limit = 100, cursor: Cursor = None
) -> Page[FlowSummary]:
    """Newest first."""
    found = [FlowSummary(**_summary(each)) for each in served.flows.versions(name)]
    return page_of(found, lambda each: f"{10**9 - each.version:010}", limit=limit, cursor=cursor)


@router.get(
    "/{name}/export",
    summary="A flow as YAML",
    response_class=PlainTextResponse,
    responses=problems(404),
)
@needs("read")
def export(name: str, served: Served, version: Version = None) -> Response:
    """Just as it was written, comments included."""
    return PlainTextResponse(served.flows.export(name, version), media_type="application/yaml")


@router.delete("/{name}", summary="Delete a flow", status_code=204, responses=problems(404))
@needs("write")
def delete(name: str, served: Served) -> None:
    """With all its versions. Its runs stay: each holds its own document."""
    served.flows.delete(name)


@router.post(
    "/{name}/runs",
    summary="Start a run of a flow",
    status_code=201,
    response_model=RunDetail,
    responses=problems(403, 404),
)
@needs("run")
def run(name: str, body: NewRun, served: Served, key: IdempotencyKey = None) -> Response:
    """200 and the unfinished run of the same deduplication key, if there is one."""

    def create() -> tuple[RunDetail, int, str]:
        kept = served.flows.get(name, body.version)
        return start_run(
            served,
            kept.document,
            version=kept.version,
            inputs=body.inputs,
            texts=body.input_texts,
            deduplication_key=body.deduplication_key or (key and f"idempotency:{key}"),
        )

    return once(served.answers, key, f"POST flows/{name}/runs", body, create)


def _summary(kept: FlowVersion) -> dict[str, Any]:
    return {
        "flow": kept.flow,
        "version": kept.version,
        "title": kept.document.title,
        "description": kept.document.description,
        "cards": sum(1 for _ in uses_of(kept.document)),
        "connections": list(kept.connections),
        "saved_at": kept.saved_at.isoformat(),
    }


def _detail(kept: FlowVersion) -> FlowDetail:
    document = kept.document.model_dump(mode="json", exclude_defaults=True)
    return FlowDetail(**_summary(kept), text=kept.text, document=document)


def _problem(found: Problem) -> FoundProblem:
    return FoundProblem.model_validate(found.as_dict())
