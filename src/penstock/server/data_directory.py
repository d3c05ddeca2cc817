"""The data directory: where it is, who owns it now, and where its owner listens.

One process at a time owns a data directory, so that two never take up each other's runs. The
owner holds an exclusive `flock` on `lock` for as long as it lives; the kernel lets go of it
however the process ends, `kill -9` included. A server also writes `server.json` beside the lock
(0600): its address, process id, and a token that only the same user can read. An address file
without a held lock is what a killed server left behind, and is ignored.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from penstock.errors import DataDirectoryInUse, InvalidInput

LOCK = "lock"
ADDRESS = "server.json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the owner of a data directory listens. `instance` is fresh for each process."""

    url: str
    pid: int
    instance: str
    token: str = field(repr=False)


def default_data_directory() -> Path:
    """`$PENSTOCK_DATA`, else `$XDG_DATA_HOME/penstock`, else `~/.local/share/penstock`."""
    if chosen := os.environ.get("PENSTOCK_DATA"):
        return Path(chosen).expanduser()
    # XDG Base Directory Specification: a relative path is to be ignored.
    share = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (share if share.is_absolute() else Path.home() / ".local" / "share") / "penstock"


class DataDirectory:
    """A data directory by its path; made, for its user alone, on first use."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = (path or default_data_directory()).expanduser().absolute()

    def make(self) -> None:
        """Make it, readable by nobody else.

        Raises:
            InvalidInput: there is something else of that name, or no permission.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInput(
                f"The data directory {self.path} cannot be made: {error.strerror}.",
                hint="Choose another with --data DIRECTORY or PENSTOCK_DATA.",
            ) from error

    @contextlib.contextmanager
    def own(
        self, *, wait: float = 0.0, meanwhile: Callable[[], bool] | None = None
    ) -> Iterator[bool]:
        """Own the directory within the block.

        Args:
            wait: seconds to wait while another process owns it.
            meanwhile: asked again and again while waiting; true ends the wait.

        Yields:
            True as owner, False if `meanwhile` ended the wait.

        Raises:
            DataDirectoryInUse: another process still owns it; `details["pid"]` says which.
        """
        self.make()
        descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not self._lock(descriptor, wait, meanwhile):
                yield False
                return
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            self._forget_address()
            try:
                yield True
            finally:
                self._forget_address()
        finally:
            os.close(descriptor)

    def owner(self) -> int | None:
        """The process id of the owner, 0 if it has not said, None if nobody owns it."""
        try:
            descriptor = os.open(self.path / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            # A shared lock is refused exactly while someone holds the exclusive one.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.pread(descriptor, 32, 0).strip()
            return int(said) if said.isdigit() else 0
        else:
            return None
        finally:
            os.close(descriptor)

    def publish(self, address: Address) -> None:
        """Say where the owner listens. Only the owner may call this."""
        fresh = self.path / f"{ADDRESS}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(address), file)
        fresh.replace(self.path / ADDRESS)

    def server(self) -> Address | None:
        """The server that owns the directory now, or None."""
        pid = self.owner()
        if pid is None:
            return None
        try:
            address = Address(**json.loads((self.path / ADDRESS).read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return address if address.pid == pid else None

    def _lock(self, descriptor: int, wait: float, meanwhile: Callable[[], bool] | None) -> bool:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if meanwhile is not None and meanwhile():
                    return False
                if time.monotonic() >= deadline:
                    pid = self.owner()
                    raise DataDirectoryInUse(
                        f"Another process{f' ({pid})' if pid else ''} is using the data "
                        f"directory {self.path}.",
                        hint="Wait until it is done, or choose another with --data DIRECTORY.",
                        details={"pid": pid} if pid else None,
                    ) from None
                time.sleep(0.05)
            else:
                return True

    def _forget_address(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.path / ADDRESS).unlink()
