"""How commands show what a connection's role may do."""

from typing import Any

from penstock.cli import output
from penstock.cli.session import Session


def show_capabilities(session: Session, found: dict[str, Any]) -> int:
    """The cards with their verdicts, and what to add; gives the exit code, 3 if one is denied."""
    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    for note in found["notes"]:
        session.say(note)
    rows = ((each["card"], output.status(each["verdict"]), _why(each)) for each in found["cards"])
    shown: list[Any] = [output.table(("CARD", "VERDICT", "WHY"), rows)]
    if found["policy"]:
        shown += [
            Text("\nTo allow what is denied, add this to the role:\n", style="dim"),
            Text(output.json_text(found["policy"], indent=2)),
        ]
    session.answer(found, Group(*shown))
    return 3 if any(each["verdict"] == "denied" for each in found["cards"]) else 0


def _why(card: dict[str, Any]) -> str:
    lacking = dict.fromkeys(
        f"{each['action']} ({each['when']})"
        for each in card["limits"]
        if not each["optional"] and each["verdict"] == "denied"
    )
    if card["verdict"] == "denied" or not lacking:
        return str(card["reason"])
    return f"{card['reason']} Denied: {', '.join(lacking)}."
