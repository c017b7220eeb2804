"""What the main process and a worker see of each other at once, in shared memory: no message is needed for what nearly never matters."""

from __future__ import annotations

import time
from typing import Any

_BEGUN, _STARTED_US, _STARTED_MONOTONIC_US, _RECALLED_AFTER, _RECALLED_TO, _CANCELS = range(6)
#: Who holds the lock may have been killed.
_LOCK_S = 1.0


class Board:
    """One for each worker. Jobs are known by their places in what the worker was given."""

    def __init__(self, context: Any) -> None:
        self._cells: Any = context.RawArray("q", 6)
        self._lock: Any = context.Lock()

    def begin(self, place: int) -> bool:
        """By the worker: it begins this job. False: the job was recalled, and is another's."""
        with self._lock:
            cells = self._cells
            if cells[_RECALLED_AFTER] < place <= cells[_RECALLED_TO]:
                return False
            cells[_STARTED_US] = time.time_ns() // 1_000
            cells[_STARTED_MONOTONIC_US] = time.monotonic_ns() // 1_000
            cells[_BEGUN] = place
            return True

    @property
    def begun(self) -> int:
        """Of the last job that it began; 0: of none."""
        return int(self._cells[_BEGUN])

    @property
    def started_us(self) -> int:
        return int(self._cells[_STARTED_US])

    @property
    def started_s(self) -> float:
        """By the monotonic clock."""
        return int(self._cells[_STARTED_MONOTONIC_US]) / 1e6

    def recall(self, after: int, to: int) -> bool:
        """By the main process: the jobs behind ``after``, which the worker runs, are given to others. False: it does not run it."""
        if not self._lock.acquire(timeout=_LOCK_S):
            return False
        try:
            if self._cells[_BEGUN] != after:
                return False
            self._cells[_RECALLED_AFTER], self._cells[_RECALLED_TO] = after, to
            return True
        finally:
            self._lock.release()

    def cancel_sent(self) -> None:
        """By the main process, behind the message."""
        self._cells[_CANCELS] += 1

    @property
    def cancels(self) -> int:
        """How many were sent so far."""
        return int(self._cells[_CANCELS])
