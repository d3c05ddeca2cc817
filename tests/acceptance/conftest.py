"""A person with the command, and a customer whose account they want to reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.accounts import Customer, trust


@pytest.fixture
def penstock(tmp_path: Path, sandbox: SandboxInfo) -> Penstock:
    """The command, running as the sandbox's platform principal."""
    return Penstock(tmp_path / "data", sandbox.variables())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxInfo) -> Iterator[Penstock]:
    """The command while a server owns the data directory, which makes it quick."""
    penstock = Penstock(tmp_path_factory.mktemp("served") / "data", sandbox.variables())
    with penstock.server():
        yield penstock


@pytest.fixture
def customer(sandbox: SandboxInfo) -> Customer:
    return Customer(sandbox)


@dataclass(frozen=True, slots=True)
class Connected:
    """A verified connection `acme`, and the customer's side of it."""

    role_arn: str
    external_id: str


def connect(
    penstock: Penstock, customer: Customer, *policies: dict[str, object], nickname: str = "acme"
) -> Connected:
    """Draft, make the role with these policies, verify."""
    drafted = penstock.ok("connections", "new", nickname, "--json").json
    external_id = drafted["external_id"]
    arn = customer.make_role(trust(customer.sandbox.platform.arn, external_id), policies)
    penstock.ok("connections", "verify", nickname, "--role-arn", arn, "--wait", "0")
    return Connected(arn, external_id)
