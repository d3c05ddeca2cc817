"""`penstock audit`: who did what."""

from itertools import islice
from typing import Annotated

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

_PAGE = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "audit")(audit)


def audit(
    session: Session,
    *,
    who: Annotated[str | None, typer.Option("--who", help="Only what this user did.")] = None,
    verb: Annotated[
        str | None,
        typer.Option("--verb", help="Only this, such as flows.apply, or flows for all of them."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 50,
) -> None:
    """List who did what, newest first: whatever may have changed something, or was refused."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        entries = client.items("audit", who=who, verb=verb, limit=min(limit, _PAGE))
        found = list(islice(entries, limit))
    rows = (
        (
            output.when(each["at"]),
            each["who"],
            each["via"],
            each["verb"],
            each["object"],
            each["outcome"],
            each["address"],
        )
        for each in found
    )
    if not found:
        session.say("Nothing has been done yet.")
    columns = ("AT", "WHO", "VIA", "VERB", "OBJECT", "OUTCOME", "FROM")
    session.answer(found, output.table(columns, rows) if found else "")
