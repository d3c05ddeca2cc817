"""The pieces of one transfer, side by side; the first failure stops them all."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from penstock.connectors.s3.transfer_model import OnProgress, RaiseIfCancelled

T = TypeVar("T")

_TICK = 0.2


class Stopped(BaseException):
    """A piece ends because another failed or the run was cancelled.

    Not an Exception: botocore takes an Exception out of a request's body for a broken connection
    and sends the request again.
    """


class Progress:
    """Bytes done, counted by many threads and told by one."""

    def __init__(self, total: int | None, tell: OnProgress, check: RaiseIfCancelled) -> None:
        self._total = total
        self._tell = tell
        self._check = check
        self._done = 0
        self._told = -1
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count

    def tick(self) -> None:
        """Tell what is done; only the calling thread of the transfer may.

        Raises:
            RunCancelled: as the caller's check does.
        """
        self._check()
        if self._done != self._told:
            self._told = self._done
            self._tell(self._done, self._total)


class Pool:
    """Runs pieces on up to `concurrency` threads, and never has more of them waiting than that."""

    def __init__(self, concurrency: int, progress: Progress) -> None:
        self._concurrency = concurrency
        self._progress = progress
        self._stop = threading.Event()

    def raise_if_stopped(self) -> None:
        """For pieces, between chunks."""
        if self._stop.is_set():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """For pieces, before they try again."""
        if self._stop.wait(seconds):
            raise Stopped

    def run(self, pieces: Iterable[Callable[[], T]]) -> list[T]:
        """The pieces' results in their order.

        Raises:
            Whatever failed first, when no piece is running any more.
        """
        waiting = iter(pieces)
        results: list[Future[T]] = []
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="transfer") as executor:
            try:
                running: set[Future[T]] = set()
                while True:
                    for piece in islice(waiting, self._concurrency - len(running)):
                        # Requests are put down to the card that the context names.
                        results.append(executor.submit(copy_context().run, piece))
                        running.add(results[-1])
                    if not running:
                        break
                    done, running = wait(running, timeout=_TICK, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                    self._progress.tick()
            except BaseException:
                self._stop.set()
                raise
        return [future.result() for future in results]
