"""Flows in the database, every version."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from penstock.errors import NotFound
from penstock.flows.repository import FlowChange, FlowVersion, KeptFlow, flow_changed
from penstock.store.database import Database
from penstock.store.tables import flow_versions, flows

_LARGEST_VERSION: Final = 2**31 - 1
"""More than the column holds: asking for it is an error of the driver."""


_ABOUT: Final = ("folder", "enabled", "owner", "created_at")
_KEPT: Final = sa.select(flow_versions, *(flows.c[name] for name in _ABOUT)).join(
    flows,
    (flows.c.name == flow_versions.c.flow) & (flows.c.current == flow_versions.c.version),
)


class Flows:
    """Implements `flows.repository.FlowRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, version: FlowVersion, *, based_on: int | None = None) -> FlowVersion:
        """Keep it as the flow's next version (`version` is set here, atomically).

        The text of the current version saved again changes nothing and gives that version. A new
        flow is on, at the top, and belongs to whoever saved it.

        Raises:
            Conflict: `based_on` is given and not the current version (0: there is one).
        """
        with self._database.write() as sql:
            last, current = self._last_and_current(sql, version.flow)
            if based_on is not None and based_on != (current or 0):
                raise flow_changed(version.flow, based_on, current or 0)
            if current is not None:
                kept = self._find(sql, version.flow, current)
                if kept is not None and kept.text == version.text:
                    return kept
            saved = version.model_copy(update={"version": last + 1})
            sql.execute(
                flow_versions.insert().values(
                    flow=saved.flow,
                    version=saved.version,
                    text=saved.text,
                    document=saved.document.model_dump(mode="json"),
                    connections=list(saved.connections),
                    saved_at=saved.saved_at,
                    saved_by=saved.saved_by,
                )
            )
            fresh = _as_new(saved) if current is None else {}
            sql.execute(
                flows.update()
                .where(flows.c.name == saved.flow)
                .values(last_version=saved.version, current=saved.version, **fresh)
            )
            return saved

    def find(self, flow: str, version: int | None = None) -> FlowVersion | None:
        """The current version, or that one."""
        with self._database.read() as sql:
            if version is None:
                current = sa.select(flows.c.current).where(flows.c.name == flow)
                version = sql.execute(current).scalar()
            if version is None or version > _LARGEST_VERSION:
                return None
            return self._find(sql, flow, version)

    def kept(self, flow: str) -> KeptFlow | None:
        with self._database.read() as sql:
            row = sql.execute(_KEPT.where(flows.c.name == flow)).first()
        return _kept(row) if row else None

    def all(self) -> Sequence[KeptFlow]:
        """By name."""
        with self._database.read() as sql:
            return [_kept(row) for row in sql.execute(_KEPT.order_by(flows.c.name))]

    def change(self, changes: Mapping[str, FlowChange]) -> Sequence[KeptFlow]:
        """All of these flows as they are after their changes, by name; all change or none.

        Raises:
            NotFound: one of them is not there.
        """
        with self._database.write() as sql:
            # In order, so that two who change the same flows do not wait for each other.
            for name, change in sorted(changes.items()):
                done = sql.execute(
                    flows.update()
                    .where(flows.c.name == name, flows.c.current.is_not(None))
                    .values(name=name, **change.model_dump(exclude_none=True))
                )
                if not done.rowcount:
                    raise NotFound(
                        f"There is no flow {name}.", hint="`penstock flows list` shows all flows."
                    )
            wanted = _KEPT.where(flows.c.name.in_(changes)).order_by(flows.c.name)
            return [_kept(row) for row in sql.execute(wanted)]

    def versions(self, flow: str) -> Sequence[FlowVersion]:
        """Newest first."""
        wanted = sa.select(flow_versions).where(flow_versions.c.flow == flow)
        with self._database.read() as sql:
            rows = sql.execute(wanted.order_by(flow_versions.c.version.desc()))
            return [_version(row) for row in rows]

    def remove(self, flow: str) -> None:
        """The flow with all its versions; a flow of that name later counts on from there."""
        with self._database.write() as sql:
            sql.execute(flow_versions.delete().where(flow_versions.c.flow == flow))
            sql.execute(flows.update().where(flows.c.name == flow).values(current=None))

    @staticmethod
    def _last_and_current(sql: sa.Connection, flow: str) -> tuple[int, int | None]:
        wanted = sa.select(flows).where(flows.c.name == flow).with_for_update()
        row = sql.execute(wanted).first()
        if row is None:
            # Two first savers: the loser waits here for the winner, and then finds its row.
            sql.execute(_insert_unless_there(sql, flow))
            row = sql.execute(wanted).one()
        return row.last_version, row.current

    @staticmethod
    def _find(sql: sa.Connection, flow: str, version: int) -> FlowVersion | None:
        wanted = sa.select(flow_versions).where(
            flow_versions.c.flow == flow, flow_versions.c.version == version
        )
        row = sql.execute(wanted).first()
        return _version(row) if row else None


def _insert_unless_there(sql: sa.Connection, flow: str) -> sa.Executable:
    insert = postgresql.insert if sql.dialect.name == "postgresql" else sqlite.insert
    values = {"name": flow, "last_version": 0, "current": None}
    return insert(flows).values(values).on_conflict_do_nothing()


def _as_new(saved: FlowVersion) -> dict[str, Any]:
    """What a flow starts with, also one of a name that was used before."""
    return {
        "folder": "",
        "enabled": True,
        "owner": saved.saved_by,
        "created_at": saved.saved_at,
    }


def _kept(row: sa.Row[Any]) -> KeptFlow:
    about = {name: row._mapping[name] for name in _ABOUT}
    return KeptFlow(flow=row.flow, **about, current=_version(row))


def _version(row: sa.Row[Any]) -> FlowVersion:
    return FlowVersion.model_validate(dict(row._mapping))
