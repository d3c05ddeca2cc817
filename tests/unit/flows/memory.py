"""A flow repository in memory, as strict as the real one."""

from collections.abc import Mapping, Sequence

from penstock.errors import NotFound
from penstock.flows.repository import FlowChange, FlowVersion, KeptFlow, flow_changed


class MemoryFlows:
    """Implements `flows.repository.FlowRepository`."""

    def __init__(self) -> None:
        self.versions_of: dict[str, list[FlowVersion]] = {}
        self.about: dict[str, KeptFlow] = {}

    def save(self, version: FlowVersion, *, based_on: int | None = None) -> FlowVersion:
        before = self.versions_of.setdefault(version.flow, [])
        if based_on is not None and based_on != len(before):
            raise flow_changed(version.flow, based_on, len(before))
        if before and before[-1].text == version.text:
            return before[-1]
        before.append(saved := version.model_copy(update={"version": len(before) + 1}))
        new = KeptFlow(
            flow=saved.flow, owner=saved.saved_by, created_at=saved.saved_at, current=saved
        )
        known = self.about.get(saved.flow, new)
        self.about[saved.flow] = known.model_copy(update={"current": saved})
        return saved

    def find(self, flow: str, version: int | None = None) -> FlowVersion | None:
        versions = self.versions_of.get(flow, [])
        if version is None:
            return versions[-1] if versions else None
        return next((one for one in versions if one.version == version), None)

    def kept(self, flow: str) -> KeptFlow | None:
        return self.about.get(flow)

    def all(self) -> Sequence[KeptFlow]:
        return [self.about[name] for name in sorted(self.about)]

    def change(self, changes: Mapping[str, FlowChange]) -> Sequence[KeptFlow]:
        if not set(changes) <= set(self.about):
            raise NotFound
        for name, change in changes.items():
            update = change.model_dump(exclude_none=True)
            self.about[name] = self.about[name].model_copy(update=update)
        return [self.about[name] for name in sorted(changes)]

    def versions(self, flow: str) -> Sequence[FlowVersion]:
        return self.versions_of.get(flow, [])[::-1]

    def remove(self, flow: str) -> None:
        self.versions_of.pop(flow, None)
        self.about.pop(flow, None)
