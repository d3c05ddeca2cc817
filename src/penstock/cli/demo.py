"""`penstock demo`: the whole product against a sandbox, nothing else needed."""

from typing import Annotated

import typer

from penstock.cli.command import command
from penstock.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "demo", server=False)(demo)


def demo(
    session: Session,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after it, instead of going on to serve.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where it serves; 0 takes a free one.")
    ] = 0,
) -> int:
    """Connect a role of another account, prove that it refuses everyone else, run a flow.

    Everything happens on this machine, in a practice AWS that enforces IAM. With --once --json
    it answers one JSON document. Exit code 0 only if all of it succeeded.
    """
    from penstock.cli.demonstration.stage import perform  # noqa: PLC0415 - it imports everything

    return perform(session, once=once, port=port)
