"""How commands show policies, and what given policies make of cards."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from penstock.cli.session import Session


class Form(StrEnum):
    """What policies are put in place with."""

    json = "json"
    cloudformation = "cloudformation"
    terraform = "terraform"
    cli = "cli"


Format = Annotated[Form, typer.Option("--format", help="What to put it in place with.")]
Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="FILE|role|NAME",
        help="Compare with a policy: a file, the role's own, or an AWS managed policy; repeatable.",
    ),
]


def names_a_file(given: str) -> bool:
    """Whether it is a file and not the name of a flow, which has neither dots nor slashes."""
    return given == "-" or "." in given or "/" in given


def given_policies(given: Sequence[str]) -> dict[str, Any]:
    """What `FILE|role|NAME` options say, as the API takes it."""
    from penstock.cli.documents import read_document  # noqa: PLC0415

    documents: list[dict[str, Any]] = []
    managed: list[str] = []
    for one in given:
        if one == "role":
            continue
        if one.startswith("arn:") or not (names_a_file(one) or Path(one).is_file()):
            managed.append(one)
        else:
            name = "stdin" if one == "-" else Path(one).name
            documents.append({"document": read_document(Path(one)), "name": name})
    return {"documents": documents, "managed": managed, "role": "role" in given}


def show_needed(
    session: Session, asked: dict[str, Any], form: Form, against: Sequence[str] | None
) -> int:
    """The policies that are needed, or with `against` what those make of the cards.

    The exit code: 3 if a card fails under them, 1 if one may.
    """
    body = {**asked, "form": form.value}
    if against:
        body["against"] = given_policies(against)
    with session.client() as client:
        found = client.post("policies", "for", body=body)
    for notice in found["notices"]:
        session.say(notice)
    compared = found["comparison"]
    if compared is None:
        session.answer(found, found["text"])
        return 0
    for note in compared["notes"]:
        session.say(note)
    session.answer(found, _comparison(compared))
    return verdict_code(compared["cards"])


def verdict_code(cards: Sequence[dict[str, Any]]) -> int:
    """0 if all cards can do their work, 3 if one fails, 1 if one may fail."""
    required = [
        (card["verdict"], one["verdict"])
        for card in cards
        for one in card["permissions"]
        if not one["optional"]
    ]
    if any(card["verdict"] == "fails" for card in cards):
        return 3
    return 1 if any(one != "allowed" for _, one in required) else 0


def verdict_table(cards: Sequence[dict[str, Any]]) -> Any:
    """Cards, their verdicts, the statements behind them, and why."""
    from penstock.cli import output  # noqa: PLC0415 - it imports Rich

    rows = (
        (
            card["card"],
            output.status(card["verdict"]),
            ", ".join(statement_name(one) for one in card["statements"]) or "none",
            card["reason"],
        )
        for card in cards
    )
    return output.table(("CARD", "VERDICT", "STATEMENT", "WHY"), rows)


def statement_name(one: dict[str, Any]) -> str:
    """A statement by its Sid, or else by its number, and of which policy it is."""
    which = one["sid"] or f"statement {one['index'] + 1}"
    return f"{one['policy']}: {which}" if one["policy"] else which


def _comparison(compared: dict[str, Any]) -> Any:
    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from penstock.cli import output  # noqa: PLC0415

    parts: list[Any] = [verdict_table(compared["cards"])]
    if compared["too_little"]:
        rows = (
            (
                one["action"],
                one["resource"],
                output.status(one["verdict"]),
                "yes" if one["optional"] else "",
            )
            for one in compared["too_little"]
        )
        columns = ("ACTION", "RESOURCE", "VERDICT", "OPTIONAL")
        parts += [Text("\nToo little", style="bold"), output.table(columns, rows)]
    if compared["too_much"]:
        rows_of_excess = (
            (statement_name(one["statement"]), one["reason"]) for one in compared["too_much"]
        )
        parts += [
            Text("\nToo much", style="bold"),
            output.table(("STATEMENT", "WHY"), rows_of_excess),
        ]
    if compared["enough"]:
        granted = ((one["action"], one["resource"]) for one in compared["enough"])
        parts += [
            Text("\nJust right", style="bold"),
            output.table(("ACTION", "RESOURCE"), granted),
        ]
    if compared["just_right"]:
        parts.append(Text("\nIt grants what is needed, and nothing else."))
    return Group(*parts)
