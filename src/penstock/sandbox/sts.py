"""The STS API: AssumeRole as AWS does it, GetCallerIdentity, GetAccessKeyInfo.

Source: STS API reference, "AssumeRole"; IAM user guide, "Access to AWS accounts owned by third
parties" and "Session policies".
"""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from penstock.errors import PolicyInvalid
from penstock.iam.policy import Policy, parse_policy
from penstock.iam.request import Principal
from penstock.sandbox.accounts import Credential, random_id, random_secret
from penstock.sandbox.authority import Caller
from penstock.sandbox.directory import Directory, RoleRecord
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, element, not_implemented
from penstock.sandbox.trust import Trust

_NAMESPACE: Final = "https://sts.amazonaws.com/doc/2011-06-15/"
_NAME: Final = re.compile(r"[\w+=,.@-]*", re.ASCII)
_EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]*", re.ASCII)
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\x21-\x7e]+")
_CHAINED: Final = 3600


class TokenService:
    """Answers STS."""

    def __init__(self, directory: Directory, trust: Trust) -> None:
        self._directory = directory
        self._trust = trust

    def answer(self, caller: Caller, form: Mapping[str, str], request_id: str) -> HttpResponse:
        """The answer to `Action`. Raises Fault."""
        action = form.get("Action", "")
        match action:
            case "GetCallerIdentity":
                result = self._identity(caller)
            case "AssumeRole":
                result = self._assume(caller, form)
            case _:
                raise not_implemented(f"sts:{action}")
        body = (
            f'<{action}Response xmlns="{_NAMESPACE}">'
            f"<{action}Result>{result}</{action}Result>"
            f"<ResponseMetadata>{element('RequestId', request_id)}</ResponseMetadata>"
            f"</{action}Response>"
        )
        return HttpResponse(200, {"Content-Type": "text/xml"}, body.encode())

    def _identity(self, caller: Caller) -> str:
        principal = caller.principal
        return (
            element("Arn", principal.arn)
            + element("UserId", principal.id or principal.account_id or "")
            + element("Account", principal.account_id or "")
        )

    def _assume(self, caller: Caller, form: Mapping[str, str]) -> str:
        wanted = _wanted(form)
        session_policy = _session_policy(form)
        for name in form:
            if name.startswith(("PolicyArns.", "Tags.", "TransitiveTagKeys.", "ProvidedContexts.")):
                raise not_implemented(f"sts:AssumeRole with {name.partition('.')[0]}")
        if "SourceIdentity" in form or "TokenCode" in form:
            raise not_implemented("sts:AssumeRole with SourceIdentity or TokenCode")
        role = self._directory.role(form["RoleArn"])
        self._trust.require(caller, form["RoleArn"], role, form)
        assert role is not None  # the trust of a role that is not there cannot be had
        seconds = self._seconds(caller, role, wanted)
        credential = self._session(caller, role, form["RoleSessionName"], seconds, session_policy)
        self._directory.sessions.add(credential)
        expires = credential.expires
        assert expires is not None  # a session has an end
        user = element("AssumedRoleId", credential.principal.id or "")
        user += element("Arn", credential.principal.arn)
        given = (
            element("AccessKeyId", credential.access_key_id)
            + element("SecretAccessKey", credential.secret)
            + element("SessionToken", credential.token or "")
            + element("Expiration", expires.strftime("%Y-%m-%dT%H:%M:%SZ"))
        )
        packed = ""
        if session_policy is not None:
            packed = element("PackedPolicySize", str(_packed(form["Policy"])))
        return (
            f"<AssumedRoleUser>{user}</AssumedRoleUser><Credentials>{given}</Credentials>{packed}"
        )

    @staticmethod
    def _seconds(caller: Caller, role: RoleRecord, wanted: int | None) -> int:
        chained = caller.principal.kind == "role-session"
        if wanted is None:
            return _CHAINED
        if wanted > role.longest:
            raise Fault(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            )
        if chained and wanted > _CHAINED:
            raise Fault(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
                "by role chaining",
            )
        return wanted

    @staticmethod
    def _session(
        caller: Caller, role: RoleRecord, name: str, seconds: int, policy: Policy | None
    ) -> Credential:
        partition = role.arn.split(":")[1]
        principal = Principal(
            "role-session",
            f"arn:{partition}:sts::{role.account_id}:assumed-role/{role.name}/{name}",
            role.account_id,
            role_arn=role.arn,
            id=f"{role.id}:{name}",
        )
        return Credential(
            random_id("ASIA"),
            random_secret(),
            principal,
            token=secrets.token_urlsafe(192),
            expires=(caller.request.received + timedelta(seconds=seconds)).replace(microsecond=0),
            session_policy=policy,
        )


def _invalid(value: str, member: str, constraint: str) -> Fault:
    return Fault(
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: Member must {constraint}",
    )


def _wanted(form: Mapping[str, str]) -> int | None:
    """The duration asked for; raises Fault for any parameter that is not of its form."""
    for parameter, member in (("RoleArn", "roleArn"), ("RoleSessionName", "roleSessionName")):
        if parameter not in form:
            raise Fault(
                "ValidationError",
                f"1 validation error detected: Value null at '{member}' failed to satisfy "
                "constraint: Member must not be null",
            )
    _bounded(form["RoleArn"], "roleArn", 20, 2048)
    if not _ROLE.fullmatch(form["RoleArn"]):
        raise Fault("ValidationError", f"{form['RoleArn']} is invalid")
    name = form["RoleSessionName"]
    _bounded(name, "roleSessionName", 2, 64)
    if not _NAME.fullmatch(name):
        raise _invalid(name, "roleSessionName", r"satisfy regular expression pattern: [\w+=,.@-]*")
    if "ExternalId" in form:
        _bounded(form["ExternalId"], "externalId", 2, 1224)
        if not _EXTERNAL_ID.fullmatch(form["ExternalId"]):
            raise _invalid(
                form["ExternalId"],
                "externalId",
                r"satisfy regular expression pattern: [\w+=,.@:\/-]*",
            )
    if "DurationSeconds" not in form:
        return None
    text = form["DurationSeconds"]
    if not text.isascii() or not text.isdigit() or not 900 <= int(text) <= 43_200:
        low = text.isdigit() and int(text) > 900
        bound = "less than or equal to 43200" if low else "greater than or equal to 900"
        raise _invalid(text, "durationSeconds", f"have value {bound}")
    return int(text)


def _bounded(value: str, member: str, least: int, most: int) -> None:
    if len(value) < least:
        raise _invalid(value, member, f"have length greater than or equal to {least}")
    if len(value) > most:
        raise _invalid(value, member, f"have length less than or equal to {most}")


def _packed(text: str) -> int:
    """How much of the room for a packed session policy it takes, per cent, at least one."""
    return max(1, len(text) * 100 // 4096)


def _session_policy(form: Mapping[str, str]) -> Policy | None:
    if "Policy" not in form:
        return None
    text = form["Policy"]
    _bounded(text, "policy", 1, 2048)
    try:
        return parse_policy(text, "session")
    except PolicyInvalid as invalid:
        raise Fault("MalformedPolicyDocument", invalid.message) from invalid
