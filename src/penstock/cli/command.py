"""What every command has in common: where to work, how to answer, how to fail."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from penstock.cli import logs
from penstock.cli.failures import report
from penstock.cli.session import Session

P = ParamSpec("P")

_PANEL = "Common"
_KEYWORD = inspect.Parameter.KEYWORD_ONLY

_DATA = inspect.Parameter(
    "data",
    _KEYWORD,
    default=None,
    annotation=Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="The data directory. Else $PENSTOCK_DATA, else $XDG_DATA_HOME/penstock.",
            file_okay=False,
            show_default=False,
            rich_help_panel=_PANEL,
        ),
    ],
)
_SERVER = inspect.Parameter(
    "server",
    _KEYWORD,
    default=None,
    annotation=Annotated[
        str | None,
        typer.Option(
            "--server",
            help="A running server's address, instead of a data directory.",
            envvar="PENSTOCK_SERVER",
            metavar="URL",
            show_default=False,
            rich_help_panel=_PANEL,
        ),
    ],
)
_TOKEN_FILE = inspect.Parameter(
    "token_file",
    _KEYWORD,
    default=None,
    annotation=Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            help="A file with the API token for that server. Else $PENSTOCK_TOKEN.",
            envvar="PENSTOCK_TOKEN_FILE",
            dir_okay=False,
            show_default=False,
            rich_help_panel=_PANEL,
        ),
    ],
)
_DEBUG = inspect.Parameter(
    "debug",
    _KEYWORD,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show the trace of an unexpected error.",
            envvar="PENSTOCK_DEBUG",
            show_default=False,
            rich_help_panel=_PANEL,
        ),
    ],
)
_JSON = inspect.Parameter(
    "json",
    _KEYWORD,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option("--json", help="One JSON document on stdout.", rich_help_panel=_PANEL),
    ],
)


def command(
    app: typer.Typer, name: str, *, json: bool = True, server: bool = True, data: bool = True
) -> Callable[[Callable[Concatenate[Session, P], int | None]], Callable[..., None]]:
    """Register the decorated function as the command `name` of `app`.

    It is given a session, made from the options that all commands have, and then its own
    parameters; what it returns is the exit code. Its errors are said as such.

    Args:
        json: whether it has `--json`.
        server: whether it can work on a running server.
        data: whether it works on a data directory.
    """

    def register(function: Callable[Concatenate[Session, P], int | None]) -> Callable[..., None]:
        choices = (
            (data, _DATA),
            (server, _SERVER),
            (server, _TOKEN_FILE),
            (json, _JSON),
            (True, _DEBUG),
        )
        common = [parameter for wanted, parameter in choices if wanted]
        signature = inspect.signature(function)
        own = list(signature.parameters.values())[1:]

        @functools.wraps(function)
        def call(**given: Any) -> None:
            session = Session(
                data=given.pop("data", None),
                server=given.pop("server", None),
                token_file=given.pop("token_file", None),
                json=given.pop("json", False),
                debug=given.pop("debug"),
            )
            logs.to_stderr() if session.debug else logs.silence()
            try:
                code = function(session, **given)  # type: ignore[call-arg]  # Typer fits them
            except (typer.TyperException, typer.Exit):
                raise
            except Exception as error:
                raise typer.Exit(report(error, session)) from None
            raise typer.Exit(code or 0)

        # Typer reads both: the order and defaults from one, the types from the other.
        call.__signature__ = signature.replace(  # type: ignore[attr-defined]  # as functools does
            parameters=[
                *(each.replace(kind=_KEYWORD) for each in own),
                *common,
            ],
            return_annotation=None,
        )
        call.__annotations__ = {each.name: each.annotation for each in (*own, *common)}
        app.command(name)(call)
        return call

    return register
