"""`penstock run FILE`: run a flow document, here and now."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

if TYPE_CHECKING:
    from penstock.cli.client import Client

_LONGEST_SAID: Final = 60


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
    *,
    input: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="NAME=VALUE", help="An input; repeatable."),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option("--inputs", metavar="FILE", help="Inputs, JSON or YAML."),
    ] = None,
    card: Annotated[
        str | None,
        typer.Option("--card", metavar="ID", help="Only this card of it, to test it."),
    ] = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="A new run, although an unfinished one of this document waits."),
    ] = False,
) -> int:
    """Run a flow document and show its cards as they go.

    If an earlier run of the same document with the same inputs was interrupted, this takes it
    up and finishes it. Exit code 3 if a policy, or Penstock, refused.

    With --card, only that card is run. What it takes from earlier cards is asked for as inputs;
    those that are not given are what they were in the flow's newest runs.
    """
    from penstock.cli.documents import given_inputs, read_document  # noqa: PLC0415
    from penstock.cli.following import Interrupted, finish, follow  # noqa: PLC0415

    text = read_document(file)
    given = given_inputs(input, inputs)
    body = {"text": text, **given}
    if card is None and not new:
        body["deduplication_key"] = _key(text, given)
    try:
        with session.client(worker=True) as client:
            if card is not None:
                body |= {"card": card, "inputs": _known(session, client, body, card)}
            return finish(session, follow(session, client, client.post("runs", body=body)))
    except Interrupted as stopped:
        again = (
            f"It goes on: `penstock runs show {stopped.run_id}` shows how far it is."
            if stopped.remote
            else "The same command takes it up again, and so does `penstock up`."
        )
        session.say(f"\nRun {stopped.run_id} is kept. {again}")
        return 130


def _known(session: Session, client: "Client", body: dict[str, Any], card: str) -> dict[str, Any]:
    """The inputs of a test, with what earlier runs know of those that were not given."""
    from penstock.cli.output import plain  # noqa: PLC0415 - it imports Rich

    found = client.post("flows/excerpt", body={"text": body["text"], "card": card})
    inputs: dict[str, Any] = dict(body["inputs"])
    for asked in found["inputs"]:
        name = asked["name"]
        if asked["run"] is None or name in inputs or name in body["input_texts"]:
            continue
        inputs[name] = asked["value"]
        said = json.dumps(asked["value"], ensure_ascii=False)
        said = said if len(said) <= _LONGEST_SAID else f"{said[:_LONGEST_SAID]}…"
        session.say(f"{plain(name)} is what it was in run {asked['run']}: {plain(said)}")
    if found["along"]:
        session.say(f"It takes files of {', '.join(found['along'])}, so that runs first.")
    return inputs


def _key(text: str, given: dict[str, Any]) -> str:
    """What makes it the same run. Runs live in a data directory, which need not be part of it.

    The key is kept with the run, and secrets are among the inputs: hence a hash that is slow to
    try guesses with.
    """
    said = json.dumps([text, given], sort_keys=True, default=str).encode()
    return f"run:{hashlib.scrypt(said, salt=b'penstock run', n=2**14, r=8, p=1, dklen=32).hex()}"
