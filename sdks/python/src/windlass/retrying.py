"""Repeats an action while the world is in trouble, with exponential backoff and jitter, without end."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_DELAY_S = 0.1
MAX_DELAY_S = 5.0


class Stopped(Exception):
    """The program stops; nothing more is tried."""


def retrying(action: Callable[[], T], stopping: threading.Event, on_retry: Callable[[Exception], None]) -> T:
    """Raises at once what has ``retryable = False``, and Stopped once ``stopping`` is set."""
    failures = 0
    while True:
        if stopping.is_set():
            raise Stopped
        try:
            return action()
        except Exception as error:
            if getattr(error, "retryable", True) is False:
                raise
            on_retry(error)
            stopping.wait(min(MAX_DELAY_S, FIRST_DELAY_S * 2**failures) * random.uniform(0.5, 1))
            failures += 1
