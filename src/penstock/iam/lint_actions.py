"""Actions that do not exist, and actions and resources that do not belong together.

An object action on the ARN of a bucket is the commonest mistake of S3 policies: it is no error
to IAM, and allows nothing.
"""

import re
from typing import Final

from penstock.iam.actions import Action, action_list
from penstock.iam.fitting import actions_of, fits, s3_kinds
from penstock.iam.lint_subject import Placed, shown
from penstock.iam.nearest import nearest

_BUCKET_WITH_ACCOUNT: Final = re.compile(r"arn:[^:]*:s3:([^:]*):([^:]*):(?!.*[:/]).+")


def lint_actions(placed: Placed) -> None:
    """Notes what is wrong with the actions of a statement, by themselves."""
    listed = action_list()
    for pointer, action in placed.actions():
        service, _, name = action.partition(":")
        wild = "*" in action or "?" in action
        if action in ("*", "*:*"):
            if placed.allows and not placed.statement.not_action:
                hint = "Name the actions that are needed."
                placed.note("warning", "every_action", pointer, "Every action is allowed", hint)
            continue
        if service.lower() not in listed.services or actions_of(action):
            continue
        if wild:
            message = f"No action matches {shown(action)}"
            placed.note("error", "action_matches_nothing", pointer, message, _kept())
            continue
        names = listed.services[service.lower()].actions
        close = nearest(name, names)
        hint = f"Did you mean {service.lower()}:{close}?" if close else _kept()
        fix = f"{service.lower()}:{close}" if close else None
        message = f"There is no action {shown(action)}"
        placed.note("error", "unknown_action", pointer, message, hint, fix=fix)
    if placed.statement.not_action and placed.allows:
        message = "Everything but the named actions is allowed, in every service there is"
        hint = 'Use "Action" and name what is needed.'
        placed.note("warning", "not_action_allow", f"{placed.pointer}/NotAction", message, hint)


def lint_resources(placed: Placed) -> None:
    """Notes actions that can be about none of the resources, and the reverse."""
    statement = placed.statement
    if statement.resources is None:
        return
    if statement.not_resource:
        if placed.allows:
            hint = 'Use "Resource" and name what is needed.'
            message = "Every resource but the named ones is allowed"
            pointer = f"{placed.pointer}/NotResource"
            placed.note("warning", "not_resource_allow", pointer, message, hint)
        return
    _broad(placed)
    for pointer, resource in placed.resources():
        _spelling(placed, pointer, resource)
    if statement.not_action or "*" in statement.resources:
        return
    used: set[str] = set()
    known = True
    for pointer, action in placed.actions():
        found = actions_of(action)
        if action in ("*", "*:*") or not found:
            known = False
            continue
        used |= {one for one in statement.resources if any(fits(a, one) for a in found)}
        if "*" in action or "?" in action:
            _pattern(placed, pointer, action, found)
        else:
            _action(placed, pointer, found[0])
    for pointer, resource in placed.resources():
        if known and resource not in used:
            message = f"None of the actions can be about {shown(resource)}"
            hint = "Leave it out, or add the actions that are meant for it."
            placed.note("warning", "resource_without_action", pointer, message, hint)


def _action(placed: Placed, pointer: str, action: Action) -> None:
    resources = placed.statement.resources or ()
    if any(fits(action, one) for one in resources):
        return
    if not action.resources:
        message = f"{action.name} is on no resource in particular, so here it does nothing"
        hint = 'Put it into a statement of its own with "Resource": "*".'
        placed.note("error", "needs_every_resource", pointer, message, hint)
        return
    kinds = frozenset().union(*(s3_kinds(one) or frozenset() for one in resources))
    if "object" in action.resources and kinds == {"bucket"}:
        bucket = next(one for one in resources if s3_kinds(one))
        message = f"{action.name} is about objects, and {shown(bucket)} is a bucket"
        hint = f'Objects are "{bucket}/*": add that to Resource.'
        placed.note("error", "object_action_on_bucket", pointer, message, hint)
    elif "bucket" in action.resources and kinds == {"object"}:
        objects = next(one for one in resources if s3_kinds(one))
        bucket = objects.split("/", 1)[0]
        message = f"{action.name} is about buckets, and {shown(objects)} is objects"
        hint = f'The bucket is "{bucket}": add that to Resource.'
        placed.note("error", "bucket_action_on_objects", pointer, message, hint)
    else:
        message = f"{action.name} can be about none of the resources"
        hint = f"It is about: {', '.join(action.resources)}."
        placed.note("error", "action_resource_mismatch", pointer, message, hint)


def _pattern(placed: Placed, pointer: str, action: str, found: tuple[Action, ...]) -> None:
    """A wildcard action on buckets alone or objects alone, though it stands for both."""
    resources = placed.statement.resources or ()
    if not any(fits(a, one) for a in found for one in resources):
        message = f"{shown(action)} can be about none of the resources"
        placed.note("error", "action_resource_mismatch", pointer, message)
        return
    kinds = frozenset().union(*(s3_kinds(one) or frozenset() for one in resources))
    first = next((one for one in resources if s3_kinds(one)), "")
    if kinds == {"bucket"} and any("object" in one.resources for one in found):
        message = f"{shown(action)} stands for object actions too, but no objects are named"
        hint = f'Add "{first}/*" to Resource.'
        placed.note("warning", "missing_objects", pointer, message, hint)
    if kinds == {"object"} and any("bucket" in one.resources for one in found):
        bucket = first.split("/", 1)[0]
        message = f"{shown(action)} stands for bucket actions too, but no bucket is named"
        placed.note("info", "missing_bucket", pointer, message, f'Add "{bucket}" to Resource.')


def _broad(placed: Placed) -> None:
    statement = placed.statement
    if not placed.allows or statement.not_action or statement.conditions:
        return
    for pointer, resource in placed.resources():
        if resource != "*":
            continue
        levels = {one.access for a in statement.actions for one in actions_of(a) if one.resources}
        if levels & {"Write", "Permissions management", "Tagging"}:
            message = "What changes things is allowed on every resource"
            hint = "Name the buckets and objects that are meant."
            placed.note("warning", "every_resource", pointer, message, hint)


def _spelling(placed: Placed, pointer: str, resource: str) -> None:
    if _BUCKET_WITH_ACCOUNT.fullmatch(resource) and not resource.startswith("arn:aws:s3:::"):
        parts = resource.split(":", 5)
        if parts[3] or parts[4]:
            fix = f"arn:{parts[1]}:s3:::{parts[5]}"
            message = "The ARN of a bucket has neither region nor account"
            placed.note("error", "bucket_arn", pointer, message, f'Write "{fix}".', fix=fix)
    kinds = s3_kinds(resource)
    name = resource.split(":::", 1)[-1]
    if placed.allows and kinds and "/" not in name and name.endswith("*") and name != "*":
        message = f"{shown(resource)} is also buckets of other names, and all objects in them"
        hint = f'For the objects of one bucket write "{resource[:-1]}/*".'
        placed.note("warning", "bucket_name_wildcard", pointer, message, hint)


def _kept() -> str:
    return f"The list of actions is of {action_list().taken}."
