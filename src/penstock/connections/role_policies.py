"""A role's own policies, read through its own session where the role may read them.

Source: AWS IAM API Reference, "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies",
"GetPolicy", "GetPolicyVersion", "GetRole".
"""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import botocore.config
import botocore.exceptions
import botocore.session

from penstock.catalog.context import ConnectionHandle
from penstock.errors import AccessDenied, AwsFault, NotFound, PenstockError, ServiceFault
from penstock.iam.downloads import given_policy
from penstock.iam.evaluation import PolicySet
from penstock.iam.managed import managed_policy
from penstock.iam.policy import Policy

SESSION_NAME: Final = "penstock-role-policies"
READING: Final = (
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
)

# The session can read policies and nothing else, whatever else the role may do.
_SESSION_POLICY: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(READING), "Resource": "*"}],
    },
    separators=(",", ":"),
)
# IAM is one service for each partition, and this is where its requests are signed for.
_REGIONS: Final = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
_MOST_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """What a role may do, by its own word: its inline and managed policies, and its permissions
    boundary. `notes` says what could not be read, and what was taken instead."""

    role_arn: str
    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    notes: tuple[str, ...] = field(default=())

    def as_set(self) -> PolicySet:
        """For the evaluator."""
        return PolicySet(identity=self.identity, boundary=self.boundary)


class Broker(Protocol):
    """Gives handles of verified connections (`connections.broker.CredentialBroker`)."""

    def open(
        self, reference: str, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle: ...


class RolePolicyReader:
    """Reads the policies of connections' roles. Safe in many threads."""

    def __init__(self, broker: Broker, role_arn: Callable[[str], str | None]) -> None:
        """`role_arn` gives the role of a connection by nickname or id; raises NotFound."""
        self._broker = broker
        self._role_arn = role_arn
        self._session = botocore.session.Session()
        self._config = botocore.config.Config(
            connect_timeout=5.0,
            read_timeout=10.0,
            retries={"mode": "standard", "total_max_attempts": 3},
            user_agent_extra="penstock",
        )

    def read(self, reference: str) -> RolePolicies:
        """The policies of the connection's role now.

        Raises:
            NotFound, ConnectionNotVerified, ConnectionUnsafe
            AccessDenied: the role may not read its own policies. The hint says which permission
                is missing, and how to download the documents instead.
            ServiceFault: IAM failed, or could not be reached.
        """
        handle = self._broker.open(
            reference, session_policy=_SESSION_POLICY, session_name=SESSION_NAME
        )
        arn = self._role_arn(reference)
        if arn is None:
            raise NotFound(f"The connection {handle.nickname} has no role yet.")
        credentials = handle.credentials()
        client: Any = self._session.create_client(
            "iam",
            region_name=_REGIONS[handle.partition],
            config=self._config,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
        )
        try:
            return _Reading(client, arn).policies()
        finally:
            client.close()


class _Reading:
    def __init__(self, client: Any, role_arn: str) -> None:
        self.client = client
        self.role_arn = role_arn
        self.role = role_arn.rpartition("/")[2]
        self.notes: list[str] = []

    def policies(self) -> RolePolicies:
        identity = [self.inline(name) for name in self.names()]
        identity += [self.managed(arn) for arn in self.attached()]
        boundary = self.boundary()
        return RolePolicies(self.role_arn, tuple(identity), boundary, tuple(self.notes))

    def names(self) -> list[str]:
        return self.pages("ListRolePolicies", "PolicyNames")

    def attached(self) -> list[str]:
        found = self.pages("ListAttachedRolePolicies", "AttachedPolicies")
        return [one["PolicyArn"] for one in found]

    def inline(self, name: str) -> Policy:
        answer = self.ask("GetRolePolicy", RoleName=self.role, PolicyName=name)
        return given_policy(answer["PolicyDocument"], name=name)

    def managed(self, arn: str) -> Policy:
        name = arn.rpartition("/")[2]
        try:
            version = self.ask("GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
            answer = self.ask("GetPolicyVersion", PolicyArn=arn, VersionId=version)
        except AccessDenied:
            kept = _kept(arn)
            if kept is None:
                raise
            self.notes.append(kept[1])
            return kept[0]
        return given_policy(answer["PolicyVersion"]["Document"], name=name)

    def boundary(self) -> Policy | None:
        try:
            role = self.ask("GetRole", RoleName=self.role)["Role"]
        except AccessDenied:
            self.notes.append(
                "Whether the role has a permissions boundary is not known: it may not read that "
                f"(iam:GetRole on {self.role_arn})."
            )
            return None
        found = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        if found is None:
            return None
        boundary = self.managed(found)
        return Policy(boundary.statements, "boundary", boundary.version, boundary.id, boundary.name)

    def pages(self, operation: str, key: str) -> list[Any]:
        found: list[Any] = []
        asked = {"RoleName": self.role}
        for _ in range(_MOST_PAGES):
            answer = self.ask(operation, **asked)
            found += answer[key]
            if not answer.get("IsTruncated"):
                break
            asked["Marker"] = answer["Marker"]
        return found

    def ask(self, operation: str, **asked: str) -> Mapping[str, Any]:
        method = getattr(self.client, botocore.xform_name(operation))
        try:
            answer: Mapping[str, Any] = method(**asked)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise _error(error, operation, asked, self.role_arn) from error
        return answer


def _kept(arn: str) -> tuple[Policy, str] | None:
    """The AWS managed policy as it is kept here, and a note that says so."""
    try:
        found = managed_policy(arn)
    except NotFound:
        return None
    note = (
        f"The role may not read {found.name}: taken as AWS published it on {found.taken}, "
        "by what is kept of it here."
    )
    return found.policy, note


def _error(
    error: Exception, operation: str, asked: Mapping[str, str], role_arn: str
) -> PenstockError:
    if not isinstance(error, botocore.exceptions.ClientError):
        return ServiceFault(
            f"AWS IAM could not be asked for the role's policies: {error}",
            hint="Check the network, the proxy and AWS_ENDPOINT_URL.",
            retryable=True,
        )
    said, met = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    aws = AwsFault(
        service="iam",
        operation=operation,
        code=said.get("Code", "Unknown"),
        message=said.get("Message", "no message"),
        status=met.get("HTTPStatusCode", 0),
        request_id=met.get("RequestId"),
    )
    if aws.code in ("AccessDenied", "AccessDeniedException"):
        resource = asked.get("PolicyArn", role_arn)
        return AccessDenied(
            f"The role may not read its own policies: iam:{operation} on {resource} is denied.",
            hint=f"Allow it {', '.join(READING)}; or download what it has with credentials that "
            f"may, and give the files instead: {_download(asked, role_arn)}",
            aws=aws,
            details={"actions": [f"iam:{operation}"], "resource": resource},
        )
    return ServiceFault(
        f"AWS IAM answers {operation} with an error: {aws.message} ({aws.code})",
        aws=aws,
        retryable=aws.status >= 500 or aws.code.startswith("Throttl"),
    )


def _download(asked: Mapping[str, str], role_arn: str) -> str:
    """The AWS CLI's commands for the documents."""
    role = shlex.quote(role_arn.rpartition("/")[2])
    if "PolicyArn" in asked:
        arn = shlex.quote(asked["PolicyArn"])
        version = asked.get("VersionId", "v1")
        return (
            f"`aws iam get-policy-version --policy-arn {arn} --version-id {version} > policy.json` "
            "(`aws iam get-policy` says which version is the default)."
        )
    return (
        f"`aws iam list-role-policies --role-name {role}`, then `aws iam get-role-policy "
        f"--role-name {role} --policy-name NAME > policy.json`; managed ones: `aws iam "
        f"list-attached-role-policies --role-name {role}`, then `aws iam get-policy-version`."
    )
