"""A connection's role as a script for the AWS CLI."""

import shlex

from penstock.connections.role_setup import PERMISSIONS_POLICY_NAME, RoleSetup


def cli_script(setup: RoleSetup) -> str:
    """A POSIX shell script: makes the role, prints its ARN as its only output.

    It stops at the first error, a role of that name included, and changes no role that exists
    already. Another name can be given as its argument.
    """
    lines = ["#!/bin/sh"]
    lines += [f"# {line}" for line in setup.heading]
    lines += [
        "# Run it with credentials of the account that the role is to be in.",
        "set -eu",
        "",
        f"role_name=${{1:-{setup.role_name}}}",
        "",
        f"trust_policy={shlex.quote(setup.trust_text)}",
        "",
        "role_arn=$(aws iam create-role \\",
        '  --role-name "$role_name" \\',
        f"  --description {shlex.quote(setup.description)} \\",
        "  --max-session-duration 3600 \\",
        '  --assume-role-policy-document "$trust_policy" \\',
        "  --query Role.Arn --output text)",
        "",
    ]
    if setup.permissions is not None:
        lines += [
            f"permissions={shlex.quote(setup.permissions.text(2))}",
            "",
            "aws iam put-role-policy \\",
            '  --role-name "$role_name" \\',
            f"  --policy-name {PERMISSIONS_POLICY_NAME} \\",
            '  --policy-document "$permissions"',
            "",
        ]
    lines += ["printf '%s\\n' \"$role_arn\"", ""]
    return "\n".join(lines)
