"""How the house is in which runs live: version, database, disk, AWS, pages."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from penstock import __version__
from penstock.connections.lifecycle import PROBE_AGAIN_AFTER, as_of
from penstock.server import web
from penstock.server.application import Application
from penstock.server.settings_bodies import Finding, State
from penstock.server.wording import counted, size, span

_GIB: Final = 1 << 30
_LITTLE_ROOM, _NO_ROOM = 5 * _GIB, _GIB
_PROBE_IS_LATE: Final = PROBE_AGAIN_AFTER + timedelta(hours=1)
_CLOCK_IS_OFF, _CLOCK_IS_WRONG = 30.0, 240.0
"""AWS refuses what was signed more than five minutes from its own time (SigV4)."""


def version(served: Application, now: datetime) -> Iterator[Finding]:
    up = now - served.started_at
    yield Finding(
        name="version",
        title="Version",
        state="ok",
        says=f"Penstock {__version__}, running for {span(up)}.",
        facts={
            "version": __version__,
            "started_at": served.started_at.isoformat(),
            "uptime_seconds": round(up.total_seconds()),
        },
    )


def database(served: Application, now: datetime) -> Iterator[Finding]:
    kind, taken, reusable, revision, newest = served.database_facts()
    free = f", {size(reusable)} of them free for what comes next" if reusable > taken / 10 else ""
    is_newest = revision == newest
    yield Finding(
        name="database",
        title="Database",
        state="ok" if is_newest else "bad",
        says=f"{kind}, {size(taken)}{free}; tables of revision {revision}"
        + (", the newest." if is_newest else f", and this version wants {newest}."),
        hint=None if is_newest else "Another version has used this data meanwhile: restart.",
        facts={
            "kind": kind,
            "bytes": taken,
            "reusable_bytes": reusable,
            "revision": revision,
            "newest_revision": newest,
        },
    )


def disk(served: Application, now: datetime) -> Iterator[Finding]:
    room = shutil.disk_usage(served.data)
    state: State = "ok"
    if room.free < _LITTLE_ROOM:
        state = "warn" if room.free >= _NO_ROOM else "bad"
    yield Finding(
        name="disk",
        title="Disk",
        state=state,
        says=f"{size(room.free)} free of {size(room.total)} where the data directory is.",
        hint=None
        if state == "ok"
        else "Make room on that disk, or keep runs for less long: without room no run goes on.",
        facts={"free_bytes": room.free, "total_bytes": room.total},
    )


def probes(served: Application, now: datetime) -> Iterator[Finding]:
    used = [as_of(each, now) for each in served.connections.list() if each.status != "draft"]
    last = max((each.probe.at for each in used if each.probe is not None), default=None)
    late = [
        each
        for each in used
        if each.status in {"verified", "stale"}
        and each.verified_at is not None
        and now - each.verified_at > _PROBE_IS_LATE
    ]
    if not used:
        says = "There are no connections whose trust could be proved."
    elif late:
        says = f"{counted(len(late), 'connection')} of {len(used)} not proved for over a day; " + (
            "never probed." if last is None else f"the last probe was {span(now - last)} ago."
        )
    else:
        says = f"All {len(used)} looked at within a day" + (
            "." if last is None else f"; the last probe was {span(now - last)} ago."
        )
    yield Finding(
        name="probes",
        title="Probes of connections",
        state="warn" if late else "ok",
        says=says,
        hint="`penstock connections verify` says what is in the way." if late else None,
        facts={
            "connections": len(used),
            "late": len(late),
            "last_probe_at": last and last.isoformat(),
        },
    )


def principal(served: Application, now: datetime) -> Iterator[Finding]:
    who = served.principal()
    if who is None:
        says, facts = "AWS is being asked who Penstock is; look again in a moment.", {}
    else:
        says = f"Penstock is {who.arn}, in account {who.account_id}."
        facts = {"arn": who.arn, "account_id": who.account_id}
    yield Finding(
        name="principal", title="Platform principal", state="ok", says=says, facts={**facts}
    )


def clock(served: Application, now: datetime) -> Iterator[Finding]:
    skew = served.clock_skew()
    if skew is None:
        says, state = "Not compared yet: AWS has not answered since the start.", "ok"
    elif abs(skew) <= _CLOCK_IS_OFF:
        says, state = "This machine's clock agrees with AWS's.", "ok"
    else:
        way = "behind" if skew > 0 else "ahead of"
        says = f"This machine's clock is {span(timedelta(seconds=abs(skew)))} {way} AWS's."
        state = "warn" if abs(skew) <= _CLOCK_IS_WRONG else "bad"
    yield Finding(
        name="clock",
        title="Clock",
        state="ok" if state == "ok" else "warn" if state == "warn" else "bad",
        says=says,
        hint=None if state == "ok" else "Set it by NTP: AWS refuses what is five minutes off.",
        facts={"skew_seconds": None if skew is None else round(skew)},
    )


def pages(served: Application, now: datetime) -> Iterator[Finding]:
    are_built = web.is_built()
    yield Finding(
        name="pages",
        title="Pages",
        state="ok" if are_built else "warn",
        says="Built." if are_built else "Not built: there is only the plain page and the command.",
        hint=None if are_built else "`make ui` in Penstock's source builds them.",
        facts={"built": int(are_built)},
    )
