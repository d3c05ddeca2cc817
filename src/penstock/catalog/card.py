"""The declaration of a card and of a connector: everything else derives from these."""

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel

from penstock.catalog.choices import Ask, Choices
from penstock.catalog.context import CardContext
from penstock.catalog.model import CardModel, CardOutputs
from penstock.catalog.partial import Partial
from penstock.catalog.probing import Probe, Probed
from penstock.iam.permission import Permission

__all__ = [
    "Block",
    "Card",
    "CardModel",
    "CardOutputs",
    "Connector",
    "Effect",
    "Example",
    "ItemOf",
    "Ui",
]

Effect = Literal["pure", "read", "write", "destroy"]
CardKind = Literal["start", "action", "function"]

CardFunction = Callable[[CardContext, Any], BaseModel]
PermissionsFunction = Callable[[Partial], Iterable[Permission]]


@dataclass(frozen=True, slots=True)
class Ui:
    """A widget hint, put on a field as `Annotated[str, Ui(widget="multiline")]`.

    `options_from` names the kind of `Choices` that the field is one of: the connection offers
    them for it with the widget `options`, and not with `new`, which is for one to be made.
    `flow` says that the field names another flow, which the card starts: the map of flows then
    has a line from the one to the other.
    """

    widget: Literal[
        "multiline",
        "secret",
        "region",
        "bytes",
        "file",
        "cron",
        "date-time",
        "options",
        "new",
        "flow",
    ]
    options_from: str | None = None
    group: str | None = None

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core)
        schema["x-penstock-widget"] = self.widget
        if self.options_from:
            schema["x-penstock-options-from"] = self.options_from
        if self.group:
            schema["x-penstock-group"] = self.group
        return schema


@dataclass(frozen=True, slots=True)
class ItemOf:
    """Says that a field of what a block gives is an item of one of the card's inputs:
    `Annotated[Any, ItemOf("items")]`. Mappings then know its type wherever the input's is known."""

    name: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core), "x-penstock-item-of": self.name}


@dataclass(frozen=True, slots=True)
class Block:
    """A place in a card for further cards.

    `required` if it must hold at least one, `repeated` if they may run more than once. `gives` is
    what they can refer to by the holding card's id, as in `{{ each.item }}`; a model like those
    of outputs.
    """

    name: str
    title: str
    help: str = ""
    required: bool = False
    repeated: bool = False
    gives: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs that validate, with a sentence saying what they do."""

    title: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `id` is `connector.name`; `summary` and `help` come from the docstring."""

    id: str
    kind: CardKind
    title: str
    summary: str
    help: str
    effect: Effect
    inputs: type[BaseModel]
    outputs: type[BaseModel]
    permissions: PermissionsFunction
    run: CardFunction
    connector: str | None = None
    needs_connection: bool = False
    operations: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    probe: Probe = lambda *_: None
    blocks: tuple[Block, ...] = ()


def _no_permissions(_: Partial) -> Iterable[Permission]:
    return ()


@dataclass(slots=True)
class Connector:
    """A family of action cards and the kind of connection they need.

    `probe` finds out whether a permission is there; one of `modules` sets it with `prober`.
    `choices` are what it offers for inputs, by kind; modules add to them with `offers`.
    """

    id: str
    title: str
    summary: str
    cards: dict[str, Card] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    probe: Probe | None = None
    choices: dict[str, Choices] = field(default_factory=dict)

    def load(self) -> "Connector":
        """Import the modules that declare this connector's cards."""
        for module in self.modules:
            importlib.import_module(module)
        return self

    def prober(self, probe: Probe) -> Probe:
        """Declare the decorated function as what finds out whether a permission is there."""
        self.probe = probe
        return probe

    def offers(
        self, kind: str, *, permissions: tuple[Permission, ...], check: Callable[[str], object]
    ) -> Callable[[Ask], Ask]:
        """Declare the decorated function as what offers names for inputs of this kind."""

        def declare(ask: Ask) -> Ask:
            if kind in self.choices:
                raise ValueError(f"{kind} are offered twice")
            self.choices[kind] = Choices(kind, permissions, check, ask)
            return ask

        return declare

    def _probed(self, ctx: CardContext, permission: Permission) -> Probed | None:
        # The module that declares the probe may be loaded after those that declare cards.
        return self.probe(ctx, permission) if self.probe else None

    def card(
        self,
        name: str,
        *,
        title: str,
        effect: Effect,
        permissions: PermissionsFunction = _no_permissions,
        operations: tuple[str, ...] = (),
        examples: tuple[Example, ...] = (),
        needs_connection: bool = True,
        blocks: tuple[Block, ...] = (),
    ) -> Callable[[CardFunction], CardFunction]:
        """Declare the decorated function as the card `{connector}.{name}`.

        Its second parameter's annotation and its return annotation are the schemas; its
        docstring's first line is the summary, the rest the help text.

        Args:
            operations: the AWS API operations it calls (`CopyObject`), for docs and tests.
            blocks: the places for further cards that it has.
        """

        def declare(function: CardFunction) -> CardFunction:
            inputs, outputs = _models(function)
            summary, _, text = (inspect.getdoc(function) or "").partition("\n")
            card = Card(
                id=f"{self.id}.{name}",
                kind="action",
                title=title,
                summary=summary,
                help=text.strip(),
                effect=effect,
                inputs=inputs,
                outputs=outputs,
                permissions=permissions,
                run=function,
                connector=self.id,
                needs_connection=needs_connection,
                operations=operations,
                examples=examples,
                probe=self._probed,
                blocks=blocks,
            )
            if card.id in self.cards:
                raise ValueError(f"card {card.id} is declared twice")
            self.cards[card.id] = card
            return function

        return declare


def _models(function: CardFunction) -> tuple[type[BaseModel], type[BaseModel]]:
    """The models of the second parameter and of what is returned."""
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters)
    found = [hints.get(name) for name in (*parameters[1:2], "return")]
    models = [hint for hint in found if isinstance(hint, type) and issubclass(hint, BaseModel)]
    if len(parameters) != 2 or len(models) != 2:
        name = function.__qualname__
        raise TypeError(f"{name} must take (ctx, inputs: a model) and return a model")
    return models[0], models[1]
