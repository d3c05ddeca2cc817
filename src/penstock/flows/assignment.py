"""Whether what a mapping gives fits the input it goes to."""

from dataclasses import dataclass
from typing import Final

from penstock.errors import Severity
from penstock.flows.nearest import quoted
from penstock.flows.types import Kind, Type

_DEEPEST: Final = 5

_FITS: Final[dict[Kind, frozenset[Kind]]] = {
    "text": frozenset({"text"}),
    "number": frozenset({"number", "text"}),
    "boolean": frozenset({"boolean", "text"}),
    "date-time": frozenset({"date-time", "text"}),
    "object": frozenset({"object"}),
    "list": frozenset({"list"}),
    "file": frozenset({"file"}),
}
# What a text says is only known when the flow runs; pydantic then reads `12`, `true`, ISO 8601.
_MAY_FIT: Final[dict[Kind, frozenset[Kind]]] = {
    "text": frozenset({"number", "boolean", "date-time"}),
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a value does not fit, or may not."""

    code: str
    message: str
    hint: str | None = None
    severity: Severity = "error"


def mismatch(given: Type, wanted: Type, name: str, depth: int = 0) -> Mismatch | None:
    """What stands against putting a `given` into a `wanted`, or None.

    Numbers, booleans and date-times become text where text is wanted. A text where a number, a
    boolean or a date-time is wanted is a warning: it depends on what the text says.

    Args:
        name: the reference, for hints (`search.objects`).
        depth: how far inside objects and lists this is; a type may hold itself.
    """
    same = given.root is wanted.root and given == wanted
    if same or given.is_any or wanted.is_any or depth > _DEEPEST:
        return None
    present = given.without_null()
    if present.alternatives:
        found = [
            _one(Type((one,), given.root), wanted, name, depth) for one in present.alternatives
        ]
        wrong = [one for one in found if one is not None]
        if wrong and len(wrong) == len(found):
            return next((one for one in wrong if one.severity == "error"), wrong[0])
        if wrong:
            pairs = zip(present.alternatives, found, strict=True)
            unfit = Type(tuple(one for one, why in pairs if why), given.root)
            message = f"{quoted(name)} may be {unfit}, not {wanted}."
            return Mismatch("may_not_fit", message, wrong[0].hint, "warning")
    if given.nullable and not wanted.nullable:
        return missing(name)
    return None


def missing(name: str) -> Mismatch:
    """The warning that a value may not be there."""
    return Mismatch(
        "may_be_missing",
        f"{quoted(name)} may be missing when the flow runs.",
        f'Say what to use then, as in `{{{{ {name} ?? "" }}}}`.',
        "warning",
    )


def _one(given: Type, wanted: Type, name: str, depth: int) -> Mismatch | None:
    (kind,) = given.kinds
    alike = wanted.of_kind(*_FITS.get(kind, frozenset()))
    if alike is None:
        if wanted.of_kind(*_MAY_FIT.get(kind, frozenset())):
            message = f"{quoted(name)} is text and may not be {wanted.without_null()}."
            return Mismatch("may_not_fit", message, "It is read when the flow runs.", "warning")
        message = f"{quoted(name)} is {given}, and {wanted.without_null()} is wanted."
        return Mismatch("wrong_type", message, _hint(given, wanted, name, depth + 1))
    if kind == "list":
        return _items(given, alike, name, depth + 1)
    if kind == "object":
        return _fields(given, alike, name, depth + 1)
    return None


def _items(given: Type, wanted: Type, name: str, depth: int) -> Mismatch | None:
    item, wanted_item = given.item(), wanted.item()
    if item is None or wanted_item is None:
        return None
    return mismatch(item, wanted_item, f"{name}[0]", depth)


def _fields(given: Type, wanted: Type, name: str, depth: int) -> Mismatch | None:
    if given.is_open:
        return None
    have, accepted = given.names(), wanted.names()
    for field in wanted.required():
        if field not in have:
            message = f"{quoted(name)} has no {quoted(field)}, which is wanted here."
            return Mismatch("wrong_type", message, "Give the fields one by one.")
    extra = [] if wanted.is_open else [field for field in have if field not in accepted]
    if extra:
        message = f"{quoted(name)} has {quoted(extra[0])}, which is not known here."
        return Mismatch("wrong_type", message, "Give the fields one by one.")
    for field in have:
        inner, wanted_inner = given.field(field), wanted.field(field)
        if inner is None or wanted_inner is None:
            continue
        if found := mismatch(inner, wanted_inner, f"{name}.{field}", depth):
            return found
    return None


def _hint(given: Type, wanted: Type, name: str, depth: int) -> str | None:
    item = given.item()
    if item is not None and not _errs(item, wanted, name, depth):
        return f"Pick an item, as in `{{{{ {name}[0] }}}}`."
    item = wanted.item()
    if item is not None and not _errs(given, item, name, depth):
        return f'Put it into a list: `["{{{{ {name} }}}}"]`.'
    return _field_hint(given, wanted, name, depth)


def _field_hint(given: Type, wanted: Type, name: str, depth: int) -> str | None:
    for field in given.names():
        inner = given.field(field)
        if inner and not inner.is_any and mismatch(inner, wanted, name, depth) is None:
            return f"Pick a field, as in `{{{{ {name}.{field} }}}}`."
    return None


def _errs(given: Type, wanted: Type, name: str, depth: int) -> bool:
    found = mismatch(given, wanted, name, depth)
    return found is not None and found.severity == "error"
