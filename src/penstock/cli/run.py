"""`penstock run FILE`: run a flow document, here and now."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "run")(run)


def run(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A flow document, or - for stdin.",
        ),
    ],
    input: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="NAME=VALUE", help="An input; repeatable."),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option("--inputs", metavar="FILE", help="Inputs, JSON or YAML."),
    ] = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="A new run, although an unfinished one of this document waits."),
    ] = False,
) -> int:
    """Run a flow document and show its cards as they go.

    If an earlier run of the same document with the same inputs was interrupted, this takes it
    up and finishes it. Exit code 3 if a policy, or Penstock, refused.
    """
    from penstock.cli.documents import given_inputs, read_document  # noqa: PLC0415
    from penstock.cli.following import Interrupted, finish, follow  # noqa: PLC0415

    text = read_document(file)
    given = given_inputs(input, inputs)
    body = {"text": text, **given}
    if not new:
        body["deduplication_key"] = _key(text, given)
    try:
        with session.client(worker=True) as client:
            return finish(session, follow(session, client, client.post("runs", body=body)))
    except Interrupted as stopped:
        again = (
            f"It goes on: `penstock runs show {stopped.run_id}` shows how far it is."
            if stopped.remote
            else "The same command takes it up again, and so does `penstock up`."
        )
        session.say(f"\nRun {stopped.run_id} is kept. {again}")
        return 130


def _key(text: str, given: dict[str, Any]) -> str:
    """What makes it the same run. Runs live in a data directory, which need not be part of it.

    The key is kept with the run, and secrets are among the inputs: hence a hash that is slow to
    try guesses with.
    """
    said = json.dumps([text, given], sort_keys=True, default=str).encode()
    return f"run:{hashlib.scrypt(said, salt=b'penstock run', n=2**14, r=8, p=1, dklen=32).hex()}"
