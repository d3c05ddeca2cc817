"""A flow repository in memory, as strict as the real one."""

from collections.abc import Sequence

from penstock.flows.repository import FlowVersion, flow_changed


class MemoryFlows:
    """Implements `flows.repository.FlowRepository`."""

    def __init__(self) -> None:
        self.kept: dict[str, list[FlowVersion]] = {}

    def save(self, version: FlowVersion, *, based_on: int | None = None) -> FlowVersion:
        before = self.kept.setdefault(version.flow, [])
        if based_on is not None and based_on != len(before):
            raise flow_changed(version.flow, based_on, len(before))
        if before and before[-1].text == version.text:
            return before[-1]
        before.append(version.model_copy(update={"version": len(before) + 1}))
        return before[-1]

    def find(self, flow: str, version: int | None = None) -> FlowVersion | None:
        versions = self.kept.get(flow, [])
        if version is None:
            return versions[-1] if versions else None
        return next((one for one in versions if one.version == version), None)

    def all(self) -> Sequence[FlowVersion]:
        return [self.kept[name][-1] for name in sorted(self.kept)]

    def versions(self, flow: str) -> Sequence[FlowVersion]:
        return self.kept.get(flow, [])[::-1]

    def remove(self, flow: str) -> None:
        self.kept.pop(flow, None)
