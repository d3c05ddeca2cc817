"""A kept flow, its versions, and what flows need of a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from penstock.errors import Conflict
from penstock.flows.document import FlowDocument
from penstock.flows.nicknames import nickname_key


class FlowVersion(BaseModel):
    """One saved version of a flow: the YAML as written, and the document it says.

    `version` counts from 1 within the flow. `connections` are the nicknames its cards use.
    `saved_by` is a username; None if nobody had to sign in.
    """

    model_config = ConfigDict(frozen=True)

    flow: str
    version: int
    text: str
    document: FlowDocument = Field(repr=False)
    connections: tuple[str, ...]
    saved_at: datetime
    saved_by: str | None = None

    def uses(self, connection: str) -> bool:
        """Whether a card has this connection, by nickname."""
        key = nickname_key(connection)
        return any(nickname_key(each) == key for each in self.connections)


class KeptFlow(BaseModel):
    """A flow as the list has it: its current version, and what is no part of the document.

    `folder` is a path such as `Legal/Holds`, empty at the top. No run is started of one that is
    not `enabled`. `owner` is a username: whom to ask about it; None if nobody had to sign in.
    """

    model_config = ConfigDict(frozen=True)

    flow: str
    folder: str = ""
    enabled: bool = True
    owner: str | None = None
    created_at: datetime
    current: FlowVersion


class FlowChange(BaseModel):
    """What to change about a kept flow; what is None stays."""

    model_config = ConfigDict(frozen=True)

    folder: str | None = None
    enabled: bool | None = None
    owner: str | None = None


def flow_changed(flow: str, based_on: int, current: int) -> Conflict:
    """The error for saving over what somebody else has saved since; `current` 0: deleted."""
    details = {"based_on": based_on, "current_version": current}
    if based_on == 0:
        message = f"There is a flow `{flow}` already, at version {current}."
        return Conflict(message, hint="Choose another name, or open that flow.", details=details)
    if current == 0:
        message = f"The flow `{flow}` has been deleted since version {based_on}."
        return Conflict(message, hint="Save it as a new flow to keep it.", details=details)
    message = f"The flow `{flow}` has changed: version {current} was saved after {based_on}."
    hint = f"Compare with version {current}, then save on top of it or take it over."
    return Conflict(message, hint=hint, details=details)


class FlowRepository(Protocol):
    """Keeps every version of every flow."""

    def save(self, version: FlowVersion, *, based_on: int | None = None) -> FlowVersion:
        """Keep it as the flow's next version (`version` is set here, atomically).

        The text of the current version saved again changes nothing and gives that version. A new
        flow is on, at the top, and belongs to whoever saved it.

        Args:
            based_on: the version that must be the current one; 0 if there must be none.

        Raises:
            Conflict: another one is (see `flow_changed`).
        """
        ...

    def find(self, flow: str, version: int | None = None) -> FlowVersion | None:
        """The current version, or that one."""
        ...

    def kept(self, flow: str) -> KeptFlow | None: ...
    def all(self) -> Sequence[KeptFlow]:
        """By name."""
        ...

    def change(self, changes: Mapping[str, FlowChange]) -> Sequence[KeptFlow]:
        """All of these flows as they are after their changes, by name; all change or none.

        Raises:
            NotFound: one of them is not there.
        """
        ...

    def versions(self, flow: str) -> Sequence[FlowVersion]:
        """Newest first."""
        ...

    def remove(self, flow: str) -> None:
        """The flow with all its versions; its runs stay, each holds its own document."""
        ...
