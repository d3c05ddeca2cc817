"""`penstock sandbox`: a practice AWS on this machine."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

app = typer.Typer(help="A practice AWS on this machine, with IAM enforced.", no_args_is_help=True)

DEFAULT_PORT = 4570

State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        dir_okay=False,
        envvar="PENSTOCK_SANDBOX_STATE",
        show_default=False,
        help="Where its address and keys are kept while it runs. "
        "Else $XDG_STATE_HOME/penstock/sandbox.json.",
    ),
]


@command(app, "up", data=False, server=False)
def up(
    session: Session,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")
    ] = DEFAULT_PORT,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FILE", dir_okay=False, help="Write a JSON line per request here."
        ),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Go on in the background until `sandbox down`.")
    ] = False,
    state: State = None,
) -> None:
    """Start the sandbox. Ends with Ctrl-C; what was in it is gone then.

    With --json, one JSON document once it answers: endpoint, region, and for platform and
    customer account id, principal and key pair.
    """
    if detach:
        from penstock.sandbox.detached import start_detached  # noqa: PLC0415

        info = start_detached(port, log=log, state=state)
        session.answer(info.model_dump(mode="json"), f"The sandbox is at {info.endpoint}")
        session.say("It goes on until `penstock sandbox down`.")
        return
    from penstock.cli.practice import serve_sandbox  # noqa: PLC0415 - it imports moto

    serve_sandbox(session, port, log=log, state=state)


@command(app, "env", data=False, server=False)
def env(
    session: Session,
    customer: Annotated[
        bool,
        typer.Option("--customer", help="With the keys of the customer account's administrator."),
    ] = False,
    state: State = None,
) -> None:
    """Print what makes Penstock run against the sandbox: eval "$(penstock sandbox env)".

    These are AWS's own variables with the platform principal's keys. With --json everything
    about the sandbox, the customer account's administrator included.
    """
    from penstock.sandbox.info import read_state  # noqa: PLC0415 - it imports pydantic

    found = read_state(state)
    who: Literal["platform", "customer"] = "customer" if customer else "platform"
    session.answer(found.model_dump(mode="json"), found.exports(who))


@command(app, "down", data=False, server=False)
def down(session: Session, state: State = None) -> None:
    """Stop the sandbox; what was in it is gone then."""
    from penstock.sandbox.detached import stop_detached  # noqa: PLC0415

    info = stop_detached(state)
    session.answer({"endpoint": info.endpoint}, f"The sandbox at {info.endpoint} is stopped.")
