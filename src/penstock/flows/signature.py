"""What the language needs to know of a card and of a connection to check a flow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from penstock.flows.wording import Finding


@dataclass(frozen=True, slots=True)
class BlockSignature:
    """A place in a card for further cards. Inside it the holding card's id leads to what the block
    gives, as in `{{ each.item.key }}`; after the card, to the card's outputs."""

    name: str
    title: str
    help: str = ""
    required: bool = False
    """Whether it must hold at least one card."""
    repeated: bool = False
    """Whether its cards may run more than once."""
    gives: Mapping[str, Any] | None = None
    """JSON Schema of what its cards can refer to. A property with `x-penstock-item-of` is an item
    of the input that it names."""


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
    blocks: tuple[BlockSignature, ...] = ()
    """What further cards it holds, in the order in which they are shown."""

    def block(self, name: str) -> BlockSignature | None:
        return next((one for one in self.blocks if one.name == name), None)


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
