"""What must hold of every card there is, whichever connector brings it."""

import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from policy_sentry.querying.actions import get_actions_for_service
from pydantic import BaseModel

from penstock.catalog.card import Card, CardModel, CardOutputs
from penstock.catalog.inputs import literal_findings
from penstock.catalog.needs import needed
from penstock.catalog.partial import Partial
from penstock.catalog.registry import Registry
from penstock.catalog.schema import inputs_schema, outputs_schema
from penstock.flows.checking import check
from penstock.flows.reading import read_flow
from penstock.flows.schema import document_schema
from penstock.iam.actions import action_list
from penstock.iam.permission import Permission

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = Registry.discover()
CARDS = REGISTRY.cards()
every_card = pytest.mark.parametrize("card", CARDS, ids=[card.id for card in CARDS])


def test_the_s3_connector_is_found() -> None:
    assert "s3" in {connector.id for connector in REGISTRY.connectors()}
    assert len(CARDS) >= 12


@every_card
def test_a_card_says_what_it_is(card: Card) -> None:
    assert card.title
    assert card.summary.endswith(".")
    assert "\n" not in card.summary
    assert card.effect in ("pure", "read", "write", "destroy")
    assert card.id == f"{card.connector}.{card.run.__name__}"


@every_card
def test_its_models_refuse_the_unknown_and_may_grow(card: Card) -> None:
    assert issubclass(card.inputs, CardModel)
    assert issubclass(card.outputs, CardOutputs)


@every_card
def test_its_schemas_are_schemas_and_every_field_has_help(card: Card) -> None:
    for schema in (inputs_schema(card), outputs_schema(card)):
        Draft202012Validator.check_schema(schema)
        json.dumps(schema)
        undescribed = [name for name, part in _fields(schema) if not part.get("description")]
        assert not undescribed


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    models = {"": schema, **schema.get("$defs", {})}
    for model, part in models.items():
        if model == "File":
            continue
        for name, one in part.get("properties", {}).items():
            yield f"{model}.{name}", one


@every_card
def test_its_examples_are_inputs_that_hold(card: Card) -> None:
    assert card.examples
    for example in card.examples:
        assert example.title
        assert literal_findings(card, example.inputs) == []
        use: dict[str, Any] = {"id": "a", "card": card.id, "inputs": dict(example.inputs)}
        if card.needs_connection:
            use["connection"] = "b"
        source = read_flow(json.dumps({"flow": "x", "cards": [use]}))
        unsound = [one for one in check(source, REGISTRY) if one.code != "unknown_reference"]
        assert unsound == []
        assert Draft202012Validator(document_schema(REGISTRY)).is_valid(source.value)


def _permissions(card: Card) -> list[Permission]:
    declared = [one.permission for one in needed(card)]
    return [*declared, *card.permissions(Partial.unknown(card.inputs))]


@every_card
def test_its_permissions_are_actions_of_aws(card: Card) -> None:
    kept = action_list().services
    for permission in _permissions(card):
        prefix, _, name = permission.action.partition(":")
        assert prefix in kept
        if name != "*":
            assert name in kept[prefix].actions
            assert permission.action in get_actions_for_service(prefix)
        assert permission.resource == "*" or permission.resource.startswith(f"arn:aws:{prefix}:")


@every_card
def test_its_permissions_fit_its_effect(card: Card) -> None:
    actions = {one.permission.action for one in needed(card)}
    if card.effect == "pure":
        assert not actions
        assert not card.needs_connection
    elif card.needs_connection:
        assert actions


@every_card
def test_what_an_example_needs_is_among_what_the_card_may_need(card: Card) -> None:
    """A policy made for unknown inputs must do for known ones."""
    wide = {one.action for one in card.permissions(Partial.unknown(card.inputs))}
    for example in card.examples:
        inputs: BaseModel = card.inputs.model_validate(example.inputs)
        for permission in card.permissions(Partial.of(inputs)):
            assert any(fnmatchcase(permission.action, action) for action in wide)


@every_card
def test_an_action_card_names_its_operations(card: Card) -> None:
    if card.id == "s3.custom_api_action":
        assert card.operations == ()  # whichever is asked for
    elif card.kind == "action":
        assert card.operations


def test_the_reference_is_current() -> None:
    docs = _script("docs")
    assert docs.stale(docs.generated()) == []


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(f"penstock_scripts_{name}", module)
    spec.loader.exec_module(module)
    return module


def test_examples_of_the_repository_hold() -> None:
    found = sorted((ROOT / "examples").glob("**/*.yaml"))
    assert found
    editor = Draft202012Validator(document_schema(REGISTRY))
    for path in found:
        source = read_flow(path.read_text(encoding="utf-8"))
        assert check(source, REGISTRY) == [], path.name
        assert editor.is_valid(source.value), path.name
