"""`penstock iam`: ask what policies allow, without asking AWS."""

from pathlib import Path
from typing import Annotated

import typer

from penstock.cli.command import command
from penstock.cli.session import Session

app = typer.Typer(help="What IAM policies allow, and why.", no_args_is_help=True)


@app.callback()
def iam() -> None:
    """What IAM policies allow, and why."""


@command(app, "evaluate")
def evaluate(
    session: Session,
    *,
    principal: Annotated[str, typer.Option("--principal", metavar="ARN", help="Who asks.")],
    action: Annotated[str, typer.Option("--action", help="Such as s3:GetObject.")],
    resource: Annotated[
        str, typer.Option("--resource", metavar="ARN", help="Such as arn:aws:s3:::bucket/key.")
    ],
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy",
            metavar="FILE",
            help="A policy of the principal; repeatable.",
        ),
    ] = None,
    session_policy: Annotated[
        Path | None,
        typer.Option(
            "--session-policy",
            metavar="FILE",
            help="The session's policy.",
        ),
    ] = None,
    boundary: Annotated[
        Path | None,
        typer.Option(
            "--boundary",
            metavar="FILE",
            help="The permissions boundary.",
        ),
    ] = None,
    resource_policy: Annotated[
        Path | None,
        typer.Option(
            "--resource-policy",
            metavar="FILE",
            help="The bucket policy, say.",
        ),
    ] = None,
    scp: Annotated[
        list[Path] | None,
        typer.Option(
            "--scp",
            metavar="FILE",
            help="A service control policy; repeatable.",
        ),
    ] = None,
    rcp: Annotated[
        list[Path] | None,
        typer.Option(
            "--rcp",
            metavar="FILE",
            help="A resource control policy; repeatable.",
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option("--context", metavar="KEY=VALUE", help="A context key; repeatable."),
    ] = None,
    unknown: Annotated[
        list[str] | None,
        typer.Option(
            "--unknown", metavar="KEY", help="A context key nobody knows, or *; repeatable."
        ),
    ] = None,
    resource_account: Annotated[
        str | None,
        typer.Option("--resource-account", metavar="ID", help="If not the principal's account."),
    ] = None,
) -> int:
    """Say whether policies allow a request, which statement decides, and why.

    Exit code 0 if it is allowed, 3 if not, 1 if that depends on what is unknown.
    """
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich
    from penstock.cli.documents import read_document, read_pairs  # noqa: PLC0415

    def optional(file: Path | None) -> str | None:
        return read_document(file) if file else None

    question = {
        "principal": {"arn": principal},
        "action": action,
        "resource": resource,
        "policies": {
            "identity": [read_document(each) for each in policy or ()],
            "session": optional(session_policy),
            "boundary": optional(boundary),
            "resource": optional(resource_policy),
            "scps": [read_document(each) for each in scp or ()],
            "rcps": [read_document(each) for each in rcp or ()],
        },
        "context": read_pairs(context, "--context"),
        "unknown_keys": "*" if "*" in (unknown or ()) else list(unknown or ()),
        "resource_account": resource_account,
    }
    with session.client() as client:
        verdict = client.post("iam", "evaluate", body=question)
    statements = ", ".join(
        each["sid"] or f"statement {each['index'] + 1}" for each in verdict["statements"]
    )
    session.answer(
        verdict,
        output.facts(
            (
                ("Decision", output.status(verdict["outcome"])),
                ("Reason", verdict["reason"]),
                ("Statements", statements),
                ("Unknown", ", ".join(verdict["missing_keys"])),
            )
        ),
    )
    return {"allowed": 0, "unknown": 1}.get(verdict["outcome"], 3)
