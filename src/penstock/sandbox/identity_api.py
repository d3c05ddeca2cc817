"""The IAM API, as far as practising needs it: users, roles and policies, in the caller's account.

Source: service authorization reference, "Actions, resources, and condition keys for AWS IAM".
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from penstock.errors import PolicyInvalid
from penstock.iam.policy import PolicyKind, parse_policy
from penstock.sandbox import emulator, records
from penstock.sandbox.authority import Authority, Caller
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, not_implemented

# Action -> kind of resource and the parameter that names it.
ALLOWED: Final[Mapping[str, tuple[str, str]]] = {
    "CreateRole": ("role", "RoleName"),
    "GetRole": ("role", "RoleName"),
    "ListRoles": ("role", ""),
    "UpdateRole": ("role", "RoleName"),
    "DeleteRole": ("role", "RoleName"),
    "UpdateAssumeRolePolicy": ("role", "RoleName"),
    "PutRolePolicy": ("role", "RoleName"),
    "GetRolePolicy": ("role", "RoleName"),
    "ListRolePolicies": ("role", "RoleName"),
    "DeleteRolePolicy": ("role", "RoleName"),
    "AttachRolePolicy": ("role", "RoleName"),
    "DetachRolePolicy": ("role", "RoleName"),
    "ListAttachedRolePolicies": ("role", "RoleName"),
    "PutRolePermissionsBoundary": ("role", "RoleName"),
    "DeleteRolePermissionsBoundary": ("role", "RoleName"),
    "CreatePolicy": ("policy", "PolicyName"),
    "GetPolicy": ("arn", "PolicyArn"),
    "GetPolicyVersion": ("arn", "PolicyArn"),
    "ListPolicies": ("any", ""),
    "ListPolicyVersions": ("arn", "PolicyArn"),
    "CreatePolicyVersion": ("arn", "PolicyArn"),
    "DeletePolicyVersion": ("arn", "PolicyArn"),
    "SetDefaultPolicyVersion": ("arn", "PolicyArn"),
    "DeletePolicy": ("arn", "PolicyArn"),
    "CreateUser": ("user", "UserName"),
    "GetUser": ("user", "UserName"),
    "ListUsers": ("user", ""),
    "DeleteUser": ("user", "UserName"),
    "PutUserPolicy": ("user", "UserName"),
    "GetUserPolicy": ("user", "UserName"),
    "ListUserPolicies": ("user", "UserName"),
    "DeleteUserPolicy": ("user", "UserName"),
    "AttachUserPolicy": ("user", "UserName"),
    "DetachUserPolicy": ("user", "UserName"),
    "ListAttachedUserPolicies": ("user", "UserName"),
    "CreateAccessKey": ("user", "UserName"),
    "ListAccessKeys": ("user", "UserName"),
    "UpdateAccessKey": ("user", "UserName"),
    "DeleteAccessKey": ("user", "UserName"),
}
_DOCUMENTS: Final[Mapping[str, tuple[str, PolicyKind]]] = {
    "CreateRole": ("AssumeRolePolicyDocument", "trust"),
    "UpdateAssumeRolePolicy": ("PolicyDocument", "trust"),
    "PutRolePolicy": ("PolicyDocument", "identity"),
    "PutUserPolicy": ("PolicyDocument", "identity"),
    "CreatePolicy": ("PolicyDocument", "identity"),
    "CreatePolicyVersion": ("PolicyDocument", "identity"),
}


class IdentityService:
    """Answers IAM."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def answer(self, caller: Caller, form: Mapping[str, str], request_id: str) -> HttpResponse:
        """The answer to `Action`. Raises Fault."""
        action = form.get("Action", "")
        if action not in ALLOWED:
            raise not_implemented(f"iam:{action}")
        account = caller.account_id
        assert account is not None  # who is signed in has an account
        self._authority.require(
            caller, f"iam:{action}", _resource(account, action, form), account=account, context={}
        )
        if action in _DOCUMENTS:
            parameter, kind = _DOCUMENTS[action]
            try:
                parse_policy(form.get(parameter, ""), kind)
            except PolicyInvalid as invalid:
                raise Fault("MalformedPolicyDocument", invalid.message) from invalid
        return emulator.iam(account, urlencode(form))


def _resource(account: str, action: str, form: Mapping[str, str]) -> str:
    kind, parameter = ALLOWED[action]
    if kind == "any":
        return "*"
    if kind == "arn":
        return form.get(parameter, "*")
    name = form.get(parameter, "") if parameter else "*"
    path = form.get("Path", "/")
    if action.startswith(("Get", "Put", "Delete", "Attach", "Detach", "Update", "List")):
        path = records.path_of(account, kind, name)
    return f"arn:aws:iam::{account}:{kind}{path}{name}"
