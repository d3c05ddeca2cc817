"""`penstock health`: how the server is."""

import typer

from penstock.cli.command import command
from penstock.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "health")(health)


def health(session: Session) -> int:
    """Say how the server is, and what to do where it is not well.

    Without a server it looks at the data directory. Exit code 1 if something is bad.
    """
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = client.get("health", "details")
    rows = (
        (output.status(each["state"]), each["title"], _told(each)) for each in found["findings"]
    )
    session.answer(found, output.table(("STATE", "WHAT", "HOW IT IS"), rows))
    return 1 if found["state"] == "bad" else 0


def _told(finding: dict[str, str | None]) -> str:
    hint = f" {finding['hint']}" if finding["hint"] else ""
    return f"{finding['says']}{hint}"
