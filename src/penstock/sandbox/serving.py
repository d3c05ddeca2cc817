"""A sandbox, from its accounts to its server: made, served, put away."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.sandbox.accounts import random_id, random_secret
from penstock.sandbox.directory import Directory
from penstock.sandbox.gate import Gate
from penstock.sandbox.info import AccountInfo, SandboxInfo, drop_state, write_state
from penstock.sandbox.request_log import RequestLog
from penstock.sandbox.server import Server

PLATFORM: Final = "111122223333"
CUSTOMER: Final = "444455556666"
REGION: Final = "us-east-1"
_ASSUME: Final = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"AssumeCustomerRoles","Effect":"Allow",'
    '"Action":"sts:AssumeRole","Resource":"*"}]}'
)
_ADMINISTER: Final = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"Administer","Effect":"Allow",'
    '"Action":"*","Resource":"*"}]}'
)


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """An access key ID and its secret."""

    access_key_id: str
    secret_access_key: str

    @staticmethod
    def random() -> "KeyPair":
        """A pair that nobody knows."""
        return KeyPair(random_id("AKIA"), random_secret())


def build(
    port: int = 0,
    *,
    log: Path | None = None,
    region: str = REGION,
    platform: KeyPair | None = None,
    customer: KeyPair | None = None,
) -> tuple[Server, Gate, SandboxInfo]:
    """A sandbox that listens but does not serve yet, and its gate.

    moto keeps one state for each process, so there is one sandbox in each.
    """
    directory = Directory()
    accounts: dict[str, AccountInfo] = {}
    plan: Mapping[str, tuple[str, str, str, KeyPair]] = {
        "platform": (PLATFORM, "penstock", _ASSUME, platform or KeyPair.random()),
        "customer": (CUSTOMER, "administrator", _ADMINISTER, customer or KeyPair.random()),
    }
    for role, (account, name, policy, pair) in plan.items():
        principal = directory.add_user(
            account, name, policy, (pair.access_key_id, pair.secret_access_key)
        )
        accounts[role] = AccountInfo(
            account_id=account,
            access_key_id=pair.access_key_id,
            secret_access_key=pair.secret_access_key,
            arn=principal.arn,
        )
    gate = Gate(directory, region, RequestLog(log))
    server = Server(port, gate.answer)
    info = SandboxInfo(endpoint=server.endpoint, region=region, pid=os.getpid(), **accounts)
    return server, gate, info


def serve(
    port: int = 0,
    *,
    state: Path | None = None,
    keep_state: bool = True,
    log: Path | None = None,
    region: str = REGION,
    platform: KeyPair | None = None,
    customer: KeyPair | None = None,
    ready: Callable[[SandboxInfo], None] | None = None,
) -> None:
    """Serve until interrupted; `ready` is called once the sandbox can be spoken to.

    `state` is the file that `penstock sandbox env` reads; None means the usual place.
    """
    server, _, info = build(port, log=log, region=region, platform=platform, customer=customer)
    if keep_state:
        write_state(info, state)
    try:
        if ready is not None:
            ready(info)
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        if keep_state:
            drop_state(info, state)
