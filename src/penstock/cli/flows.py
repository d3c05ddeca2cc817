"""`penstock flows`: check, keep, order, read, run and delete flows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.policies import Against, Form, Format, names_a_file, show_needed
from penstock.cli.session import Session

app = typer.Typer(
    help="Flows: documents that say which cards run in which order.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="FLOW", help="The flow's name.")]
Document = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A flow document, or - for stdin.",
    ),
]
Version = Annotated[int | None, typer.Option("--version", min=1, help="Not the current version.")]


@command(app, "check")
def check(session: Session, file: Document) -> int:
    """Find every problem of a flow document, each at its place; keeps nothing."""
    from penstock.cli.documents import read_document  # noqa: PLC0415
    from penstock.cli.failures import write_problems  # noqa: PLC0415

    with session.client() as client:
        found = client.post("flows", "check", body={"text": read_document(file)})
    if session.json:
        session.answer(found)
    else:
        errors = sum(each["severity"] == "error" for each in found["problems"])
        warnings = len(found["problems"]) - errors
        write_problems(found["problems"])
        session.say(f"{file}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}")
    return 0 if found["ok"] else 1


@command(app, "apply")
def apply(session: Session, file: Document) -> None:
    """Check a flow document and keep it, as the flow's next version."""
    from penstock.cli.documents import read_document  # noqa: PLC0415

    with session.client() as client:
        kept = client.post("flows", body={"text": read_document(file)})
    session.answer(kept, f"{kept['flow']} version {kept['version']}")


@command(app, "list")
def list_flows(
    session: Session,
    *,
    folder: Annotated[
        str | None, typer.Option("--folder", help="Only in this folder, or one inside it.")
    ] = None,
    enabled: Annotated[
        bool | None, typer.Option("--on/--off", help="Only those that are on, or off.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only of this user.")] = None,
    connection: Annotated[
        str | None, typer.Option("--connection", help="Only those with this connection.")
    ] = None,
) -> None:
    """List flows."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    asked = {"folder": folder, "enabled": enabled, "owner": owner, "connection": connection}
    with session.client() as client:
        found = list(client.items("flows", **asked))
    rows = (
        (
            each["flow"],
            each["folder"],
            output.status("on" if each["enabled"] else "off"),
            each["version"],
            each["cards"],
            ", ".join(each["connections"]),
            each["owner"] or "",
            output.when(each["saved_at"]),
            each["title"] or "",
        )
        for each in found
    )
    if not found:
        session.say(
            "There are no flows. `penstock flows apply FILE` keeps one."
            if all(each is None for each in asked.values())
            else "There are no such flows."
        )
    columns = ["FLOW", "FOLDER", "ON", "VERSION", "CARDS", "CONNECTIONS", "OWNER", "SAVED", "TITLE"]
    session.answer(found, output.table(columns, rows) if found else "")


@command(app, "show")
def show(session: Session, name: Name, version: Version = None) -> None:
    """Show a flow: its versions and cards."""
    from rich.console import Group  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    with session.client() as client:
        found = client.get("flows", name, version=version)
        versions = list(client.items("flows", name, "versions"))
    cards = found["document"].get("cards", [])
    session.answer(
        found | {"versions": versions},
        Group(
            output.facts(
                (
                    ("Flow", found["flow"]),
                    ("Title", found["title"]),
                    ("Version", f"{found['version']} of {len(versions)}"),
                    ("Saved", _saved(found)),
                    ("Folder", found["folder"]),
                    ("On", output.status("on" if found["enabled"] else "off")),
                    ("Owner", found["owner"]),
                    ("Description", found["description"]),
                )
            ),
            "",
            output.table(
                ("ID", "CARD", "CONNECTION"),
                ((each["id"], each["card"], each.get("connection") or "") for each in cards),
            ),
        ),
    )


@command(app, "export", json=False)
def export(session: Session, name: Name, version: Version = None) -> None:
    """Print a flow's document, just as it was written."""
    with session.client() as client:
        session.answer(text := client.text("flows", name, "export", version=version), text)


@command(app, "policy")
def policy(
    session: Session,
    flow: Annotated[
        list[str],
        typer.Argument(metavar="FLOW|FILE...", help="A flow's name, or a flow document."),
    ],
    *,
    connection: Annotated[
        str | None, typer.Option("--connection", help="Only its cards with this connection.")
    ] = None,
    form: Format = Form.json,
    against: Against = None,
) -> int:
    """Print the least-privilege IAM policy that a flow's role needs, or compare it.

    With --against exit code 3 if a card fails under the given policies, 1 if one may.
    """
    from penstock.cli.documents import read_document  # noqa: PLC0415

    asked = {
        "flows": [each for each in flow if not names_a_file(each)],
        "texts": [read_document(Path(each)) for each in flow if names_a_file(each)],
        "connection": connection,
    }
    return show_needed(session, asked, form, against)


@command(app, "preflight")
def preflight(
    session: Session,
    flow: Annotated[
        str, typer.Argument(metavar="FLOW|FILE", help="A kept flow, or a document; - for stdin.")
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
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="FILE|NAME",
            help="Take this for the role's policy, a file or an AWS managed one, and ask AWS "
            "nothing; repeatable.",
        ),
    ] = None,
    version: Version = None,
) -> int:
    """Look ahead: which cards AWS would allow, and which not, without writing anything.

    Inputs may be left out: what depends on them cannot be known then. Exit code 3 if a card is
    denied.
    """
    from penstock.cli.documents import given_inputs, read_document  # noqa: PLC0415
    from penstock.cli.policies import given_policies  # noqa: PLC0415
    from penstock.cli.preflight import show_foresight  # noqa: PLC0415 - it imports Rich
    from penstock.cli.uploading import types_of, upload_files  # noqa: PLC0415

    given = given_inputs(input, inputs)
    body: dict[str, Any] = {"flow": flow, "version": version}
    if names_a_file(flow):
        body = {"text": read_document(Path(flow))}
    if policy:
        body["policies"] = given_policies(policy)

    def types() -> Mapping[str, str]:
        if "text" in body:
            return types_of(client.post("flows", "draft", body={"text": body["text"]})["document"])
        return types_of(client.get("flows", flow, version=version)["document"])

    with session.client() as client:
        body |= upload_files(session, client, given, types).body
        found = client.post("flows", "preflight", body=body)
    return show_foresight(session, found)


@command(app, "on")
def turn_on(session: Session, name: Name) -> None:
    """Turn a flow on, so that runs of it can be started."""
    _change(session, name, {"enabled": True}, f"{name} is on.")


@command(app, "off")
def turn_off(session: Session, name: Name) -> None:
    """Turn a flow off: nobody and nothing starts a run of it; what is under way ends as it was."""
    _change(session, name, {"enabled": False}, f"{name} is off: no run of it starts.")


@command(app, "move")
def move(
    session: Session,
    name: Name,
    *,
    folder: Annotated[
        str, typer.Option("--folder", help="Such as Legal/Holds, at most 5 levels; '' is the top.")
    ],
) -> None:
    """Move a flow into a folder."""
    with session.client() as client:
        found = client.patch("flows", name, body={"folder": folder})
    where = f"in {found['folder']}" if found["folder"] else "at the top"
    session.answer(found, f"{name} is {where}.")


@command(app, "give")
def give(
    session: Session,
    name: Name,
    owner: Annotated[str, typer.Argument(metavar="USER", help="Who is to own it.")],
) -> None:
    """Give a flow to another user. An owner is whom to ask; others may change it all the same."""
    _change(session, name, {"owner": owner}, f"{name} belongs to {owner}.")


@command(app, "delete")
def delete(session: Session, name: Name) -> None:
    """Delete a flow with all its versions; its runs stay."""
    with session.client() as client:
        client.delete("flows", name)
    session.answer({"deleted": name}, f"Deleted {name}.")


@command(app, "run")
def run(
    session: Session,
    name: Name,
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
    version: Version = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="On a server: start it and do not wait for its end.")
    ] = False,
) -> int:
    """Run a kept flow and show its cards as they go."""
    from penstock.cli.documents import given_inputs  # noqa: PLC0415
    from penstock.cli.following import finish, follow  # noqa: PLC0415
    from penstock.cli.uploading import types_of, upload_files  # noqa: PLC0415

    def types() -> Mapping[str, str]:
        return types_of(client.get("flows", name, version=version)["document"])

    with session.client(worker=True) as client:
        given = upload_files(session, client, given_inputs(input, inputs), types)
        body = {**given.body, "version": version}
        started = client.post("flows", name, "runs", body=body)
        if detach and client.is_remote:
            session.answer(started, started["id"])
            return 0
        return finish(session, follow(session, client, started))


def _change(session: Session, name: str, change: dict[str, Any], said: str) -> None:
    with session.client() as client:
        found = client.patch("flows", name, body=change)
    session.answer(found, said)


def _saved(version: dict[str, Any]) -> str:
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    by = f" by {version['saved_by']}" if version["saved_by"] else ""
    return output.when(version["saved_at"]) + by


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
