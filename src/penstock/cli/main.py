"""The `penstock` command itself. What it imports here counts against `--help`."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from penstock import __version__
from penstock.cli import (
    audit,
    cards,
    connections,
    demo,
    flows,
    health,
    iam,
    retention,
    run,
    runs,
    sandbox,
    schema,
    tokens,
    up,
    users,
)
from penstock.cli.failures import report_usage

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (an unsafe or unverified role, a "
    "policy that says no, or nobody signed in), 130 interrupted."
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"penstock {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="penstock",
    help="Flow automation for Amazon S3, with connections that hold no keys.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def penstock(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Flow automation for Amazon S3, with connections that hold no keys."""


up.register(app)
demo.register(app)
run.register(app)
app.add_typer(connections.app, name="connections")
app.add_typer(flows.app, name="flows")
app.add_typer(runs.app, name="runs")
app.add_typer(cards.app, name="cards")
app.add_typer(iam.app, name="iam")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(retention.app, name="retention")
audit.register(app)
health.register(app)
schema.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if "--json" not in arguments:
        app(arguments)
        return
    try:
        sys.exit(app(arguments, standalone_mode=False))
    except typer.TyperException as wrong:
        report_usage(wrong)
        sys.exit(wrong.exit_code)


if __name__ == "__main__":
    main()
