"""How often a password may be tried: per user and per address, with longer and longer waits."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from penstock.errors import TooManyAttempts

MOST_KEPT: Final = 10_000
"""Users and addresses that are remembered; the longest quiet ones are forgotten first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures cost nothing, how long the wait may become, when all is forgotten."""

    free: int
    longest: float
    forgotten: float


# A user's wait stays short, for whoever fails on purpose would keep the user out by it.
_USER: Final = Allowance(free=5, longest=60.0, forgotten=3600.0)
_ADDRESS: Final = Allowance(free=20, longest=900.0, forgotten=3600.0)


@dataclass(slots=True)
class _Count:
    failures: int
    last: float
    until: float


class Throttle:
    """Counts attempts. An attempt counts as failed when it begins, so that many at once gain
    nothing; a successful one takes that back."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, most_kept: int = MOST_KEPT
    ) -> None:
        self._clock = clock
        self._most_kept = most_kept
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, user: str, address: str) -> None:
        """Count an attempt, or refuse it.

        Raises:
            TooManyAttempts: `details["retry_after"]` is in how many seconds the next one counts.
        """
        pairs = ((f"user {user}", _USER), (f"address {network(address)}", _ADDRESS))
        with self._lock:
            now = self._clock()
            wait = max(self._wait(key, now) for key, _ in pairs)
            if wait > 0:
                seconds = math.ceil(wait)
                raise TooManyAttempts(
                    "Too many attempts to sign in.",
                    hint=f"Try again in {seconds} s.",
                    retryable=True,
                    details={"retry_after": seconds},
                )
            for key, allowance in pairs:
                self._count(key, allowance, now)

    def succeeded(self, user: str, address: str) -> None:
        """The user's attempts are forgotten; the address's other ones are not, for an account of
        one's own would open the others'."""
        with self._lock:
            self._counts.pop(f"user {user}", None)
            count = self._counts.get(f"address {network(address)}")
            if count is not None:
                count.failures -= 1
                count.until = min(count.until, self._clock())

    def _wait(self, key: str, now: float) -> float:
        count = self._counts.get(key)
        return 0.0 if count is None else count.until - now

    def _count(self, key: str, allowance: Allowance, now: float) -> None:
        count = self._counts.get(key)
        if count is None or now - count.last > allowance.forgotten:
            count = self._counts[key] = _Count(0, now, now)
        count.failures += 1
        count.last = now
        beyond = count.failures - allowance.free
        # Bounded before the power is taken: failures have no bound.
        wait = min(2.0 ** min(beyond, 20), allowance.longest) if beyond > 0 else 0.0
        count.until = now + wait
        self._counts.move_to_end(key)
        while len(self._counts) > self._most_kept:
            self._counts.popitem(last=False)


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 user has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
