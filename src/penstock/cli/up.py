"""`penstock up`: the server and its worker."""

from typing import Annotated

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

DEFAULT_PORT = 8420


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "up", json=False, server=False)(up)


def up(
    session: Session,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="The address to listen on; with users, not only a loopback one."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")
    ] = DEFAULT_PORT,
    *,
    require_token: Annotated[
        bool,
        typer.Option(
            "--require-token",
            envvar="PENSTOCK_REQUIRE_TOKEN",
            help="Let only this user's programs use the API: for machines that people share.",
        ),
    ] = False,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host",
            envvar="PENSTOCK_HOSTS",
            metavar="NAME",
            help="A name by which others reach it, such as penstock.example.com; repeatable.",
        ),
    ] = None,
    trusted_proxy: Annotated[
        str | None,
        typer.Option(
            "--trusted-proxy",
            envvar="PENSTOCK_TRUSTED_PROXY",
            metavar="ADDRESS",
            help="The proxy in front of it, whose X-Forwarded-For says who asks.",
        ),
    ] = None,
) -> None:
    """Start the server; interrupted runs go on. Ends with Ctrl-C."""
    from penstock.cli.serving import serve  # noqa: PLC0415 - it imports the server

    serve(
        session,
        host,
        port,
        require_token=require_token,
        allowed_hosts=allowed_host or (),
        trusted_proxy=trusted_proxy,
    )
