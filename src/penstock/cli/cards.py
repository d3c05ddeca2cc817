"""`penstock cards`: the catalog."""

from typing import Annotated, Any

import typer

from penstock.cli.command import command
from penstock.cli.policies import Against, Form, Format, show_needed
from penstock.cli.session import Session

app = typer.Typer(help="The cards that flows are made of.", no_args_is_help=True)


@command(app, "list")
def list_cards(
    session: Session,
    connector: Annotated[
        str | None, typer.Option("--connector", help="Only of this connector.")
    ] = None,
) -> None:
    """List cards."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    with session.client() as client:
        found = list(client.items("cards", connector=connector))
    rows = ((each["id"], each["effect"], each["summary"]) for each in found)
    session.answer(found, output.table(("CARD", "EFFECT", "SUMMARY"), rows))


@command(app, "show")
def show(
    session: Session,
    card: Annotated[str, typer.Argument(metavar="CARD", help="Such as s3.copy_object.")],
) -> None:
    """Show a card: what it takes, gives and needs."""
    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    with session.client() as client:
        found = client.get("cards", card)
    session.answer(
        found,
        Group(
            output.facts(
                (
                    ("Card", found["id"]),
                    ("Title", found["title"]),
                    ("Summary", found["summary"]),
                    ("Effect", found["effect"]),
                    ("Operations", ", ".join(found["operations"])),
                )
            ),
            Text(f"\n{output.plain(found['help'])}\n") if found["help"] else "",
            Text("Inputs", style="bold"),
            _fields(found["inputs"]),
            Text("\nOutputs", style="bold"),
            _fields(found["outputs"]),
            *_blocks(found.get("blocks", [])),
            Text("\nPermissions", style="bold"),
            output.table(
                ("ACTION", "RESOURCE", ""),
                (
                    (each["action"], each["resource"], "optional" if each["optional"] else "")
                    for each in found["permissions"]
                ),
            ),
        ),
    )


@command(app, "policy")
def policy(
    session: Session,
    card: Annotated[
        list[str], typer.Argument(metavar="CARD...", help="Such as s3.copy_object; several.")
    ],
    *,
    connection: Annotated[
        str | None, typer.Option("--connection", help="Whose role is to have it.")
    ] = None,
    form: Format = Form.json,
    against: Against = None,
) -> int:
    """Print the IAM policy that cards need with whatever inputs, or compare it.

    With --against exit code 3 if a card fails under the given policies, 1 if one may.
    """
    return show_needed(session, {"cards": card, "connection": connection}, form, against)


def _blocks(blocks: list[dict[str, Any]]) -> list[Any]:
    """What further cards it holds; nothing for most."""
    from rich.text import Text  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    if not blocks:
        return []
    rows = [
        (
            each["name"],
            ", ".join(word for word in ("required", "repeated") if each[word]),
            each["help"] or each["title"],
        )
        for each in blocks
    ]
    return [Text("\nCards inside", style="bold"), output.table(("BLOCK", "", "HELP"), rows)]


def _fields(schema: dict[str, Any]) -> Any:
    from penstock.cli import output  # noqa: PLC0415

    return output.table(
        ("FIELD", "TYPE", "REQUIRED", "HELP"), _rows(schema, schema.get("$defs", {}), "", 0)
    )


def _rows(schema: dict[str, Any], defs: dict[str, Any], prefix: str, depth: int) -> list[Any]:
    rows: list[Any] = []
    required = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        field = _resolved(given, defs)
        path = f"{prefix}{name}"
        help = (given.get("description") or field.get("description") or "").replace("\n", " ")
        rows.append((path, _type(field), "yes" if name in required else "", help))
        if field.get("properties") and depth < 3:
            rows += _rows(field, defs, f"{path}.", depth + 1)
    return rows


def _resolved(field: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in field or "anyOf" in field:
        if "$ref" in field:
            field = defs.get(field["$ref"].rpartition("/")[2], {})
        else:
            choices = [each for each in field["anyOf"] if each.get("type") != "null"]
            if len(choices) != 1:
                return field
            field = choices[0]
    return field


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(each) for each in field["enum"] if each is not None)
    if "anyOf" in field:
        return " | ".join(sorted({str(each.get("type", "object")) for each in field["anyOf"]}))
    return str(field.get("format") or field.get("type") or "any")
