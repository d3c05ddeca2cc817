"""What makes a run in this process stop before its end: it was cancelled, or the engine stops."""

import threading
import time
from collections.abc import Callable
from typing import Final

from penstock.engine.port import Suspended
from penstock.engine.repository import RunRepository
from penstock.errors import RunCancelled

LOOK_SECONDS: Final = 1.0


class Interruption:
    """Tells cards of one run in this process to stop: it was cancelled, or the engine stops."""

    def __init__(self, run_id: str, runs: RunRepository, stopping: Callable[[], bool]) -> None:
        self._run_id = run_id
        self._runs = runs
        self._stopping = stopping
        self._woken = threading.Event()
        self._cancelled = False
        self._look_at = time.monotonic() + LOOK_SECONDS

    def cancel(self) -> None:
        self._cancelled = True
        self._woken.set()

    def check(self) -> None:
        """Raises RunCancelled, Suspended. Cheap, but for a look at the store once a second."""
        if self._cancelled:
            raise RunCancelled("The run was cancelled.")
        if self._stopping():
            raise Suspended
        if (now := time.monotonic()) >= self._look_at:
            # Another process may have been asked.
            self._look_at = now + LOOK_SECONDS
            state = self._runs.state(self._run_id)
            if state is not None and state.cancel_requested:
                self._cancelled = True
                raise RunCancelled("The run was cancelled.")

    def pause(self, seconds: float) -> None:
        """Raises RunCancelled, Suspended."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._woken.wait(min(left, LOOK_SECONDS))
            self.check()
        self.check()
