"""Cards against the sandbox: roles with just the policies a test gives them."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, Document, allow
from tests.cards import FakeConnection, FakeContext, connection_of, run_card

Run = Callable[..., Any]
MakeConnection = Callable[..., FakeConnection]


@pytest.fixture(autouse=True)
def _endpoint(sandbox: SandboxInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process speaks to the sandbox as it would to AWS, with no credentials of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.endpoint)
    monkeypatch.setenv("AWS_REGION", sandbox.region)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def customer(sandbox: SandboxInfo) -> Customer:
    return Customer(sandbox)


@pytest.fixture(scope="session")
def resources() -> Iterator[dict[type[Any], Any]]:
    """The process-wide resources, shared as the engine shares them."""
    kept: dict[type[Any], Any] = {}
    yield kept
    for each in kept.values():
        each.close()


@pytest.fixture(scope="session")
def connect(customer: Customer) -> MakeConnection:
    """A connection whose role has these policies."""

    def make(*policies: Document, **more: Any) -> FakeConnection:
        session = customer.session(*policies, **more)
        made = connection_of(
            session.access_key_id,
            session.secret_access_key,
            session.token,
            account_id=customer.account_id,
        )
        if "session_policy" in more:
            made.session_policy = json.dumps(more["session_policy"])
        return made

    return make


@pytest.fixture(scope="session")
def everything(connect: MakeConnection) -> FakeConnection:
    """A connection that may do anything in S3 and KMS."""
    return connect(allow("s3:*", "kms:*"))


@pytest.fixture
def context(everything: FakeConnection, resources: dict[type[Any], Any]) -> FakeContext:
    return FakeContext(everything, resources=resources)


@pytest.fixture
def run(context: FakeContext, everything: FakeConnection) -> Run:
    """Runs a card by name; `as_` is another connection than the one that may do anything."""

    def one(name: str, inputs: Mapping[str, Any], as_: Any = None, attempt: int = 1) -> Any:
        return run_card(
            f"s3.{name}",
            inputs,
            as_ or everything,
            context=context,
            attempt=attempt,
        )

    return one


@pytest.fixture(scope="session")
def bucket(customer: Customer) -> str:
    """A plain bucket."""
    return customer.make_bucket()


@pytest.fixture(scope="session")
def versioned(customer: Customer) -> str:
    """A bucket that keeps versions."""
    return customer.make_bucket(versioned=True)


@pytest.fixture(scope="session")
def locked(customer: Customer) -> str:
    """A bucket with Object Lock."""
    return customer.make_bucket(locked=True)
