"""`penstock iam`: ask what policies allow, without asking AWS."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.policies import names_a_file
from penstock.cli.session import Session

app = typer.Typer(help="What IAM policies allow, and why.", no_args_is_help=True)


class Kind(StrEnum):
    """What kind of policy it is."""

    identity = "identity"
    trust = "trust"
    resource = "resource"
    session = "session"
    boundary = "boundary"
    scp = "scp"
    rcp = "rcp"


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


@command(app, "explain")
def explain(
    session: Session,
    *,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="FILE|NAME",
            help="A policy of the role: a file, or an AWS managed policy; repeatable.",
        ),
    ] = None,
    flow: Annotated[
        str | None,
        typer.Option("--flow", metavar="FLOW|FILE", help="Only its cards, with their inputs."),
    ] = None,
    connection: Annotated[
        str | None,
        typer.Option("--connection", metavar="NICK", help="With its role's own policies."),
    ] = None,
) -> int:
    """Say which cards policies let work, which in part, which not, and by which statement.

    With --flow exit code 3 if one of its cards fails under them, 1 if one may.
    """
    from penstock.cli.documents import read_document  # noqa: PLC0415
    from penstock.cli.policies import given_policies, verdict_code, verdict_table  # noqa: PLC0415

    if not policy and connection is None:
        raise typer.BadParameter("Give --policy, or --connection for its role's own policies.")
    body: dict[str, Any] = {
        "policies": {**given_policies(policy or ()), "role": not policy},
        "connection": connection,
    }
    if flow is not None:
        body |= {"text": read_document(Path(flow))} if names_a_file(flow) else {"flow": flow}
    with session.client() as client:
        found = client.post("iam", "explain", body=body)
    for note in found["notes"]:
        session.say(note)
    session.answer(found, verdict_table(found["cards"]))
    return verdict_code(found["cards"]) if flow is not None else 0


@command(app, "lint")
def lint(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy, or - for stdin.")],
    *,
    kind: Annotated[Kind, typer.Option("--kind", help="What kind of policy it is.")] = (
        Kind.identity
    ),
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="ID", help="The role's account, for a trust policy."),
    ] = None,
) -> int:
    """Find what is wrong or doubtful in a policy, each at its place, with what to write instead.

    Exit code 1 if there are errors.
    """
    from penstock.cli.documents import read_document  # noqa: PLC0415
    from penstock.cli.failures import write_problems  # noqa: PLC0415

    with session.client() as client:
        body = {"policy": read_document(file), "kind": kind.value, "account": account}
        found = client.post("iam", "lint", body=body)
    if session.json:
        session.answer(found)
    else:
        write_problems([_problem(each) for each in found["findings"]])
        session.say(f"{file}: {_counts(found['findings'])}")
    return 0 if found["ok"] else 1


def _problem(finding: dict[str, Any]) -> dict[str, Any]:
    places = {name: finding[name] for name in ("line", "column") if finding[name]}
    hint = finding["hint"] or ""
    if finding["fix"] and finding["fix"] not in hint:
        hint = f"{hint} Write {finding['fix']}".strip()
    return {**finding, "where": places, "hint": hint}


def _counts(findings: list[dict[str, Any]]) -> str:
    said = []
    for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "remark")):
        count = sum(each["severity"] == severity for each in findings)
        if count or severity != "info":
            said.append(f"{count or 'no'} {noun}{'' if count == 1 else 's'}")
    return ", ".join(said)
