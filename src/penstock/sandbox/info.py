"""Where a sandbox is and with which keys to speak to it; kept in a file while it runs."""

import os
import shlex
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from penstock.errors import NotFound

Who = Literal["platform", "customer"]


class AccountInfo(BaseModel):
    """One of the practice accounts, with the key pair of a principal in it."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    access_key_id: str
    secret_access_key: str = Field(repr=False)
    arn: str


class SandboxInfo(BaseModel):
    """A running sandbox.

    `platform`: the principal that Penstock runs as; it may do nothing but assume roles.
    `customer`: the administrator of the account that roles and buckets are made in.
    """

    model_config = ConfigDict(frozen=True)

    endpoint: str
    region: str
    platform: AccountInfo
    customer: AccountInfo
    pid: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: where it is, and both key pairs."""
        return self.model_dump(mode="json", exclude={"pid"})

    def variables(self, who: Who = "platform") -> dict[str, str]:
        """AWS's own environment variables for one of the two principals."""
        account = self.platform if who == "platform" else self.customer
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account.access_key_id,
            "AWS_SECRET_ACCESS_KEY": account.secret_access_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def exports(self, who: Who = "platform") -> str:
        """The same as shell commands, for `eval "$(penstock sandbox env)"`."""
        lines = [
            f"export {name}={shlex.quote(value)}" for name, value in self.variables(who).items()
        ]
        return "\n".join([*lines, "unset AWS_SESSION_TOKEN AWS_PROFILE"]) + "\n"


def default_state() -> Path:
    """Where the state of the sandbox is kept unless told otherwise."""
    given = os.environ.get("XDG_STATE_HOME")
    home = Path(given) if given else Path.home() / ".local" / "state"
    return home / "penstock" / "sandbox.json"


def write_state(info: SandboxInfo, path: Path | None = None) -> Path:
    """Keep `info`, for its owner's eyes only; returns where."""
    target = path or default_state()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(info.model_dump_json(indent=2) + "\n")
    fresh.replace(target)
    return target


def read_state(path: Path | None = None) -> SandboxInfo:
    """The sandbox whose state is kept in `path`. Raises NotFound if none runs there."""
    target = path or default_state()
    try:
        info = SandboxInfo.model_validate_json(target.read_bytes())
    except (OSError, ValueError):
        raise _not_running(target) from None
    if info.pid is not None and not _alive(info.pid):
        raise _not_running(target)
    return info


def drop_state(info: SandboxInfo, path: Path | None = None) -> None:
    """Remove the state file, if it still is about `info`."""
    target = path or default_state()
    try:
        if SandboxInfo.model_validate_json(target.read_bytes()) == info:
            target.unlink()
    except (OSError, ValueError):
        return


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _not_running(path: Path) -> NotFound:
    return NotFound(
        "No sandbox is running",
        hint="Start one with `penstock sandbox up`, or name its state file with --state.",
        details={"state": str(path)},
    )
