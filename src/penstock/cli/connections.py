"""`penstock connections`: draft, verify, change and delete connections."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.policies import Against, Form, Format, show_needed
from penstock.cli.session import Session

if TYPE_CHECKING:
    from penstock.cli.client import Client

app = typer.Typer(help="The AWS accounts that flows reach, each by a role.", no_args_is_help=True)

Nickname = Annotated[str, typer.Argument(metavar="NICK", help="The connection's nickname, or id.")]
RoleArn = Annotated[
    str | None,
    typer.Option(
        "--role-arn", metavar="ARN", help="The role whose trust policy has its external ID."
    ),
]

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("-", "dim")}
_TITLES = {
    "role_arn": "The ARN is a role's",
    "right_external_id": "Lets Penstock in with the external ID",
    "no_external_id": "Refuses a caller without external ID",
    "other_external_id": "Refuses another external ID",
    "identity": "Is the account it says it is",
}


_NOT_NARROWED = "off: sessions can do all that the role may, whatever the flow declares"


class Switch(StrEnum):
    """Whether something is done."""

    on = "on"
    off = "off"


@command(app, "new")
def new(
    session: Session,
    nickname: Annotated[str, typer.Argument(metavar="NICK", help="What people will call it.")],
    *,
    role_arn: RoleArn = None,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait up to 15 minutes for the role to let Penstock in."),
    ] = False,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    region: Annotated[
        str | None, typer.Option(help="Where its buckets are; learnt if left out.")
    ] = None,
) -> int:
    """Draft a connection: mint its external ID and show the trust policy to put in place.

    With --role-arn the role is verified at once. It cannot have the external ID yet, so give
    --wait, and create the role meanwhile from what is shown.
    """
    with session.client() as client:
        body = {"nickname": nickname, "description": description, "region": region}
        made = client.post("connections", body=body)
        if role_arn is None:
            session.answer(made, _drafted(made))
            return 0
        session.say(_drafted(made))
        verified = probe(
            session, client, "verify", nickname, {"role_arn": role_arn, "wait": 900 if wait else 60}
        )
    extra = {name: made[name] for name in ("platform", "trust_policy")}
    session.answer(verified | extra, _summary(verified))
    return _code(verified)


@command(app, "list")
def list_connections(session: Session) -> None:
    """List connections."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = list(client.items("connections"))
    rows = (
        (
            each["nickname"],
            output.status(each["status"]),
            each["account_id"] or "",
            each["role_arn"] or "",
            _probed(each),
            each["description"],
        )
        for each in found
    )
    if not found:
        session.say("There are no connections. `penstock connections new NICK` drafts one.")
    columns = ("NICKNAME", "STATUS", "ACCOUNT", "ROLE", "LAST PROBE", "DESCRIPTION")
    session.answer(found, output.table(columns, rows) if found else "")


@command(app, "show")
def show(session: Session, nickname: Nickname) -> None:
    """Show a connection, with the steps of its last probe."""
    with session.client() as client:
        found = client.get("connections", nickname)
    session.answer(found, _summary(found))
    for step in (found["probe"] or {}).get("steps", ()):
        _say_step(session, step)


@command(app, "verify")
def verify(
    session: Session,
    nickname: Nickname,
    role_arn: RoleArn = None,
    wait: Annotated[
        float,
        typer.Option(min=0, max=900, help="Seconds that a new trust policy may take to count."),
    ] = 60,
) -> int:
    """Prove that the role lets Penstock in with the external ID, and nobody without it.

    Exit code 3 if the role is unsafe or denies.
    """
    with session.client() as client:
        body = {"role_arn": role_arn, "wait": wait}
        verified = probe(session, client, "verify", nickname, body)
    session.answer(verified, _summary(verified))
    return _code(verified)


@command(app, "repoint")
def repoint(
    session: Session,
    nickname: Nickname,
    role_arn: Annotated[
        str, typer.Argument(metavar="ARN", help="The other role; it has to pass the probe first.")
    ],
    wait: Annotated[
        float,
        typer.Option(min=0, max=900, help="Seconds that a new trust policy may take to count."),
    ] = 60,
    force: Annotated[
        bool, typer.Option("--force", help="Take it although it cannot be assumed yet.")
    ] = False,
) -> int:
    """Let a connection use another role, with the same external ID."""
    with session.client() as client:
        body = {"role_arn": role_arn, "wait": wait, "force": force}
        verified = probe(session, client, "repoint", nickname, body)
    session.answer(verified, _summary(verified))
    return _code(verified)


@command(app, "trust-policy", json=False)
def trust_policy(
    session: Session,
    nickname: Nickname,
    form: Annotated[Form, typer.Option("--form", help="What to put it in place with.")] = Form.json,
    flow: Annotated[
        list[str] | None, typer.Option("--flow", help="With what this flow needs; repeatable.")
    ] = None,
    card: Annotated[
        list[str] | None, typer.Option("--card", help="With what this card needs; repeatable.")
    ] = None,
) -> None:
    """Print what the role's owner has to put in place."""
    with session.client() as client:
        text = client.text(
            "connections", nickname, "trust-policy", form=form.value, flow=flow, card=card
        )
    session.answer(text, text)


@command(app, "policy")
def policy(
    session: Session, nickname: Nickname, *, form: Format = Form.json, against: Against = None
) -> int:
    """Print the IAM policy that the role needs for all flows that use it, or compare it.

    With --against exit code 3 if a card fails under the given policies, 1 if one may.
    """
    return show_needed(session, {"connection": nickname}, form, against)


@command(app, "rename")
def rename(
    session: Session,
    nickname: Nickname,
    new_nickname: Annotated[str, typer.Argument(metavar="NEW", help="The new nickname.")],
) -> None:
    """Rename a connection; the flows that use it follow."""
    with session.client() as client:
        changed = client.patch("connections", nickname, body={"nickname": new_nickname})
    session.answer(changed, _summary(changed))


@command(app, "describe")
def describe(
    session: Session,
    nickname: Nickname,
    description: Annotated[str, typer.Argument(metavar="TEXT", help="What it is for.")],
) -> None:
    """Describe a connection."""
    with session.client() as client:
        changed = client.patch("connections", nickname, body={"description": description})
    session.answer(changed, _summary(changed))


@command(app, "narrowing")
def narrowing(
    session: Session,
    nickname: Nickname,
    switch: Annotated[
        Switch, typer.Argument(metavar="on|off", help="Whether sessions are held to the flow.")
    ],
) -> None:
    """Hold the sessions of runs to what their flow's cards declare (on), or to the role alone."""
    with session.client() as client:
        body = {"narrowing": switch == Switch.on}
        changed = client.patch("connections", nickname, body=body)
    session.answer(changed, _summary(changed))


@command(app, "usage")
def usage(session: Session, nickname: Nickname) -> None:
    """List the flows that use a connection."""
    with session.client() as client:
        found = client.get("connections", nickname, "usage")
    if not found["flows"]:
        session.say(f"No flow uses {nickname}.")
    session.answer(found, "\n".join(found["flows"]))


@command(app, "capabilities")
def capabilities(
    session: Session,
    nickname: Nickname,
    *,
    bucket: Annotated[
        str | None,
        typer.Option("--bucket", metavar="BUCKET", help="In this bucket; else in whatever bucket."),
    ] = None,
) -> int:
    """Say what a connection's role may do, card by card, and what to add. It writes nothing.

    Exit code 3 if a card is denied.
    """
    from penstock.cli.capabilities import show_capabilities  # noqa: PLC0415

    with session.client() as client:
        found = client.get("connections", nickname, "capabilities", bucket=bucket)
    return show_capabilities(session, found)


@command(app, "buckets")
def buckets(
    session: Session,
    nickname: Nickname,
    *,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="How the names begin.")
    ] = "",
) -> None:
    """List the buckets that a connection's role can list, 1,000 at most."""
    with session.client() as client:
        found = client.get("connections", nickname, "buckets", prefix=prefix)
    if not found["names"]:
        session.say("There is none.")
    if not found["complete"]:
        session.say("There are more: say with --prefix how the name begins.")
    session.answer(found, "\n".join(found["names"]))


@command(app, "delete")
def delete(
    session: Session,
    nickname: Nickname,
    force: Annotated[bool, typer.Option("--force", help="Even while flows use it.")] = False,
) -> None:
    """Delete a connection. In AWS the role stays, until its owner deletes it."""
    with session.client() as client:
        said = client.delete("connections", nickname, force=force)
    session.answer(said, f"Deleted {said['connection']['nickname']}. {said['notice']}")


def probe(
    session: Session, client: "Client", verb: str, nickname: str, body: dict[str, Any]
) -> dict[str, Any]:
    """The connection after a probe (`verify` or `repoint`), whose steps are shown as made."""
    found: dict[str, Any] = {}
    hint = None
    for name, data in client.events("POST", "connections", nickname, verb, body=body):
        if name == "step":
            _say_step(session, data, hint)
            hint = data["hint"]
        else:
            found = data
    return found


def _say_step(session: Session, step: dict[str, Any], said: str | None = None) -> None:
    if session.json:
        return
    from rich.padding import Padding  # noqa: PLC0415 - not for `--json`
    from rich.text import Text  # noqa: PLC0415

    from penstock.cli.failures import write_statement  # noqa: PLC0415
    from penstock.cli.output import plain, seconds  # noqa: PLC0415

    mark, style = _MARKS[step["outcome"]]
    title = _TITLES.get(step["name"], step["name"])
    spent = seconds(step["seconds"]) if step["outcome"] != "skipped" else "not tried"
    session.say(Text.assemble("  ", (mark, style), f" {title}  ", (spent, "dim")))
    if step["outcome"] == "failed":
        session.say(Padding(Text(plain(step["message"])), (0, 0, 0, 4)))
        if step["hint"] and step["hint"] != said:
            session.say(Padding(Text(plain(step["hint"]), style="yellow"), (0, 0, 0, 4)))
            write_statement(step["denial"])


def _drafted(made: dict[str, Any]) -> Any:
    import json  # noqa: PLC0415

    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    nickname = made["nickname"]
    return Group(
        output.facts(
            (
                ("Connection", nickname),
                ("Status", output.status(made["status"])),
                ("Account ID", made["platform"]["account_id"]),
                ("External ID", made["external_id"]),
            )
        ),
        Text("\nThe role's trust policy:\n", style="dim"),
        Text(json.dumps(made["trust_policy"], indent=2)),
        Text(
            f"\nCreate the role with it (`penstock connections trust-policy {nickname} --form "
            f"cloudformation|terraform|cli` makes it easy), then:\n"
            f"  penstock connections verify {nickname} --role-arn ARN",
            style="dim",
        ),
    )


def _summary(found: dict[str, Any]) -> Any:
    from penstock.cli import output  # noqa: PLC0415

    return output.facts(
        (
            ("Connection", found["nickname"]),
            ("Status", output.status(found["status"])),
            ("Account", found["account_id"]),
            ("Role", found["role_arn"] or (found["probe"] or {}).get("role_arn")),
            ("External ID", found["external_id"]),
            ("Region", found["region"]),
            ("Description", found["description"]),
            ("Narrowing", None if found["narrowing"] else _NOT_NARROWED),
            ("Last probe", _probed(found)),
            ("Last used", output.when(found["last_used_at"])),
        )
    )


def _probed(found: dict[str, Any]) -> str:
    """What the last probe found and how long ago that was; when one last passed, if that is
    another."""
    probe = found["probe"]
    if probe is None:
        return ""
    said = f"{probe['status']} {age(probe['at'])}"
    if found["verified_at"] and probe["status"] != "verified":
        said += f" (verified {age(found['verified_at'])})"
    return said


def age(at: str, now: datetime | None = None) -> str:
    """How long ago a time of the API was, in the largest unit that fits."""
    passed = ((now or datetime.now(UTC)) - datetime.fromisoformat(at)).total_seconds()
    for unit, seconds in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if passed >= seconds:
            return f"{int(passed // seconds)} {unit} ago"
    return "just now"


def _code(verified: dict[str, Any]) -> int:
    return 0 if verified["status"] == "verified" else 3
