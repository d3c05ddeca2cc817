"""Showing a run's cards as they go, and what came of it."""

from typing import Any

from penstock.cli.client import Client
from penstock.cli.failures import exit_code, write
from penstock.cli.session import Session

_MARKS = {
    "card.succeeded": ("✓", "green"),
    "card.failed": ("✗", "red"),
    "card.retrying": ("↻", "yellow"),
}


class Interrupted(Exception):
    """The person stopped watching; the run is kept."""

    def __init__(self, run_id: str, *, remote: bool) -> None:
        super().__init__(run_id)
        self.run_id = run_id
        self.remote = remote


def follow(session: Session, client: Client, started: dict[str, Any]) -> dict[str, Any]:
    """The run with its cards once it ended; its events are shown meanwhile.

    Raises:
        Interrupted: the person pressed Ctrl-C.
    """
    run_id = started["id"]
    if started["resumed"]:
        session.say(f"Run {run_id} was interrupted before: it goes on where it was.")
    else:
        session.say(f"Run {run_id} of {started['flow']}")
    try:
        for name, data in client.events("GET", "runs", run_id, "events"):
            if name == "event":
                say_event(session, data)
        ended: dict[str, Any] = client.get("runs", run_id)
    except KeyboardInterrupt:
        raise Interrupted(run_id, remote=client.is_remote) from None
    return ended


def finish(session: Session, run: dict[str, Any]) -> int:
    """The run as the command's result; gives the exit code."""
    from penstock.cli.runs import run_view  # noqa: PLC0415 - it imports Rich

    session.answer(run, run_view(run))
    if run["status"] == "succeeded":
        return 0
    error = run["error"] or {}
    if error and not session.json:
        write({"detail": error.get("message", ""), **error}, as_json=False)
    return exit_code(error.get("code"))


def say_event(session: Session, event: dict[str, Any]) -> None:
    """A line for what people want to see of a run; not with `--json`."""
    if session.json:
        return
    if event["type"] == "session.narrowed" and not event["data"].get("narrowed", True):
        session.say(
            f"  ! Connection {event['data']['connection']} does not narrow its sessions: this run "
            "can do all that its role may."
        )
    if event["type"] not in _MARKS:
        return
    from rich.text import Text  # noqa: PLC0415 - not for `--json`

    from penstock.cli.output import plain, seconds  # noqa: PLC0415

    mark, style = _MARKS[event["type"]]
    data = event["data"]
    line = Text.assemble("  ", (mark, style), f" {plain(event['card'])}  ")
    if (spent := data.get("seconds")) is not None:
        line.append(seconds(spent), style="dim")
    error = data.get("error")
    if isinstance(error, dict) and error.get("message"):
        line.append(f"  {plain(error['message'])}", style=style)
    session.say(line)
