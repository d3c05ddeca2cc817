"""Permission policies for a role that there is, in the form its owner likes to apply."""

import json
import re
import shlex
from collections.abc import Sequence
from typing import Any, Final, get_args

from penstock.connections.cloudformation import mapping_lines
from penstock.connections.terraform import heredoc, quoted
from penstock.connections.trust_policy import Form
from penstock.errors import InvalidInput, Where
from penstock.iam.policy import Policy

_LONGEST_NAME: Final = 128  # of a managed policy ("IAM and STS quotas")
_ROLE_NAME: Final = "[a-zA-Z0-9+=,.@_-]{1,64}"


def permission_policies(
    policies: Sequence[Policy], form: Form, *, name: str, role_name: str | None = None
) -> str:
    """Text that ends with a line break.

    `json` is the policy alone, or a list of several. The others make customer managed policies
    called after `name` and attach them to the role, which may be given when they are applied.

    Raises:
        InvalidInput: no such form.
    """
    names = policy_names(name, len(policies))
    match form:
        case "json":
            documents = [one.as_dict() for one in policies]
            return json.dumps(documents[0] if len(documents) == 1 else documents, indent=2) + "\n"
        case "cloudformation":
            return _cloudformation(policies, names, role_name)
        case "terraform":
            return _terraform(policies, names, role_name)
        case "cli":
            return _script(policies, names, role_name)
    raise InvalidInput(
        f"There is no form {form!r} of a policy.",
        hint=f"Forms: {', '.join(get_args(Form))}.",
        where=Where(field="form"),
    )


def policy_names(name: str, count: int) -> list[str]:
    """Names of managed policies: `penstock-NAME`, numbered if there are several."""
    slug = re.sub(r"[^A-Za-z0-9+=,.@_-]+", "-", name).strip("-") or "permissions"
    whole = f"penstock-{slug}"[: _LONGEST_NAME - 4]
    return [whole] if count == 1 else [f"{whole}-{number}" for number in range(1, count + 1)]


def _heading(names: Sequence[str]) -> list[str]:
    what = "policy" if len(names) == 1 else "policies"
    return [f"# What Penstock's cards need, and nothing else: managed {what} for the role."]


def _cloudformation(policies: Sequence[Policy], names: Sequence[str], role_name: str | None) -> str:
    role: dict[str, Any] = {
        "Type": "String",
        "Description": "The role of the Penstock connection.",
        "AllowedPattern": _ROLE_NAME,
    }
    if role_name:
        role["Default"] = role_name
    resources = {
        f"Policy{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": name,
                "Roles": [{"Ref": "RoleName"}],
                # A variable of IAM, ${aws:username}, stays as it is: nothing is substituted here.
                "PolicyDocument": one.as_dict(),
            },
        }
        for number, (name, one) in enumerate(zip(names, policies, strict=True), 1)
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "What Penstock's cards need.",
        "Parameters": {"RoleName": role},
        "Resources": resources,
    }
    comments = [*_heading(names), "# Deploy it with --capabilities CAPABILITY_NAMED_IAM."]
    return "\n".join([*comments, *mapping_lines(template)]) + "\n"


def _terraform(policies: Sequence[Policy], names: Sequence[str], role_name: str | None) -> str:
    lines = [*_heading(names), "", 'variable "role_name" {', "  type    = string"]
    if role_name:
        lines.append(f"  default = {quoted(role_name)}")
    lines += ["}", ""]
    for number, (name, one) in enumerate(zip(names, policies, strict=True), 1):
        label = "penstock" if len(names) == 1 else f"penstock_{number}"
        lines += [
            f'resource "aws_iam_policy" "{label}" {{',
            f"  name   = {quoted(name)}",
            f"  policy = {heredoc(one.text(2))}",
            "}",
            "",
            f'resource "aws_iam_role_policy_attachment" "{label}" {{',
            "  role       = var.role_name",
            f"  policy_arn = aws_iam_policy.{label}.arn",
            "}",
            "",
        ]
    return "\n".join(lines)


def _script(policies: Sequence[Policy], names: Sequence[str], role_name: str | None) -> str:
    given = f"${{1:-{role_name}}}" if role_name else "${1:?give the name of the role}"
    lines = [
        "#!/bin/sh",
        *_heading(names),
        "# Run it with credentials of the role's account. It stops at the first error.",
        "set -eu",
        "",
        f"role_name={given}",
        "",
    ]
    for name, one in zip(names, policies, strict=True):
        lines += [
            "policy_arn=$(aws iam create-policy \\",
            f"  --policy-name {shlex.quote(name)} \\",
            f"  --policy-document {shlex.quote(one.text(2))} \\",
            "  --query Policy.Arn --output text)",
            'aws iam attach-role-policy --role-name "$role_name" --policy-arn "$policy_arn"',
            "printf '%s\\n' \"$policy_arn\"",
            "",
        ]
    return "\n".join(lines)
