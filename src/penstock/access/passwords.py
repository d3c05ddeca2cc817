"""Passwords: which ones are taken, and how they are kept and compared.

After NIST SP 800-63B, "Memorized Secret Verifiers": length counts and nothing else has to be in
them, characters are normalized first, nothing is cut off. Hashed with argon2id in the second
recommended form of RFC 9106 (64 MiB, three passes).
"""

import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from penstock.errors import PasswordUnsuitable, TooManyAttempts, Where

SHORTEST: Final = 12
LONGEST: Final = 256
_LEFT: Final = 8
"""Characters that have to be left of a password without the username in it."""

_WORKING: Final = 2
_WAITING: Final = 8


class Passwords:
    """Hashes and compares; so many at once as the machine can bear, for each takes 64 MiB."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID
        )
        self._nobodys = _nobodys(self._hasher)
        self._working = threading.BoundedSemaphore(_WORKING)
        self._places = threading.BoundedSemaphore(_WORKING + _WAITING)

    def hash(self, password: str, *, username: str) -> str:
        """What to keep of a new password.

        Raises:
            PasswordUnsuitable: too short, too long, or little more than the username.
            TooManyAttempts: the machine is busy with others.
        """
        sound = _sound(password, username)
        with self._turn():
            return self._hasher.hash(sound)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the password of which `kept` was made.

        Without one, which is nobody's, it takes as long and is false.

        Raises:
            TooManyAttempts: the machine is busy with others.
        """
        given = unicodedata.normalize("NFKC", password[: 4 * LONGEST])
        with self._turn():
            try:
                self._hasher.verify(kept or self._nobodys, given.encode("utf-8", "surrogatepass"))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyAttempts(
                "Too many passwords are being checked at this moment.",
                hint="Try again in a moment.",
                retryable=True,
                details={"retry_after": 1},
            )
        try:
            with self._working:
                yield
        finally:
            self._places.release()


def _sound(password: str, username: str) -> str:
    sound = unicodedata.normalize("NFKC", password)
    if any(unicodedata.category(each) == "Cs" for each in sound):
        raise _unsuitable("The password has half a character in it.")
    if len(sound) < SHORTEST:
        raise _unsuitable(
            f"The password is shorter than {SHORTEST} characters.",
            "Several words are easier to remember than signs, and better.",
        )
    if len(sound) > LONGEST:
        raise _unsuitable(f"The password is longer than {LONGEST} characters.")
    if len(sound.casefold().replace(username.casefold(), "")) < _LEFT:
        raise _unsuitable(
            "The password is little more than the username.", "Take one that has nothing to do."
        )
    return sound


def _unsuitable(message: str, hint: str | None = None) -> PasswordUnsuitable:
    return PasswordUnsuitable(message, hint=hint, where=Where(field="password"))


def _nobodys(hasher: PasswordHasher) -> str:
    """A hash with the same parameters as real ones, so that comparing takes the same work."""
    salt = b64encode(bytes(16)).decode().rstrip("=")
    value = b64encode(bytes(hasher.hash_len)).decode().rstrip("=")
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${value}"
