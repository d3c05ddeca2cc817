"""A sandbox that goes on by itself: started by one command, used by many, stopped by another."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from penstock.errors import Conflict, NotFound, ServiceFault
from penstock.sandbox.info import SandboxInfo, default_state, read_state

_READY_SECONDS: Final = 30.0
_END_SECONDS: Final = 10.0


def start_detached(
    port: int = 0, *, log: Path | None = None, state: Path | None = None
) -> SandboxInfo:
    """A sandbox that answers, in a session of its own; `stop_detached` ends it.

    Raises:
        Conflict: one is running with this state file already.
        ServiceFault: it did not start.
    """
    target = state or default_state()
    with contextlib.suppress(NotFound):
        running = read_state(target)
        raise Conflict(
            f"A sandbox is running already, at {running.endpoint}.",
            hint="`penstock sandbox down` stops it; --state FILE keeps another one apart.",
        )
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "penstock.sandbox", "--port", str(port)]
    command += ["--state", str(target.absolute())]
    if log is not None:
        command += ["--log", str(log.absolute())]
    # What it says before it is ready goes to a file: a pipe would break when we end.
    said = target.with_suffix(".log")
    with said.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            cwd="/",
        )
    assert process.stdout is not None
    with process.stdout as output:
        ready, _, _ = select.select([output], [], [], _READY_SECONDS)
        line = output.readline() if ready else b""
    if not line:
        process.kill()
        process.wait()
        lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
        raise ServiceFault(
            f"The sandbox did not start: {lines[-1] if lines else 'no answer'}.",
            hint="Another --port may help; --port 0 takes a free one.",
        )
    # It is nobody's child once this process has ended, and must not be waited for until then.
    process.returncode = 0
    return SandboxInfo.model_validate_json(line)


def stop_detached(state: Path | None = None) -> SandboxInfo:
    """The sandbox that was stopped; what it held is gone.

    Its process id may have passed to another program, so it is first asked who it is: only the
    sandbox knows the keys that its state file holds.

    Raises:
        NotFound: none is running.
        ServiceFault: it does not answer, or does not end.
    """
    info = read_state(state)
    if info.pid is None:
        raise NotFound("The state file does not say which process the sandbox is.")
    _require_itself(info)
    os.kill(info.pid, signal.SIGTERM)
    until = time.monotonic() + _END_SECONDS
    while time.monotonic() < until:
        try:
            os.kill(info.pid, 0)
            read_state(state)
        except (ProcessLookupError, NotFound):
            return info
        time.sleep(0.05)
    raise ServiceFault(f"The sandbox, process {info.pid}, did not end.")


def _require_itself(info: SandboxInfo) -> None:
    client: Any = Session().create_client(
        "sts",
        region_name=info.region,
        endpoint_url=info.endpoint,
        aws_access_key_id=info.platform.access_key_id,
        aws_secret_access_key=info.platform.secret_access_key,
        config=Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 1}),
    )
    try:
        client.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise ServiceFault(
            f"What listens at {info.endpoint} is not the sandbox of this state file.",
            hint="Remove the file if the sandbox is gone.",
        ) from error
    finally:
        client.close()
