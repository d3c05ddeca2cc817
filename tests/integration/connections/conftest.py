"""Connections against the practice AWS, and the customer's administrator in it."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import botocore.session
import pytest

from penstock.connections.broker import CredentialBroker
from penstock.connections.model import Connection, ProbeStep
from penstock.connections.service import ConnectionService
from penstock.connections.sts import BotocoreSts
from penstock.sandbox.info import SandboxInfo
from tests.unit.connections.memory import MemoryConnectionRepository, MemoryUsage


@pytest.fixture
def platform_environment(sandbox: SandboxInfo, monkeypatch: pytest.MonkeyPatch) -> SandboxInfo:
    """AWS's own variables name the sandbox and the platform principal, and nothing else does."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    for name, value in sandbox.variables().items():
        monkeypatch.setenv(name, value)
    return sandbox


@dataclass(frozen=True)
class Customer:
    """The account's administrator, as far as roles go."""

    iam: Any

    def role(self, trust: object, name: str | None = None) -> str:
        """The ARN of a new role with that trust policy (its document, or a statement or two)."""
        if not (isinstance(trust, dict) and "Statement" in trust):
            trust = {"Version": "2012-10-17", "Statement": trust}
        made = self.iam.create_role(
            RoleName=name or f"role-{uuid.uuid4().hex}",
            AssumeRolePolicyDocument=json.dumps(trust),
        )
        return str(made["Role"]["Arn"])

    def trust(self, role_arn: str, statements: object) -> None:
        """Replace the role's trust policy."""
        self.iam.update_assume_role_policy(
            RoleName=role_arn.rsplit("/", 1)[-1],
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )


@pytest.fixture
def customer(sandbox: SandboxInfo) -> Customer:
    return Customer(
        botocore.session.Session().create_client(
            "iam",
            endpoint_url=sandbox.endpoint,
            region_name=sandbox.region,
            aws_access_key_id=sandbox.customer.access_key_id,
            aws_secret_access_key=sandbox.customer.secret_access_key,
        )
    )


class House:
    """Everything about connections, in memory, with the sandbox's STS."""

    def __init__(self) -> None:
        self.repository = MemoryConnectionRepository()
        self.usage = MemoryUsage()
        self.sts = BotocoreSts()
        self.broker = CredentialBroker(self.repository, self.sts)
        self.service = ConnectionService(
            self.repository, self.usage, self.sts, forget=self.broker.forget
        )

    def verify(self, connection: Connection, role_arn: str | None = None) -> Connection:
        """Without waiting: the sandbox's IAM is consistent."""
        return self.service.verify(connection.id, role_arn=role_arn, wait=0)


@pytest.fixture
def house(platform_environment: SandboxInfo) -> Iterator[House]:
    house = House()
    yield house
    house.sts.close()


def steps(connection: Connection) -> dict[str, ProbeStep]:
    assert connection.probe is not None
    return {step.name: step for step in connection.probe.steps}
