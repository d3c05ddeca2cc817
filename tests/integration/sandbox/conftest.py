"""The customer of the sandbox."""

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer


@pytest.fixture(scope="session")
def customer(sandbox: SandboxInfo) -> Customer:
    """The administrator of the customer's account."""
    return Customer(sandbox)
