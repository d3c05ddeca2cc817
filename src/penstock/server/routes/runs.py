"""`/runs`: start, list, show, follow and cancel runs; their files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from penstock.engine.model import Activity, Event, ListedRun, RunStatus
from penstock.errors import InvalidInput, NotFound, Where
from penstock.server import streams
from penstock.server.authority import Asking, needs
from penstock.server.bodies import NewDocumentRun, RunDetail, RunFile, RunSummary
from penstock.server.dependencies import Accept, Served, problems
from penstock.server.idempotency import IdempotencyKey, once
from penstock.server.paging import Cursor, Limit, Page, cursor_of, key_of
from penstock.server.starts import sound_document, start_run

router = APIRouter(prefix="/runs", tags=["runs"])

_CHUNK = 256 * 1024
_MOST_STEPS = 1000

Since = Annotated[datetime | None, Query(description="Started then or later; UTC if it says none.")]
Until = Annotated[datetime | None, Query(description="Started before; UTC if it says none.")]


@router.post(
    "",
    summary="Start a run of a document",
    status_code=201,
    response_model=RunDetail,
    responses=problems(403, 409),
)
@needs("run", "write")
def start(
    body: NewDocumentRun, served: Served, caller: Asking, key: IdempotencyKey = None
) -> Response:
    """Check the document and run it, without keeping it as a flow; with `card`, only that card.

    200 and the unfinished run of the same deduplication key, if there is one. 409 (`flow_off`)
    if there is a flow of its name that is off.
    """

    def create() -> tuple[RunDetail, int, str]:
        if body.card is None:
            document = sound_document(served, body.text)
        else:
            document = served.flows.excerpt(body.text, body.card).document
        return start_run(
            served,
            document,
            caller=caller,
            version=None,
            inputs=body.inputs,
            texts=body.input_texts,
            deduplication_key=body.deduplication_key or (key and f"idempotency:{key}"),
            tested=body.card,
        )

    return once(served.answers, key, "POST runs", body, create)


@router.get("", summary="List runs", responses=problems())
@needs("read")
def list_runs(
    served: Served,
    *,
    flow: Annotated[str | None, Query(description="Only of this flow.")] = None,
    status: Annotated[RunStatus | None, Query(description="Only with this status.")] = None,
    connection: Annotated[
        str | None, Query(description="Only with this connection: its nickname or id.")
    ] = None,
    text: Annotated[
        str | None,
        Query(max_length=200, description="In flow, title, inputs or error; or how its id begins."),
    ] = None,
    since: Since = None,
    until: Until = None,
    tests: Annotated[
        bool | None, Query(description="Only tests of one card, or only runs of whole flows.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RunSummary]:
    """Newest first."""
    found = list(
        served.runs.list(
            flow=flow,
            status=status,
            connection=_connection_id(served, connection),
            text=text,
            since=_aware(since),
            until=_aware(until),
            tests=tests,
            limit=limit + 1,
            before=key_of(cursor),
        )
    )
    page = [_summary(each) for each in found[:limit]]
    return Page(items=page, next_cursor=cursor_of(page[-1].id) if len(found) > limit else None)


@router.get("/latest", summary="List each flow's newest run", responses=problems())
@needs("read")
def latest(served: Served) -> list[RunSummary]:
    """By the flows' names; flows that never ran, or are not kept any more, have none here.

    Tests of one card are no runs of the flow.
    """
    return [_summary(each) for each in served.runs.latest()]


@router.get("/activity", summary="Count runs over time", responses=problems())
@needs("read")
def activity(
    served: Served,
    since: Annotated[datetime, Query(description="Where the first step begins.")],
    until: Until = None,
    step: Annotated[
        int, Query(ge=60, le=31 * 86_400, description="Seconds; at most 1,000 steps.")
    ] = 3_600,
) -> list[Activity]:
    """How many were started in each step, by their state; no tests of one card.

    Steps without a run are left out.
    """
    begin, end = _utc(since), _aware(until) or datetime.now(UTC)
    if (end - begin) > _MOST_STEPS * timedelta(seconds=step):
        raise InvalidInput(
            f"There are more than {_MOST_STEPS:,} steps of {step:,} seconds in that time.",
            hint="Ask for longer steps, or for less time.",
            where=Where(field="step"),
        )
    return list(served.runs.activity(since=begin, until=end, step=timedelta(seconds=step)))


@router.get("/{run_id}", summary="Show a run", responses=problems(404))
@needs("read")
def show(run_id: str, served: Served) -> RunDetail:
    """With what each of its cards did."""
    run = served.runs.get(run_id)
    cards, sessions = served.runs.history(run_id)
    return RunDetail(**dict(run), cards=list(cards), sessions=list(sessions))


@router.post("/{run_id}/cancel", summary="Cancel a run", responses=problems(404, 409))
@needs("run")
def cancel(run_id: str, served: Served) -> RunDetail:
    """Takes effect when the card in flight can be left; what was done stays done."""
    served.runs.cancel(run_id)
    return show(run_id, served)


@router.delete("/{run_id}", summary="Delete a run", status_code=204, responses=problems(404, 409))
@needs("write")
def delete(run_id: str, served: Served) -> None:
    """With its history and files, for good. 409 if it has not ended."""
    served.removal.remove(run_id)


@router.get(
    "/{run_id}/events",
    summary="A run's event log",
    response_model=list[Event],
    responses=problems(404),
)
@needs("read")
def events(
    run_id: str,
    served: Served,
    *,
    after: Annotated[int, Query(ge=0, description="Only events numbered higher.")] = 0,
    limit: Limit = 1000,
    accept: Accept = None,
    last_event_id: Annotated[
        int | None, Header(ge=0, description="What a browser sends when it comes back.")
    ] = None,
) -> list[Event] | Response:
    """As JSON, or with `Accept: text/event-stream` as it grows until the run ends.

    `Last-Event-ID`, which browsers send when they come back, counts as `after`.
    """
    served.runs.get(run_id)
    after = last_event_id if last_event_id is not None else after
    if streams.wants_events(accept):
        return streams.response(streams.run_events(served.runs, run_id, after))
    return list(served.runs.events(run_id, after, limit))


@router.get("/{run_id}/files", summary="List a run's files", responses=problems(404))
@needs("read")
def files(run_id: str, served: Served, limit: Limit = 100, cursor: Cursor = None) -> Page[RunFile]:
    """What it was given, and what its cards downloaded or made, by key."""
    served.runs.get(run_id)
    after = key_of(cursor) or ""
    found = sorted(served.runs.files(run_id), key=lambda each: each.key)
    rest = [RunFile.model_validate(each.model_dump()) for each in found if each.key > after]
    more = cursor_of(rest[limit - 1].key) if len(rest) > limit else None
    return Page(items=rest[:limit], next_cursor=more)


@router.get(
    "/{run_id}/files/{key:path}",
    summary="Download a file of a run",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "Its bytes."},
        **problems(404),
    },
)
@needs("read")
def download(run_id: str, key: str, served: Served) -> StreamingResponse:
    """Always as an attachment: what it holds comes from elsewhere."""
    served.runs.get(run_id)
    found = next((each for each in served.runs.files(run_id) if each.key == key), None)
    if found is None:
        raise NotFound(
            f"Run {run_id} has no file {key}.", hint=f"See `penstock runs files {run_id}`."
        )
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return StreamingResponse(
        _chunks(served.runs.open_file(run_id, key)),
        media_type="application/octet-stream",
        headers=headers,
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _connection_id(served: Served, reference: str | None) -> str | None:
    """Runs hold ids. One that is gone can still be asked for as the runs knew it."""
    if reference is None:
        return None
    try:
        return served.connections.get(reference).id
    except NotFound:
        return reference


def _aware(moment: datetime | None) -> datetime | None:
    return moment and _utc(moment)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _summary(run: ListedRun) -> RunSummary:
    dumped: dict[str, Any] = run.model_dump(mode="json")
    return RunSummary.model_validate(dumped | {"connections": [*run.connections]})
