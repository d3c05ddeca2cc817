"""The customer's side of the sandbox, and clients for anyone: buckets, roles, sessions.

Names are unique, so that tests share a sandbox without meeting.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, overload

import boto3
from botocore.config import Config

from penstock.sandbox.info import SandboxInfo

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

Document = Mapping[str, Any]


class Pair(Protocol):
    """Anything with a key pair: an account of SandboxInfo, or Session below."""

    @property
    def access_key_id(self) -> str: ...

    @property
    def secret_access_key(self) -> str: ...


@dataclass(frozen=True)
class Session:
    """Credentials: temporary ones, or with no token a user's."""

    access_key_id: str
    secret_access_key: str
    token: str | None
    arn: str


@cache
def _boto3() -> boto3.session.Session:
    """One session: its loaded models are what makes a client cheap. It has no credentials."""
    return boto3.session.Session()


@overload
def client(
    sandbox: SandboxInfo, service: Literal["s3"], who: Pair, region: str | None = None, **more: Any
) -> "S3Client": ...
@overload
def client(
    sandbox: SandboxInfo, service: Literal["sts"], who: Pair, region: str | None = None, **more: Any
) -> "STSClient": ...
@overload
def client(
    sandbox: SandboxInfo, service: Literal["iam"], who: Pair, region: str | None = None, **more: Any
) -> "IAMClient": ...
@overload
def client(
    sandbox: SandboxInfo, service: Literal["kms"], who: Pair, region: str | None = None, **more: Any
) -> "KMSClient": ...
def client(
    sandbox: SandboxInfo, service: str, who: Pair, region: str | None = None, **more: Any
) -> Any:
    """A boto3 client of the sandbox for `who`; `more` goes into its botocore Config."""
    settings: dict[str, Any] = {
        "aws_access_key_id": who.access_key_id,
        "aws_secret_access_key": who.secret_access_key,
        "aws_session_token": getattr(who, "token", None),
        "region_name": region or sandbox.region,
        "endpoint_url": sandbox.endpoint,
        "config": Config(retries={"total_max_attempts": 1}, **more),
    }
    return cast(Any, _boto3()).client(service, **settings)


def unique(prefix: str) -> str:
    """A name nobody else has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def policy(*statements: Document) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, on: str | Sequence[str] = "*", **more: Any) -> dict[str, Any]:
    """A policy document that allows `actions` on `on`."""
    resource = on if isinstance(on, str) else list(on)
    return policy({"Effect": "Allow", "Action": list(actions), "Resource": resource, **more})


def trust(principal: Any, external_id: str | None = None, **more: Any) -> dict[str, Any]:
    """A trust policy: `principal` (an ARN, a list of them, or `*`) may assume the role."""
    named = principal if principal == "*" else {"AWS": principal}
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": named,
        "Action": "sts:AssumeRole",
        **more,
    }
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return policy(statement)


class Customer:
    """The administrator of the customer's account."""

    def __init__(self, sandbox: SandboxInfo) -> None:
        self.sandbox = sandbox
        self.account_id = sandbox.customer.account_id

    @cached_property
    def s3(self) -> "S3Client":
        """S3 as the administrator."""
        return client(self.sandbox, "s3", self.sandbox.customer)

    @cached_property
    def iam(self) -> "IAMClient":
        """IAM as the administrator."""
        return client(self.sandbox, "iam", self.sandbox.customer)

    @cached_property
    def kms(self) -> "KMSClient":
        """KMS as the administrator."""
        return client(self.sandbox, "kms", self.sandbox.customer)

    def make_bucket(
        self,
        *,
        region: str | None = None,
        versioned: bool = False,
        locked: bool = False,
        ownership: str | None = None,
    ) -> str:
        """The name of a new bucket; `locked` has object lock, `ownership` as S3 names it
        (`ObjectWriter` for a bucket with ACLs)."""
        name = unique("practice")
        more: dict[str, Any] = {}
        if region not in (None, "us-east-1"):
            more["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if locked:
            more["ObjectLockEnabledForBucket"] = True
        if ownership:
            more["ObjectOwnership"] = ownership
        there = client(self.sandbox, "s3", self.sandbox.customer, region)
        there.create_bucket(Bucket=name, **more)
        if versioned:
            there.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def put_object(self, bucket: str, key: str, body: bytes = b"", **more: Any) -> str:
        """Put an object; its version ID, or `null`."""
        answer = self.s3.put_object(Bucket=bucket, Key=key, Body=body, **more)
        return answer.get("VersionId", "null")

    def make_role(
        self,
        trust: Document,
        policies: Sequence[Document] = (),
        *,
        managed: Sequence[str] = (),
        boundary: str | None = None,
        seconds: int | None = None,
        path: str = "/",
    ) -> str:
        """The ARN of a new role with this trust policy and these permission policies."""
        name = unique("role")
        more: dict[str, Any] = {}
        if boundary:
            more["PermissionsBoundary"] = boundary
        if seconds:
            more["MaxSessionDuration"] = seconds
        answer = self.iam.create_role(
            RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust), **more
        )
        for number, document in enumerate(policies):
            self.iam.put_role_policy(
                RoleName=name, PolicyName=f"policy-{number}", PolicyDocument=json.dumps(document)
            )
        for arn in managed:
            self.iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        return answer["Role"]["Arn"]

    def retrust(self, role_arn: str, trust: Document) -> None:
        """Give a role another trust policy."""
        self.iam.update_assume_role_policy(
            RoleName=role_arn.rpartition("/")[2], PolicyDocument=json.dumps(trust)
        )

    def assume(
        self,
        role_arn: str,
        *,
        external_id: str | None = None,
        session_policy: Document | None = None,
        who: Pair | None = None,
        name: str = "practice",
        **more: Any,
    ) -> Session:
        """A session of a role, assumed by the platform principal unless by `who`."""
        if external_id is not None:
            more["ExternalId"] = external_id
        if session_policy is not None:
            more["Policy"] = json.dumps(session_policy)
        answer = client(self.sandbox, "sts", who or self.sandbox.platform).assume_role(
            RoleArn=role_arn, RoleSessionName=name, **more
        )
        given = answer["Credentials"]
        return Session(
            given["AccessKeyId"],
            given["SecretAccessKey"],
            given["SessionToken"],
            answer["AssumedRoleUser"]["Arn"],
        )

    def session(self, *policies: Document, **more: Any) -> Session:
        """A session of a new role with these policies, trusted with an external ID."""
        external_id = unique("external")
        arn = self.make_role(trust(self.sandbox.platform.arn, external_id), policies)
        return self.assume(arn, external_id=external_id, **more)
