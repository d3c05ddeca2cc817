"""What references can lead to at one place of a flow, by type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from penstock.errors import Severity
from penstock.flows.assignment import Mismatch, missing
from penstock.flows.nearest import did_you_mean, nearest, quoted
from penstock.flows.template import Reference, dotted
from penstock.flows.types import ANY, Type


@dataclass(frozen=True, slots=True)
class Root:
    """The outputs of an earlier card, `start` or `run`.

    `sure` are the fields that are there even if the card failed and the flow went on without it;
    None if the flow cannot go on.
    """

    type: Type
    sure: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Roots that may be referred to here, and why others may not.

    `ids` says of each card of the flow in which line it stands, if that is known; `around` are
    the cards that hold this place; `inside` says of cards in blocks that are over which card
    holds them.
    """

    roots: Mapping[str, Root]
    own: str | None = None
    ids: Mapping[str, int | None] = field(default_factory=dict)
    around: frozenset[str] = frozenset()
    inside: Mapping[str, str] = field(default_factory=dict)

    def and_also(self, name: str, root: Root) -> "Scope":
        return replace(self, roots={**self.roots, name: root})

    def within(self, holder: str, given: Type | None) -> "Scope":
        """Inside a block of `holder`, whose id leads to what the block gives."""
        around = self.around | {holder}
        roots = self.roots if given is None else {**self.roots, holder: Root(given)}
        return replace(self, roots=roots, around=around)

    def and_over(self, holder: str, names: Iterable[str]) -> "Scope":
        """Past a block of `holder` with cards of these names."""
        return replace(self, inside={**dict.fromkeys(names, holder), **self.inside})

    def type_of(self, reference: Reference) -> tuple[Type, list[Mismatch]]:
        """The type of what a reference leads to (anything, if that is not known), and what is
        wrong with it."""
        root = self.roots.get(reference.root)
        if root is None:
            return ANY, [self._no_root(reference.root)]
        here = root.type
        for at, step in enumerate(reference.path):
            if here.is_any:
                return ANY, []
            inner = here.at((step,))
            if inner is None:
                so_far = reference.root + dotted(reference.path[:at])
                return ANY, [_no_step(here, so_far, step)]
            if here.nullable and not reference.has_fallback:
                so_far = reference.root + dotted(reference.path[:at])
                return inner, [missing(so_far)]
            here = inner
        found = []
        if root.sure is not None and not reference.has_fallback:
            first = str(reference.path[0]) if reference.path else ""
            if first not in root.sure:
                found.append(missing(reference.name))
        if reference.has_fallback:
            here = here.without_null()
            here = here.union(Type.of_value(reference.fallback)) if here.alternatives else ANY
        return here, found

    def _no_root(self, name: str) -> Mismatch:
        if name == self.own:
            return _error("self_reference", "A card cannot refer to itself.", None)
        hint: str | None
        if name in self.around:
            message = f"{quoted(name)} has not ended yet: this card is part of it."
            hint = f"Cards after {quoted(name)} can refer to it."
            return _error("unfinished_card", message, hint)
        if (holder := self.inside.get(name)) is not None:
            message = f"{quoted(name)} has a value only inside {quoted(holder)}, which holds it."
            hint = f"Move this card into the same block, or use what {quoted(holder)} gives."
            return _error("inner_card", message, hint)
        if name in self.ids:
            line = self.ids[name]
            place = f" (line {line})" if line else ""
            hint = f"Move {quoted(name)}{place} before this card."
            message = f"{quoted(name)} has not run yet when this card runs."
            return _error("later_card", message, hint)
        hint = did_you_mean(name, self.roots, "Known here are: ")
        if not nearest(name, self.roots) and (close := nearest(name, self.ids)):
            hint = f"Did you mean {quoted(close)}? It would have to stand before this card."
        message = f"There is no card {quoted(name)} before this one."
        return _error("unknown_reference", message, hint)


def _no_step(here: Type, so_far: str, step: str | int) -> Mismatch:
    hint: str | None
    if isinstance(step, str) and (item := here.item()) is not None:
        inner = item.at((step,))
        hint = f"Pick an item first: `{{{{ {so_far}[0]{dotted((step,)) if inner else ''} }}}}`."
        return _error("unknown_path", f"{quoted(so_far)} is a list.", hint)
    if isinstance(step, int) and here.names():
        message = f"{quoted(so_far)} is {here.without_null()} and no list."
        return _error("unknown_path", message, None)
    if not here.of_kind("object", "file", "list"):
        message = f"{quoted(so_far)} is {here.without_null()} and has no {quoted(dotted((step,)))}."
        return _error("unknown_path", message, None)
    hint = did_you_mean(str(step), here.names(), "It has: ")
    return _error("unknown_path", f"{quoted(so_far)} has no {quoted(step)}.", hint)


def _error(code: str, message: str, hint: str | None) -> Mismatch:
    severity: Severity = "error"
    return Mismatch(code, message, hint, severity)
