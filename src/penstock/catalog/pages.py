"""The reference page of a card, in Markdown: all of it from the card's declaration."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from penstock.catalog.card import Card
from penstock.catalog.needs import Needed, needed
from penstock.catalog.schema import gives_schema, inputs_schema, outputs_schema
from penstock.flows.types import Schema, Type
from penstock.flows.writing import write_yaml

_EFFECTS: Final = {
    "pure": "computes only",
    "read": "reads only",
    "write": "writes",
    "destroy": "destroys",
}


def card_page(card: Card) -> str:
    """The page of one card."""
    facts = [f"`{card.id}`", _EFFECTS[card.effect]]
    facts += ["needs a connection"] if card.needs_connection else []
    parts = [
        f"# {card.title}",
        " · ".join(facts),
        _one_line(card.summary),
        card.help,
        "## Inputs",
        _fields(inputs_schema(card), asked=True),
        "## Outputs",
        _fields(outputs_schema(card), asked=False),
        *_blocks(card),
        *_permissions(needed(card)),
        *_operations(card),
        "## Examples",
        *(_example(card, at) for at in range(len(card.examples))),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def index_page(cards: Iterable[Card]) -> str:
    """The list of all cards."""
    rows = [
        f"| [{card.title}]({card.id}.md) | `{card.id}` | {_EFFECTS[card.effect]} "
        f"| {_cell(card.summary)} |"
        for card in cards
    ]
    return "\n".join(
        ["# Cards", "", "| card | id | effect | what it does |", "|---|---|---|---|", *rows, ""]
    )


def _fields(schema: Mapping[str, Any], *, asked: bool) -> str:
    rows = list(_rows(schema, schema, "", asked=asked, depth=0))
    if not rows:
        return "None."
    return "\n".join(["| name | type | what it is |", "|---|---|---|", *rows])


def _rows(
    schema: Mapping[str, Any], root: Mapping[str, Any], prefix: str, *, asked: bool, depth: int
) -> Iterator[str]:
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        here = Type.of(part, root)
        said = _cell(_help(part, here))
        if asked and name in required:
            said = f"**Required.** {said}".strip()
        elif asked and (default := _default(part)):
            said = f"{said} Default: {default}."
        yield f"| `{prefix}{name}` | {_type(part, here)} | {said} |"
        if depth < 3:
            for inner, infix in _inner(here):
                yield from _rows(
                    inner, root, f"{prefix}{name}{infix}.", asked=asked, depth=depth + 1
                )


def _inner(here: Type) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects that a field holds, with what stands between the names."""
    for one in here.alternatives:
        if one.get("properties") and one.get("x-penstock-type") != "file":
            yield one, ""
    item = here.item() if here.of_kind("list") else None
    for one in item.alternatives if item else ():
        if one.get("properties") and one.get("x-penstock-type") != "file":
            yield one, "[]"


def _help(part: Schema, here: Type) -> str:
    if isinstance(part, Mapping) and "description" in part:
        return str(part["description"])
    return next((str(one["description"]) for one in here.alternatives if "description" in one), "")


def _type(part: Schema, here: Type) -> str:
    chosen = [
        value
        for one in here.alternatives
        for value in one.get("enum", [one["const"]] if "const" in one else [])
    ]
    if chosen:
        return " or ".join(f"`{value}`" for value in chosen)
    return str(here.without_null()) if here.nullable else str(here)


def _default(part: Schema) -> str | None:
    if not isinstance(part, Mapping) or part.get("default") in (None, "", [], {}):
        return None
    value = part["default"]
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _blocks(card: Card) -> list[str]:
    if not card.blocks:
        return []
    parts = ["## Cards inside"]
    for block in card.blocks:
        facts = ["**Required.**"] if block.required else []
        facts += [_one_line(block.help)] if block.help else []
        facts += ["They may run more than once."] if block.repeated else []
        parts.append(f"### {block.title}\n\n`{block.name}` " + " ".join(facts))
        if given := gives_schema(block):
            parts.append("Cards in it can refer to, by this card's id:")
            parts.append(_fields(given, asked=False))
    return parts


def _permissions(needs: Iterable[Needed]) -> list[str]:
    rows = []
    for need in needs:
        said = _when(need)
        if need.permission.optional:
            said += f"; without it {need.permission.without or 'it works less well'}"
        on = f"`{need.permission.resource}`{_conditions(need)}"
        rows.append(f"| `{need.permission.action}` | {on} | {said} |")
    if not rows:
        return []
    return [
        "## Permissions",
        "What the connection's role must allow. A session is narrowed to what the flow's own "
        "inputs need of these.",
        "\n".join(["| action | resource | when |", "|---|---|---|", *rows]),
    ]


def _when(need: Needed) -> str:
    names = " or ".join(f"`{name}`" for name in (*need.inputs, *need.unless))
    if need.always:
        return f"unless {names} is given" if names else "always"
    return f"with {names}" if names else "with some inputs"


def _conditions(need: Needed) -> str:
    said = [
        f"`{key}` {operator} " + " or ".join(f"`{value}`" for value in values)
        for operator, keys in need.permission.conditions.items()
        for key, values in keys.items()
    ]
    return f" where {' and '.join(said)}" if said else ""


def _operations(card: Card) -> list[str]:
    if not card.operations:
        return []
    return ["## AWS operations", ", ".join(f"`{name}`" for name in card.operations)]


def _example(card: Card, at: int) -> str:
    example = card.examples[at]
    use: dict[str, Any] = {"id": card.id.rpartition(".")[2], "card": card.id}
    if card.needs_connection:
        use["connection"] = "my-connection"
    use["inputs"] = dict(example.inputs)
    return f"{example.title}:\n\n```yaml\n{write_yaml({'cards': [use]}).strip()}\n```"


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(text.split())
