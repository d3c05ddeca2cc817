"""The check of a card's connection."""

from penstock.flows.document import CardUse
from penstock.flows.nearest import did_you_mean, quoted
from penstock.flows.report import Report
from penstock.flows.signature import CardSignature, ConnectionLookup
from penstock.flows.types import Path


def check_connection(
    use: CardUse,
    path: Path,
    signature: CardSignature,
    connections: ConnectionLookup | None,
    report: Report,
) -> None:
    """Note what is wrong with the connection that a card names, or does not name.

    A connection that is not proved yet is a warning: it may be when the flow runs. An unsafe one
    is an error.
    """
    at = (*path, "connection")
    if not signature.needs_connection:
        if use.connection is not None:
            message = f"{quoted(use.card)} needs no connection."
            report.note(at, "needless_connection", message, "Take it out.")
    elif use.connection is None:
        names = connections.nicknames() if connections else ()
        hint = did_you_mean("", names, "Connections are: ") or (
            "Name one: `connection: its-nickname`."
        )
        report.note(at, "missing_connection", f"{quoted(use.card)} needs a connection.", hint)
    elif connections is not None:
        _check_known(use.connection, at, connections, report)


def _check_known(name: str, at: Path, connections: ConnectionLookup, report: Report) -> None:
    status = connections.status(name)
    if status is None:
        hint = did_you_mean(name, connections.nicknames(), "Connections are: ")
        hint = hint or f"Make it: `penstock connections new {name}`."
        report.note(at, "unknown_connection", f"There is no connection {quoted(name)}.", hint)
    elif status == "unsafe":
        message = f"The connection {quoted(name)} is unsafe: others can assume its role."
        hint = f"`penstock connections show {name}` says which line of the policy to change."
        report.note(at, "unsafe_connection", message, hint)
    elif status != "verified":
        message = f"The connection {quoted(name)} is not verified yet ({status})."
        hint = f"Before the flow runs: `penstock connections verify {name}`."
        report.note(at, "unverified_connection", message, hint, severity="warning")
