"""`penstock retention`: how long ended runs and the audit log are kept."""

from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

app = typer.Typer(help="How long ended runs and the audit log are kept.", no_args_is_help=True)

_FOREVER = "forever"
_NAMES = ("runs_days", "failed_days", "audit_days")

Runs = Annotated[
    str | None,
    typer.Option("--runs", metavar="DAYS", help="Of runs that did not fail: days, or forever."),
]
Failed = Annotated[
    str | None,
    typer.Option("--failed", metavar="DAYS", help="Of runs that failed: days, or forever."),
]
Audit = Annotated[
    str | None,
    typer.Option("--audit", metavar="DAYS", help="Of the audit log: 90 days or more, or forever."),
]


@command(app, "show")
def show(session: Session) -> None:
    """Show how long things are kept, and what the last sweep removed."""
    with session.client() as client:
        found = client.get("settings", "retention")
    session.answer(found, _view(found))


@command(app, "set")
def change(session: Session, runs: Runs = None, failed: Failed = None, audit: Audit = None) -> None:
    """Change how long things are kept; what is not named stays. See `preview` before."""
    asked = _asked(runs, failed, audit)
    if not asked:
        raise typer.BadParameter("Name what is to change: --runs, --failed or --audit.")
    with session.client() as client:
        found = client.get("settings", "retention")
        body = {name: found[name] for name in _NAMES} | {
            name: None if days == _FOREVER else days for name, days in asked.items()
        }
        changed = client.put("settings", "retention", body=body)
    session.answer(changed, _view(changed))


@command(app, "preview")
def preview(
    session: Session, runs: Runs = None, failed: Failed = None, audit: Audit = None
) -> None:
    """Say what a sweep would remove now, by what is set or by what is named instead."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        asked = _asked(runs, failed, audit)
        found = client.get("settings", "retention", "preview", **asked)
    at_least = "" if found["all_files_seen"] else "at least "
    facts = (
        ("Runs", found["runs"]),
        ("Failed runs", found["failed_runs"]),
        ("Oldest", output.when(found["oldest_run"])),
        ("Audit entries", found["audit_entries"]),
        ("In files", f"{at_least}{found['file_bytes']:,} bytes"),
        ("In the database", f"about {found['row_bytes']:,} bytes"),
    )
    session.answer(found, output.facts(facts))


@command(app, "sweep")
def sweep(session: Session) -> None:
    """Remove what is past its time now, and not within the hour."""
    runs = entries = uploads = freed = 0
    with session.client(worker=True) as client:
        while True:
            done = client.post("settings", "retention", "sweep", body={})
            runs, entries = runs + done["runs"], entries + done["audit_entries"]
            uploads, freed = uploads + done["uploads"], freed + done["file_bytes"]
            if done["complete"]:
                break
            session.say(f"Removed {_counted(runs, 'run', 'runs')} so far.")
    counts = {"runs": runs, "audit_entries": entries, "uploads": uploads, "file_bytes": freed}
    document = done | counts
    session.answer(document, f"Removed {_removed(document)}.")


def _removed(swept: dict[str, Any]) -> str:
    runs = _counted(swept["runs"], "run", "runs")
    entries = _counted(swept["audit_entries"], "audit entry", "audit entries")
    uploads = _counted(swept["uploads"], "upload", "uploads")
    also = f", {uploads}" if swept["uploads"] else ""
    return f"{runs} with {swept['file_bytes']:,} bytes of files, {entries}{also}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _asked(runs: str | None, failed: str | None, audit: str | None) -> dict[str, Any]:
    given = zip(_NAMES, (runs, failed, audit), strict=True)
    return {name: _days(days) for name, days in given if days is not None}


def _days(said: str) -> int | str:
    if said == _FOREVER:
        return said
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise typer.BadParameter(f"{said!r} is neither a number of days nor `{_FOREVER}`.")
    return int(said)


def _view(found: dict[str, Any]) -> Any:
    from penstock.cli import output  # noqa: PLC0415

    last = found["last_sweep"]
    swept = last and f"{output.when(last['ended_at'])}: {_removed(last)} removed"
    names = ("Runs", "Failed runs", "Audit log")
    return output.facts(
        [
            *(
                (title, _FOREVER if found[name] is None else f"{found[name]} days")
                for title, name in zip(names, _NAMES, strict=True)
            ),
            ("Last sweep", swept or "none yet"),
        ]
    )
