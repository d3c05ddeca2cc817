"""How commands show what a preflight found."""

from typing import Any

from penstock.cli import output
from penstock.cli.session import Session


def show_foresight(session: Session, found: dict[str, Any]) -> int:
    """The cards with their verdicts and reasons; gives the exit code, 3 if one is denied."""
    for note in found["notes"]:
        session.say(note)
    rows = (
        (
            each["id"],
            each["card"],
            each["connection"] or "",
            output.status(each["verdict"]),
            each["reason"],
        )
        for each in found["cards"]
    )
    session.answer(found, output.table(("ID", "CARD", "CONNECTION", "VERDICT", "WHY"), rows))
    return 3 if any(each["verdict"] == "denied" for each in found["cards"]) else 0
