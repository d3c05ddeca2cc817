"""The JSON Schema (draft 2020-12) of flow documents, each card's own inputs in it, for editors."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from penstock.flows.checking import RESERVED
from penstock.flows.document import FlowDocument
from penstock.flows.signature import BlockSignature, CardLookup, CardSignature

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_MAPPING: Final = {
    "type": "string",
    "pattern": r"\{\{",
    "description": 'A mapping, such as `{{ card_id.field }}` or `{{ start.name ?? "text" }}`.',
}
_MAPPED: Final = {"$ref": "#/$defs/mapping"}
# What names the thing stays outside, where editors look for it.
_LABELS: Final = ("title", "description", "default", "examples", "deprecated")


def document_schema(cards: CardLookup) -> dict[str, Any]:
    """What a flow document may be, with these cards.

    Every input takes a mapping as well: a text with `{{` in it. What a mapping leads to is beyond
    a schema; `check` says that.
    """
    found = [one for one in map(cards.signature, sorted(cards.ids())) if one is not None]
    schema = FlowDocument.model_json_schema()
    definitions = schema["$defs"]
    definitions["mapping"] = _MAPPING
    for signature in found:
        definitions.update(_definitions(signature))
    use = definitions["CardUse"]
    use["properties"]["id"]["not"] = {"enum": sorted(RESERVED)}
    if found:
        use["properties"]["card"]["oneOf"] = [_choice(signature) for signature in found]
        use["allOf"] = [_rule(signature) for signature in found]
    return {"$schema": DIALECT, **schema, "title": "Penstock flow"}


def _choice(signature: CardSignature) -> dict[str, Any]:
    return {
        "const": signature.id,
        "title": signature.title,
        "description": signature.summary or signature.title,
    }


def _rule(signature: CardSignature) -> dict[str, Any]:
    """What holds of a card in a flow if it is this one."""
    properties: dict[str, Any] = {"inputs": {"$ref": f"#/$defs/{signature.id}"}}
    required = ["connection"] if signature.needs_connection else []
    if not signature.needs_connection:
        properties["connection"] = {"type": "null"}
    if signature.inputs.get("required"):
        required.append("inputs")
    properties["blocks"] = _blocks(signature.blocks)
    if any(block.required for block in signature.blocks):
        required.append("blocks")
    return {
        "if": {"properties": {"card": {"const": signature.id}}, "required": ["card"]},
        "then": {"properties": properties, "required": required},
    }


def _blocks(blocks: Sequence[BlockSignature]) -> dict[str, Any]:
    """Which blocks of further cards there are, and which must hold some."""
    schema: dict[str, Any] = {"propertyNames": {"enum": [block.name for block in blocks]}}
    if blocks:
        schema["properties"] = {
            block.name: {
                "title": block.title,
                **({"description": block.help} if block.help else {}),
                **({"minItems": 1} if block.required else {}),
            }
            for block in blocks
        }
        schema["required"] = [block.name for block in blocks if block.required]
    return schema


def _definitions(signature: CardSignature) -> dict[str, Any]:
    """The card's inputs, and what they refer to, under names of their own."""
    schema = deepcopy(dict(signature.inputs))
    inner = schema.pop("$defs", {})
    prefix = f"#/$defs/{signature.id}."
    named = {f"{signature.id}.{name}": _object(one, prefix) for name, one in inner.items()}
    return {signature.id: _object(schema, prefix), **named}


def _object(schema: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """A schema whose parts take mappings, but not itself."""
    changed: dict[str, Any] = {}
    for word, value in schema.items():
        if word == "discriminator":
            continue
        if word == "$ref":
            changed[word] = prefix + str(value).rpartition("/")[2]
        elif word in ("properties", "patternProperties"):
            changed[word] = {name: _value(one, prefix) for name, one in value.items()}
        elif word in ("items", "additionalProperties") and isinstance(value, dict):
            changed[word] = _value(value, prefix)
        elif word in ("anyOf", "oneOf", "allOf", "prefixItems"):
            changed[word] = [_object(one, prefix) for one in value]
        else:
            changed[word] = value
    return changed


def _value(schema: Any, prefix: str) -> Any:
    """A schema that takes a mapping as well."""
    if not isinstance(schema, dict) or not schema:
        return schema
    changed = _object(schema, prefix)
    labels = {word: changed.pop(word) for word in _LABELS if word in changed}
    if changed == {"type": "string"} or not changed:
        return {**labels, **changed}
    return {**labels, "anyOf": [*_alternatives(changed), _MAPPED]}


def _alternatives(schema: dict[str, Any]) -> list[Any]:
    only = {word for word in schema if not word.startswith("x-")} == {"anyOf"}
    return list(schema["anyOf"]) if only else [schema]
