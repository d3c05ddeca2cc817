"""`/flows`: check, keep, read and delete flows; start their runs."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from penstock.catalog.policies import uses_of
from penstock.errors import Problem
from penstock.flows.repository import FlowChange, FlowVersion, KeptFlow
from penstock.server.application import Application
from penstock.server.authority import Asking, Visiting, needs, username_of
from penstock.server.bodies import (
    Checked,
    DraftedFlow,
    FlowDetail,
    FlowDraft,
    FlowSummary,
    FlowsUpdate,
    FlowText,
    FlowToKeep,
    FlowUpdate,
    FlowVersionSummary,
    FolderMove,
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
def list_flows(
    served: Served,
    *,
    folder: Annotated[
        str | None, Query(max_length=400, description="Only in this folder, or one inside it.")
    ] = None,
    enabled: Annotated[bool | None, Query(description="Only those that are on, or off.")] = None,
    owner: Annotated[str | None, Query(description="Only of this user.")] = None,
    connection: Annotated[
        str | None, Query(description="Only those with this connection, by nickname.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[FlowSummary]:
    """The current version of each, by name."""
    found = served.flows.list(folder=folder, enabled=enabled, owner=owner, connection=connection)
    summaries = [_kept(each) for each in found]
    return page_of(summaries, lambda each: each.flow, limit=limit, cursor=cursor)


@router.patch(
    "", summary="Move flows, turn them on or off, or give them away", responses=problems(404)
)
@needs("write")
def change_all(body: FlowsUpdate, served: Served, visit: Visiting) -> list[FlowSummary]:
    """All of them, or none. Runs under way end as they were started."""
    visit.detail = {**_said(body), "flows": ", ".join(body.flows)}
    changed = served.flows.change_all(body.flows, _change(body))
    return [_kept(each) for each in changed]


@router.post("/move", summary="Move or rename a folder", responses=problems(404))
@needs("write")
def move_folder(body: FolderMove, served: Served, visit: Visiting) -> list[FlowSummary]:
    """Every flow in it, and in those inside it; gives these flows. An empty `to` is the top."""
    visit.detail = {"folder": body.folder, "to": body.to}
    return [_kept(each) for each in served.flows.move_folder(body.folder, body.to)]


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
def apply(body: FlowToKeep, served: Served, caller: Asking, key: IdempotencyKey = None) -> Response:
    """As the flow's next version; 200 and the current version if that is the same text.

    With `based_on`, 409 if another version has been saved since.
    """

    def create() -> tuple[FlowDetail, int, str]:
        before = datetime.now(UTC)
        kept = served.flows.apply(body.text, based_on=body.based_on, saved_by=username_of(caller))
        status = 201 if kept.saved_at >= before else 200
        return _detail(served, kept), status, f"/api/v1/flows/{kept.flow}?version={kept.version}"

    return once(served.answers, key, "POST flows", body, create)


@router.get("/{name}", summary="Show a flow", responses=problems(404))
@needs("read")
def show(name: str, served: Served, version: Version = None) -> FlowDetail:
    """One version with its text and document."""
    return _detail(served, served.flows.get(name, version))


@router.patch(
    "/{name}", summary="Move a flow, turn it on or off, or give it away", responses=problems(404)
)
@needs("write")
def change(name: str, body: FlowUpdate, served: Served, visit: Visiting) -> FlowSummary:
    """Runs under way end as they were started; no new one starts while it is off."""
    visit.detail = _said(body)
    return _kept(served.flows.change(name, _change(body)))


@router.get("/{name}/versions", summary="List a flow's versions", responses=problems(404))
@needs("read")
def versions(
    name: str, served: Served, limit: Limit = 100, cursor: Cursor = None
) -> Page[FlowVersionSummary]:
    """Newest first."""
    found = [FlowVersionSummary(**_summary(each)) for each in served.flows.versions(name)]
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
    responses=problems(403, 404, 409),
)
@needs("run")
def run(
    name: str, body: NewRun, served: Served, caller: Asking, key: IdempotencyKey = None
) -> Response:
    """200 and the unfinished run of the same deduplication key, if there is one.

    409 (`flow_off`) while the flow is off.
    """

    def create() -> tuple[RunDetail, int, str]:
        kept = served.flows.get(name, body.version)
        return start_run(
            served,
            kept.document,
            caller=caller,
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
        "saved_by": kept.saved_by,
    }


def _place(kept: KeptFlow) -> dict[str, Any]:
    return {
        "folder": kept.folder,
        "enabled": kept.enabled,
        "owner": kept.owner,
        "created_at": kept.created_at.isoformat(),
    }


def _kept(kept: KeptFlow) -> FlowSummary:
    return FlowSummary(**_summary(kept.current), **_place(kept))


def _detail(served: Application, version: FlowVersion) -> FlowDetail:
    place = _place(served.flows.kept(version.flow))
    document = version.document.model_dump(mode="json", exclude_defaults=True)
    return FlowDetail(**_summary(version), **place, text=version.text, document=document)


def _change(body: FlowUpdate) -> FlowChange:
    return FlowChange(folder=body.folder, enabled=body.enabled, owner=body.owner)


def _said(body: FlowUpdate) -> dict[str, Any]:
    return body.model_dump(include={"folder", "enabled", "owner"}, exclude_none=True)


def _problem(found: Problem) -> FoundProblem:
    return FoundProblem.model_validate(found.as_dict())
