"""`penstock schema`: the JSON Schema of flow documents."""

import typer

from penstock.cli.command import command
from penstock.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "schema", json=False)(schema)


def schema(session: Session) -> None:
    """Print the JSON Schema of flow documents, for an editor's completion and checks."""
    with session.client() as client:
        session.answer(client.get("schema"))
