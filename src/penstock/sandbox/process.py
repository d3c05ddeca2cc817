"""A sandbox in a process of its own, which ends with the process that started it."""

import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from penstock.errors import ServiceFault
from penstock.sandbox.info import SandboxInfo

_HINT = "Install Penstock with its sandbox: pip install 'penstock[sandbox]'."


class SandboxProcess:
    """A running sandbox. Use it in a `with` statement, or call `stop`."""

    def __init__(self, process: "subprocess.Popen[str]", info: SandboxInfo) -> None:
        self._process = process
        self._readers = _drain(process)
        self.info = info

    @property
    def pid(self) -> int:
        """The process's ID."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it still serves."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it; what it held is gone."""
        _end(self._process)
        for reader in self._readers:
            reader.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_sandbox(
    port: int = 0,
    log: Path | None = None,
    *,
    region: str = "us-east-1",
    timeout: float = 30.0,
) -> SandboxProcess:
    """A sandbox that answers. `log` is the file for its request log, a JSON line per request.

    Raises ServiceFault if it cannot be started.
    """
    command = [sys.executable, "-m", "penstock.sandbox", "--port", str(port), "--region", region]
    if log is not None:
        command += ["--log", str(log)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    alarm = threading.Timer(timeout, process.kill)
    alarm.start()
    try:
        line = process.stdout.readline() if process.stdout else ""
    finally:
        alarm.cancel()
    if not line:
        said = (process.stderr.read() if process.stderr else "").strip()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        _end(process)
        raise ServiceFault(
            f"The sandbox did not start: {said.splitlines()[-1] if said else 'no answer'}",
            hint=_HINT,
        )
    return SandboxProcess(process, SandboxInfo.model_validate_json(line))


def _drain(process: "subprocess.Popen[str]") -> list[threading.Thread]:
    """Read what it says from now on, so that it never waits for a reader."""

    def read(stream: IO[str]) -> None:
        with stream:
            while stream.read(4096):
                pass

    found = [
        threading.Thread(target=read, args=(stream,), daemon=True)
        for stream in (process.stdout, process.stderr)
        if stream is not None
    ]
    for thread in found:
        thread.start()
    return found


def _end(process: "subprocess.Popen[str]") -> None:
    if process.stdin and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
