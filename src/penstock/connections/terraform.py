"""A connection's role as a Terraform configuration."""

import json
from typing import Final

from penstock.connections.role_setup import PERMISSIONS_POLICY_NAME, RoleSetup

_END: Final = "POLICY"


def terraform_configuration(setup: RoleSetup) -> str:
    """HCL with one role, for Terraform or OpenTofu with the AWS provider."""
    lines = [f"# {line}" for line in setup.heading]
    lines += [
        "",
        'variable "role_name" {',
        "  type    = string",
        f"  default = {quoted(setup.role_name)}",
        "}",
        "",
        'resource "aws_iam_role" "penstock" {',
        "  name                 = var.role_name",
        f"  description          = {quoted(setup.description)}",
        "  max_session_duration = 3600",
        f"  assume_role_policy   = {heredoc(setup.trust_text)}",
        "}",
        "",
    ]
    if setup.permissions is not None:
        lines += [
            'resource "aws_iam_role_policy" "penstock" {',
            f"  name   = {quoted(PERMISSIONS_POLICY_NAME)}",
            "  role   = aws_iam_role.penstock.id",
            f"  policy = {heredoc(setup.permissions.text(2))}",
            "}",
            "",
        ]
    lines += [
        'output "role_arn" {',
        '  description = "Verify the Penstock connection with this."',
        "  value       = aws_iam_role.penstock.arn",
        "}",
        "",
    ]
    return "\n".join(lines)


def _verbatim(text: str) -> str:
    """Inside a heredoc: backslashes stand for themselves, only template marks are escaped
    (Terraform language, "Strings and templates")."""
    return text.replace("${", "$${").replace("%{", "%%{")


def heredoc(text: str) -> str:
    """A value over several lines, as it is."""
    return f"<<{_END}\n{_verbatim(text)}\n{_END}"


def quoted(text: str) -> str:
    """A value in double quotes."""
    return _verbatim(json.dumps(text))
