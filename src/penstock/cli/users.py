"""`penstock users`: who may sign in, and what their roles let them do."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

app = typer.Typer(help="Users: who may sign in, and with which role.", no_args_is_help=True)


class Role(Enum):
    """As `access.model.Role`, which the command does not import just to show its help."""

    viewer = "viewer"
    runner = "runner"
    editor = "editor"
    admin = "admin"


Name = Annotated[str, typer.Argument(metavar="USER", help="The user's name.")]


@command(app, "add")
def add(
    session: Session,
    name: Name,
    *,
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="viewer sees, runner also starts runs, editor also changes flows and "
            "connections, admin also users. The first user has to be an admin.",
        ),
    ] = Role.viewer,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help="Take the password from the first line of a file, or - for stdin.",
        ),
    ] = None,
) -> None:
    """Add a user, and print a one-time link with which they choose a password.

    As soon as there is a user, everyone has to sign in; the owner of the data directory remains
    an administrator of it.
    """
    from penstock.cli.documents import read_document  # noqa: PLC0415

    body: dict[str, Any] = {"username": name, "role": role.value}
    if password_file is not None:
        body["password"] = (read_document(password_file).splitlines() or [""])[0]
    with session.client() as client:
        added = client.post("users", body=body)
        _show_link(session, client.address_of, added)


@command(app, "list")
def list_users(session: Session) -> None:
    """List users, disabled ones included."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = list(client.items("users"))
    rows = (
        (
            each["username"],
            each["role"],
            each["status"],
            output.when(each["signed_in_at"]),
            output.when(each["created_at"]),
        )
        for each in found
    )
    if not found:
        session.say("There are no users, so nobody has to sign in.")
    columns = ("USER", "ROLE", "STATUS", "SIGNED IN", "ADDED")
    session.answer(found, output.table(columns, rows) if found else "")


@command(app, "role")
def change_role(
    session: Session,
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="The role from now on.")],
) -> None:
    """Give a user another role; it counts at once."""
    _change(session, name, {"role": role.value}, f"{name} is {role.value} now.")


@command(app, "disable")
def disable(session: Session, name: Name) -> None:
    """End a user's sessions and let neither password nor tokens count."""
    _change(session, name, {"disabled": True}, f"{name} is disabled.")


@command(app, "enable")
def enable(session: Session, name: Name) -> None:
    """Let a disabled user in again."""
    _change(session, name, {"disabled": False}, f"{name} may sign in again.")


@command(app, "reset-password")
def reset_password(session: Session, name: Name) -> None:
    """Let the password count no more, and print a one-time link to choose another."""
    with session.client() as client:
        reset = client.post("users", name, "reset-password", body={})
        _show_link(session, client.address_of, reset)


def _change(session: Session, name: str, body: dict[str, Any], said: str) -> None:
    with session.client() as client:
        changed = client.patch("users", name, body=body)
    session.answer(changed, said)


def _show_link(session: Session, address_of: Any, user: dict[str, Any]) -> None:
    """The link alone on stdout."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    link = user["link"]
    if link is None:
        session.answer(user, f"{user['username']} may sign in.")
        return
    address = address_of(link["address"])
    if not session.json:
        until = output.when(link["expires_at"])
        session.say(f"With this link {user['username']} chooses a password, once, until {until}:")
        if address == link["address"]:
            session.say("(after the address of the server, once it runs)")
    session.answer(user | {"link": link | {"address": address}}, address)
