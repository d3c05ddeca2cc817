"""A kept flow, and what flows need of a store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from penstock.flows.document import FlowDocument


class FlowVersion(BaseModel):
    """One saved version of a flow: the YAML as written, and the document it says.

    `version` counts from 1 within the flow. `connections` are the nicknames its cards use.
    """

    model_config = ConfigDict(frozen=True)

    flow: str
    version: int
    text: str
    document: FlowDocument = Field(repr=False)
    connections: tuple[str, ...]
    saved_at: datetime


class FlowRepository(Protocol):
    """Keeps every version of every flow."""

    def save(self, version: FlowVersion) -> FlowVersion:
        """Keep it as the flow's next version (`version` is set here, atomically).

        The text of the current version saved again changes nothing and gives that version.
        """
        ...

    def find(self, flow: str, version: int | None = None) -> FlowVersion | None:
        """The current version, or that one."""
        ...

    def all(self) -> Sequence[FlowVersion]:
        """The current version of each flow, by name."""
        ...

    def versions(self, flow: str) -> Sequence[FlowVersion]:
        """Newest first."""
        ...

    def remove(self, flow: str) -> None:
        """The flow with all its versions; its runs stay, each holds its own document."""
        ...
