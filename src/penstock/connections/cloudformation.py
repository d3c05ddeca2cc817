"""A connection's role as a CloudFormation template."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from penstock.connections.role_setup import PERMISSIONS_POLICY_NAME, RoleSetup


def cloudformation_template(setup: RoleSetup) -> str:
    """A YAML template with one role; name, external ID and principal are parameters.

    Its output `RoleArn` is what the connection is verified with. Deploying needs
    CAPABILITY_NAMED_IAM, because the role has a name.
    """
    trust = setup.trust
    statement = trust["Statement"][0]
    statement["Principal"] = {"AWS": {"Ref": "PlatformPrincipal"}}
    statement["Condition"] = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    role: dict[str, Any] = {
        "RoleName": {"Ref": "RoleName"},
        "Description": setup.description,
        "MaxSessionDuration": 3600,
        "AssumeRolePolicyDocument": trust,
    }
    if setup.permissions is not None:
        role["Policies"] = [
            {
                "PolicyName": PERMISSIONS_POLICY_NAME,
                "PolicyDocument": setup.permissions.as_dict(),
            }
        ]
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": setup.description,
        "Parameters": {
            "RoleName": {
                "Type": "String",
                "Default": setup.role_name,
                "AllowedPattern": "[a-zA-Z0-9+=,.@_-]{1,64}",
            },
            "ExternalId": {
                "Type": "String",
                "Default": setup.external_id,
                "Description": "Minted by Penstock for this connection. Do not change it.",
                "AllowedValues": [setup.external_id],
            },
            "PlatformPrincipal": {
                "Type": "String",
                "Default": setup.principal_arn,
                "Description": "The AWS identity that Penstock runs as.",
            },
        },
        "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": role}},
        "Outputs": {
            "RoleArn": {
                "Description": "Verify the Penstock connection with this.",
                "Value": {"Fn::GetAtt": ["Role", "Arn"]},
            }
        },
    }
    comments = [f"# {line}" for line in setup.heading]
    comments.append("# Deploy it with --capabilities CAPABILITY_NAMED_IAM.")
    return "\n".join([*comments, *mapping_lines(template)]) + "\n"


def mapping_lines(mapping: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """The lines of block YAML.

    Every scalar is a JSON scalar, which YAML reads the same; text keeps its characters, since YAML
    does not join escaped surrogates.
    """
    pad = "  " * depth
    for key, value in mapping.items():
        name = key if key.isalnum() else _scalar(key)
        if isinstance(value, Mapping) and value:
            yield f"{pad}{name}:"
            yield from mapping_lines(value, depth + 1)
        elif isinstance(value, list) and value:
            yield f"{pad}{name}:"
            yield from _sequence(value, depth + 1)
        else:
            yield f"{pad}{name}: {_scalar(value)}"


def _sequence(items: list[Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = mapping_lines(item, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{pad}- {_scalar(item)}"


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
