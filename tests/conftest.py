"""What several tiers of tests share."""

import signal
from collections.abc import Iterator

import pytest

from penstock.sandbox.info import SandboxInfo
from penstock.sandbox.process import SandboxProcess, start_sandbox
from tests.scheduling import Grouped


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Grouped:
    """With `-n`, tests that share a server, a cluster or a count stay together."""
    return Grouped(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """What a test starts can be interrupted, also where a shell began all of it with `&`."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One practice AWS for the tests of this process, its request log switched on."""
    log = tmp_path_factory.mktemp("sandbox") / "requests.jsonl"
    with start_sandbox(log=log) as process:
        yield process


@pytest.fixture(scope="session")
def sandbox(sandbox_process: SandboxProcess) -> SandboxInfo:
    """Where it is, and the keys of the platform and of the customer's administrator."""
    return sandbox_process.info
