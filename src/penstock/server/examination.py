"""How the server is: each thing that can go wrong, looked at, with what to do about it.

No look fails the others: what cannot be looked at is itself a finding.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from penstock.errors import PenstockError
from penstock.server import house_findings, run_findings
from penstock.server.application import Application
from penstock.server.settings_bodies import Finding, HealthDetails, State

_WORST: Final[dict[State, int]] = {"ok": 0, "warn": 1, "bad": 2}

_log: Final = logging.getLogger(__name__)

Look = Callable[[Application, datetime], Iterator[Finding]]


def examine(served: Application) -> HealthDetails:
    """Everything there is to look at, in the order in which a person asks."""
    now = datetime.now(UTC)
    findings = [finding for each in _LOOKS for finding in _looked(*each, served, now)]
    worst = max((each.state for each in findings), key=_WORST.__getitem__)
    return HealthDetails(at=now, state=worst, findings=findings)


def _looked(name: str, title: str, look: Look, served: Application, now: datetime) -> list[Finding]:
    try:
        return list(look(served, now))
    except Exception as fault:
        if isinstance(fault, PenstockError):
            hint = fault.hint
        else:
            _log.warning("%s could not be looked at", title, exc_info=True)
            hint = "The server's log has the details."
        says = f"This could not be looked at: {str(fault).rstrip('.')}."
        return [Finding(name=name, title=title, state="bad", says=says, hint=hint)]


_LOOKS: Final[tuple[tuple[str, str, Look], ...]] = (
    ("version", "Version", house_findings.version),
    ("worker", "Worker", run_findings.engine),
    ("disk", "Disk", house_findings.disk),
    ("database", "Database", house_findings.database),
    ("sweep", "Sweep", run_findings.sweep),
    ("probes", "Probes of connections", house_findings.probes),
    ("principal", "Platform principal", house_findings.principal),
    ("clock", "Clock", house_findings.clock),
    ("pages", "Pages", house_findings.pages),
)
"""What each look finds first, or is if it fails: its name and its title."""
