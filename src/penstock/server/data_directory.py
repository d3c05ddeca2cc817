"""The data directory: where it is, who owns it now, and where its owner listens.

One process at a time owns a data directory, so that two never take up each other's runs. The
owner holds an exclusive `flock` on `lock` for as long as it lives; the kernel lets go of it
however the process ends, `kill -9` included. A server also writes `server.json` beside the lock
(0600): its address, process id, and a token that only the same user can read. An address file
without a held lock is what a killed server left behind, and is ignored.

Whoever can write the directory could have this user's files emptied by a link, or have requests,
secrets in them, sent elsewhere. So it must be this user's own, links are not followed, and an
address file counts only if nobody else can write it and it names a loopback address.
"""

import contextlib
import fcntl
import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from penstock.errors import DataDirectoryInUse, InvalidInput

LOCK = "lock"
ADDRESS = "server.json"

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST_ADDRESS: Final = 4096


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
        if not self._is_ours():
            raise InvalidInput(
                f"The data directory {self.path} belongs to another user.",
                hint="Choose another with --data DIRECTORY or PENSTOCK_DATA, or have it given to "
                "the user that Penstock runs as (chown).",
            )
        if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            self.path.chmod(0o700)

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
        descriptor = self._open_lock()
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
            descriptor = os.open(self.path / LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
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
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(address), file)
        fresh.replace(self.path / ADDRESS)

    def server(self) -> Address | None:
        """The server that owns the directory now, or None."""
        pid = self.owner()
        if pid is None:
            return None
        try:
            address = Address(**json.loads(self._read_address()))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return address if address.pid == pid and _is_sound(address) else None

    def _is_ours(self) -> bool:
        return self.path.stat().st_uid == os.geteuid()

    def _open_lock(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(self.path / LOCK, flags, 0o600)
        except OSError as error:
            raise InvalidInput(
                f"{self.path / LOCK} cannot be opened: {error.strerror}.",
                hint="It has to be a plain file of this user's. If nothing uses the data "
                "directory, remove it.",
            ) from error

    def _read_address(self) -> bytes:
        """Raises OSError, also for a file that somebody else could have written."""
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(self.path / ADDRESS, flags), "rb") as file:
            about = os.fstat(file.fileno())
            theirs = about.st_uid != os.geteuid() or about.st_mode & 0o022
            if theirs or not stat.S_ISREG(about.st_mode):
                raise PermissionError
            return file.read(_LARGEST_ADDRESS)

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


def _is_sound(address: Address) -> bool:
    texts = (address.url, address.instance, address.token)
    return all(isinstance(each, str) for each in texts) and is_loopback(address.url)


def is_loopback(url: str) -> bool:
    """Whether what is sent to this URL stays on the machine."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.username is None and parts.password is None
    return plain and port_is_right and parts.hostname in LOOPBACK
