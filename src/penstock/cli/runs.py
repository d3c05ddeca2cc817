"""`penstock runs`: what ran, how it went, and its files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.failures import denial_of, write_statement
from penstock.cli.session import Session

app = typer.Typer(help="Runs of flows, and their files.", no_args_is_help=True)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")]


class Status(StrEnum):
    """What a run may be."""

    queued = "queued"
    running = "running"
    succeeded = "succeeded"
    failed = "failed"
    cancelled = "cancelled"


@command(app, "list")
def list_runs(
    session: Session,
    flow: Annotated[str | None, typer.Option("--flow", help="Only of this flow.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only with this one.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 50,
) -> None:
    """List runs, newest first."""
    from itertools import islice  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        state = status.value if status else None
        pages = client.items("runs", flow=flow, status=state, limit=min(limit, 1000))
        found = list(islice(pages, limit))
    rows = (
        (
            each["id"],
            each["flow"],
            f"test of {each['tested']}" if each["tested"] else each["version"] or "",
            output.status(each["status"]),
            output.when(each["created_at"]),
            (each["error"] or {}).get("message", ""),
        )
        for each in found
    )
    if not found:
        session.say("There are no such runs.")
    columns = ("RUN", "FLOW", "VERSION", "STATUS", "CREATED", "ERROR")
    session.answer(found, output.table(columns, rows) if found else "")


@command(app, "show")
def show(session: Session, run_id: RunId) -> None:
    """Show a run and what each of its cards did."""
    with session.client() as client:
        found = client.get("runs", run_id)
    session.answer(found, run_view(found))
    if not session.json:
        write_statement(denial_of(found["error"]))


@command(app, "events")
def events(
    session: Session,
    run_id: RunId,
    after: Annotated[int, typer.Option("--after", min=0, help="Only those numbered higher.")] = 0,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Wait for more until the run ends.")
    ] = False,
) -> None:
    """Print a run's event log, a line each; with --json a JSON object a line."""
    import json  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    def show_event(each: dict[str, Any]) -> None:
        if session.json:
            output.result(output.json_text(each))
            return
        place = output.plain(each["card"] or "")
        told = json.dumps(each["data"], ensure_ascii=False) if each["data"] else ""
        output.result(
            f"{each['seq']:>5}  {output.when(each['at'])}  {each['type']:<15} {place}  {told}"
        )

    with session.client(worker=follow) as client:
        if follow:
            for name, data in client.events("GET", "runs", run_id, "events", after=after):
                if name == "event":
                    show_event(data)
            return
        while page := client.get("runs", run_id, "events", after=after, limit=1000):
            for each in page:
                show_event(each)
            after = page[-1]["seq"]


@command(app, "cancel")
def cancel(session: Session, run_id: RunId) -> None:
    """Cancel a run, as soon as the card in flight can be left."""
    with session.client(worker=True) as client:
        found = client.post("runs", run_id, "cancel", body={})
    session.answer(found, run_view(found))


@command(app, "delete")
def delete(session: Session, run_id: RunId) -> None:
    """Delete a run that has ended, with its history and files, for good."""
    with session.client(worker=True) as client:
        client.delete("runs", run_id)
    session.answer({"deleted": run_id}, f"Deleted {run_id}.")


@command(app, "files")
def files(
    session: Session,
    run_id: RunId,
    download: Annotated[
        Path | None,
        typer.Option("--download", metavar="DIR", file_okay=False, help="Fetch them into DIR."),
    ] = None,
) -> None:
    """List the files that a run was given and its cards made, or fetch them."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = list(client.items("runs", run_id, "files"))
        if download is not None:
            download.mkdir(parents=True, exist_ok=True)
            for each in found:
                target = free_path(download, each["name"])
                client.download(target, "runs", run_id, "files", each["key"])
                each["path"] = str(target)
    rows = (
        (each.get("path") or each["name"], each["size"], each["content_type"] or "", each["key"])
        for each in found
    )
    if not found:
        session.say("This run has no files.")
    session.answer(found, output.table(("NAME", "BYTES", "TYPE", "KEY"), rows) if found else "")


def run_view(run: dict[str, Any]) -> Any:
    """A run as people read it."""
    from rich.console import Group  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    error = run["error"] or {}
    return Group(
        output.facts(
            (
                ("Run", run["id"]),
                ("Flow", run["flow"] + (f" version {run['version']}" if run["version"] else "")),
                ("Test", run["tested"] and f"only the card {run['tested']}"),
                ("Status", output.status(run["status"])),
                ("Started", output.when(run["started_at"])),
                ("Ended", output.when(run["ended_at"])),
                ("Error", error.get("message")),
                ("Hint", error.get("hint")),
                *(("Session", _session_line(each)) for each in run["sessions"]),
            )
        ),
        "",
        output.table(
            ("ID", "CARD", "STATUS", "SECONDS", "TRIES", "ERROR"),
            (
                (
                    each["id"],
                    each["card"],
                    output.status(each["status"]),
                    output.seconds(each["seconds"]),
                    each["attempts"] or "",
                    (each["error"] or {}).get("message", ""),
                )
                for each in run["cards"]
            ),
        ),
    )


def _session_line(session: dict[str, Any]) -> str | None:
    """What held a session, if it was not just what the flow declares."""
    if not session["narrowed"]:
        return f"{session['connection']}: not narrowed to the flow; it could do all the role may"
    if not session["coarsened"]:
        return None
    return f"{session['connection']}: narrowed, though broader: {'; '.join(session['coarsened'])}"


def free_path(folder: Path, name: str) -> Path:
    """A path in `folder` that is not taken. The name came from an object's key: only its last
    part counts, so that no file leaves the folder."""
    safe = Path(name.replace("\\", "/")).name.lstrip(".").replace("\0", "") or "file"
    target, number = folder / safe, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
    return target
