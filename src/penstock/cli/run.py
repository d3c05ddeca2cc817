"""`penstock run FILE`: run a flow document, here and now."""

import hashlib
import json
from collections.abc import Mapping
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
        typer.Option(
            "--input",
            "-i",
            metavar="NAME=VALUE",
            help="An input; for a file its path after @, as in report=@q1.csv. Repeatable.",
        ),
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
    try:
        with session.client(worker=True) as client:
            if card is None:
                body = _whole(session, client, text, given, new=new)
            else:
                body = _test(session, client, text, given, card)
            return finish(session, follow(session, client, client.post("runs", body=body)))
    except Interrupted as stopped:
        again = (
            f"It goes on: `penstock runs show {stopped.run_id}` shows how far it is."
            if stopped.remote
            else "The same command takes it up again, and so does `penstock up`."
        )
        session.say(f"\nRun {stopped.run_id} is kept. {again}")
        return 130


def _whole(
    session: Session, client: "Client", text: str, given: dict[str, Any], *, new: bool
) -> dict[str, Any]:
    """What a run of the document is asked for with."""
    from penstock.cli.uploading import types_of, upload_files  # noqa: PLC0415

    def types() -> Mapping[str, str]:
        return types_of(client.post("flows", "draft", body={"text": text})["document"])

    found = upload_files(session, client, given, types)
    body = {"text": text, **found.body}
    return body if new else {**body, "deduplication_key": _key(text, found.same)}


def _test(
    session: Session, client: "Client", text: str, given: dict[str, Any], card: str
) -> dict[str, Any]:
    """What a test is asked for with: with what earlier runs know of inputs that were not given."""
    from penstock.cli.output import plain  # noqa: PLC0415 - it imports Rich
    from penstock.cli.uploading import upload_files  # noqa: PLC0415

    excerpt = client.post("flows/excerpt", body={"text": text, "card": card})
    types = {asked["name"]: asked["type"] for asked in excerpt["inputs"]}
    found = upload_files(session, client, given, lambda: types)
    for asked in excerpt["inputs"]:
        name, value = asked["name"], asked["value"]
        if asked["run"] is None or name in found.inputs or name in found.input_texts:
            continue
        if asked["type"] == "file":
            if not isinstance(value, dict) or "key" not in value:
                # What may be anything was no file then.
                continue
            found.inputs[name] = {"run": asked["run"], "key": value["key"]}
            value = value["name"]
        else:
            found.inputs[name] = value
        said = json.dumps(value, ensure_ascii=False)
        said = said if len(said) <= _LONGEST_SAID else f"{said[:_LONGEST_SAID]}…"
        session.say(f"{plain(name)} is what it was in run {asked['run']}: {plain(said)}")
    if excerpt["along"]:
        session.say(f"It takes files of {', '.join(excerpt['along'])}, so that runs first.")
    return {"text": text, "card": card, **found.body}


def _key(text: str, given: dict[str, Any]) -> str:
    """What makes it the same run. Runs live in a data directory, which need not be part of it.

    The key is kept with the run, and secrets are among the inputs: hence a hash that is slow to
    try guesses with.
    """
    said = json.dumps([text, given], sort_keys=True, default=str).encode()
    return f"run:{hashlib.scrypt(said, salt=b'penstock run', n=2**14, r=8, p=1, dklen=32).hex()}"
