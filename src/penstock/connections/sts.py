"""What connections ask of AWS STS, and the gateway that asks it with botocore.

The gateway runs as the platform principal, found by botocore's default chain (environment,
profile, container, instance). It is the only place that touches those credentials: role sessions
are handed out, the platform's own identity never is.
"""

import contextlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol

import botocore
import botocore.config
import botocore.exceptions
import botocore.session

from penstock.catalog.credentials import Credentials
from penstock.connections.faults import sts_error
from penstock.connections.model import PlatformPrincipal
from penstock.connections.principal import platform_principal

DEFAULT_REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class RoleSession:
    """An answer to AssumeRole. `assumed_role_arn` is the session's ARN, not a secret."""

    credentials: Credentials = field(repr=False)
    assumed_role_arn: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """An answer to GetCallerIdentity."""

    account_id: str
    arn: str
    request_id: str | None = None


class StsGateway(Protocol):
    """STS as connections use it.

    Every method raises AccessDenied when AWS says no, CredentialsUnavailable when the platform
    principal's own credentials are missing or refused, and ServiceFault for everything else
    (`retryable` where trying again can help), with `aws` set if AWS answered at all.
    """

    def platform(self) -> PlatformPrincipal:
        """Who Penstock runs as."""
        ...

    def assume_role(
        self,
        role_arn: str,
        *,
        session_name: str,
        external_id: str | None,
        session_policy: str | None = None,
        seconds: int = 3600,
        region: str | None = None,
    ) -> RoleSession:
        """A session of the role. `external_id` None sends no ExternalId at all."""
        ...

    def identity(self, credentials: Credentials, *, region: str | None = None) -> CallerIdentity:
        """Who those credentials are."""
        ...


class BotocoreSts:
    """StsGateway over HTTPS, with regional endpoints and botocore's default credential chain.

    The region is the caller's, else AWS_REGION, else what botocore is configured with, else
    us-east-1. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_STS are followed, as the AWS CLI does.
    """

    def __init__(self, *, connect_timeout: float = 5.0, read_timeout: float = 10.0) -> None:
        self._session = botocore.session.Session()
        self._session.set_config_variable("sts_regional_endpoints", "regional")
        self._config = botocore.config.Config(
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": 3},
            user_agent_extra="penstock",
        )
        self._clients: dict[str, Any] = {}
        self._role_arns: dict[str, str | None] = {}
        self._skew: float | None = None
        self._lock = threading.Lock()

    def region(self, region: str | None = None) -> str:
        """The region whose STS is asked."""
        configured = self._session.get_config_variable("region")
        return region or os.environ.get("AWS_REGION") or configured or DEFAULT_REGION

    def platform(self) -> PlatformPrincipal:
        answer = self._call("GetCallerIdentity", None, {})
        return platform_principal(answer["Arn"], role_arn=self._role_arn_of)

    def assume_role(
        self,
        role_arn: str,
        *,
        session_name: str,
        external_id: str | None,
        session_policy: str | None = None,
        seconds: int = 3600,
        region: str | None = None,
    ) -> RoleSession:
        asked: dict[str, Any] = {
            "RoleArn": role_arn,
            "RoleSessionName": session_name,
            "DurationSeconds": seconds,
        }
        if external_id is not None:
            asked["ExternalId"] = external_id
        if session_policy is not None:
            asked["Policy"] = session_policy
        answer = self._call("AssumeRole", region, asked)
        given = answer["Credentials"]
        return RoleSession(
            credentials=Credentials(
                access_key_id=given["AccessKeyId"],
                secret_access_key=given["SecretAccessKey"],
                session_token=given["SessionToken"],
                expires_at=_in_utc(given["Expiration"]),
            ),
            assumed_role_arn=answer["AssumedRoleUser"]["Arn"],
            request_id=_request_id(answer),
        )

    def identity(self, credentials: Credentials, *, region: str | None = None) -> CallerIdentity:
        answer = self._call("GetCallerIdentity", region, {}, credentials)
        return CallerIdentity(answer["Account"], answer["Arn"], _request_id(answer))

    def clock_skew(self) -> float | None:
        """Seconds that AWS's clock was ahead of this machine's when it last answered."""
        return self._skew

    def close(self) -> None:
        """Close the connections to AWS."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _call(
        self,
        operation: str,
        region: str | None,
        asked: dict[str, Any],
        credentials: Credentials | None = None,
    ) -> Mapping[str, Any]:
        asked_region = self.region(region)
        method = botocore.xform_name(operation)
        try:
            client = self._client(asked_region, credentials)
            try:
                answer: Mapping[str, Any] = getattr(client, method)(**asked)
            finally:
                if credentials is not None:
                    client.close()
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            self._note_clock(getattr(error, "response", {}))
            raise sts_error(
                error, operation, asked_region, as_platform=credentials is None
            ) from error
        self._note_clock(answer)
        return answer

    def _note_clock(self, answer: Mapping[str, Any]) -> None:
        told = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        with contextlib.suppress(TypeError, ValueError):
            self._skew = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()

    def _client(self, region: str, credentials: Credentials | None) -> Any:
        # A botocore session is not safe for making clients in several threads at once.
        with self._lock:
            if credentials is not None:
                return self._session.create_client(
                    "sts",
                    region_name=region,
                    config=self._config,
                    aws_access_key_id=credentials.access_key_id,
                    aws_secret_access_key=credentials.secret_access_key,
                    aws_session_token=credentials.session_token,
                )
            if region not in self._clients:
                self._clients[region] = self._session.create_client(
                    "sts", region_name=region, config=self._config
                )
            return self._clients[region]

    def _role_arn_of(self, name: str) -> str | None:
        """The role's ARN with its path, if iam:GetRole on oneself is allowed; else None.

        A session's ARN has lost the role's path, and IAM Identity Center's roles have one that
        cannot be guessed.
        """
        with self._lock:
            if name in self._role_arns:
                return self._role_arns[name]
            try:
                client: Any = self._session.create_client(
                    "iam", region_name=self.region(), config=self._config
                )
                try:
                    found: str | None = client.get_role(RoleName=name)["Role"]["Arn"]
                finally:
                    client.close()
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                found = None
            self._role_arns[name] = found
            return found


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _request_id(answer: Mapping[str, Any]) -> str | None:
    request_id = answer.get("ResponseMetadata", {}).get("RequestId")
    return str(request_id) if request_id else None
