"""`penstock tokens`: API tokens for programs."""

from enum import Enum
from typing import Annotated

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

app = typer.Typer(help="API tokens: for programs that use a server.", no_args_is_help=True)


class Scope(Enum):
    """As `access.model.Scope`, which the command does not import just to show its help."""

    read = "read"
    run = "run"
    write = "write"
    admin = "admin"


@command(app, "new")
def new(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the token is for.")],
    *,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            "--scope",
            help="What it may do; repeatable, at most what its user may. Without: read.",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=366, help="For how long it counts.")
    ] = 90,
    user: Annotated[
        str | None,
        typer.Option("--user", help="Whose token; needed where nobody has signed in."),
    ] = None,
) -> None:
    """Make a token and print it, this once."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    body = {
        "name": name,
        "scopes": [each.value for each in scope or [Scope.read]],
        "days": days,
        "user": user,
    }
    with session.client() as client:
        made = client.post("tokens", body=body)
    session.say(
        f"A token of {made['username']} for {', '.join(made['scopes'])}, until "
        f"{output.when(made['expires_at'])}. It is shown this once."
    )
    session.answer(made, made["token"])


@command(app, "list")
def list_tokens(
    session: Session,
    *,
    user: Annotated[
        str | None, typer.Option("--user", help="Of this user, or '*' for all: for admins.")
    ] = None,
) -> None:
    """List tokens, also those that count no more."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = list(client.items("tokens", user=user))
    rows = (
        (
            each["id"],
            each["name"],
            each["username"],
            " ".join(each["scopes"]),
            each["status"],
            output.when(each["expires_at"]),
            output.when(each["used_at"]),
        )
        for each in found
    )
    if not found:
        session.say("There are no tokens. `penstock tokens new NAME` makes one.")
    columns = ("ID", "NAME", "USER", "SCOPES", "STATUS", "EXPIRES", "LAST USED")
    session.answer(found, output.table(columns, rows) if found else "")


@command(app, "revoke")
def revoke(
    session: Session,
    token: Annotated[str, typer.Argument(metavar="ID", help="The token's id.")],
) -> None:
    """Let a token count no more, at once."""
    with session.client() as client:
        revoked = client.delete("tokens", token)
    session.answer(revoked, f"Revoked {revoked['name']} of {revoked['username']}.")
