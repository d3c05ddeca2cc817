"""What the language needs to know of a card and of a connection to check a flow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from penstock.flows.wording import Finding


@dataclass(frozen=True, slots=True)
class CardSignature:
    """A card seen from outside: JSON Schemas (draft 2020-12) of its inputs and outputs."""

    id: str
    title: str
    kind: Literal["start", "action", "function"]
    effect: Literal["pure", "read", "write", "destroy"]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    connector: str | None = None
    needs_connection: bool = False
    summary: str = ""
    blocks: tuple[str, ...] = ()
    """Names of the blocks of further cards that it holds."""


class CardLookup(Protocol):
    """The catalog, as far as a check needs it."""

    def signature(self, card_id: str) -> CardSignature | None: ...
    def ids(self) -> Iterable[str]: ...
    def findings(self, card_id: str, inputs: Mapping[str, Any]) -> Sequence[Finding]:
        """What is wrong with the literals among `inputs`; mappings are taken to be right."""
        ...


class ConnectionLookup(Protocol):
    """Which connections there are: nickname -> status (`verified`, `draft`, ...)."""

    def status(self, nickname: str) -> str | None: ...
    def nicknames(self) -> Iterable[str]: ...
