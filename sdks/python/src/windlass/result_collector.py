"""Fetches results that travel by reference, over HTTP."""

from __future__ import annotations

import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .retrying import FIRST_DELAY_S, MAX_DELAY_S
from .wire.depth import TOO_DEEP, is_record_too_deep
from .wire.schemas import Unreadable, decode_value

#: Of one request.
TIMEOUT_S = 30.0
#: How often it is looked whether the execution is cancelled meanwhile.
_LOOK_S = 0.1
#: Not there yet, or busy: what another try may mend, beside 5xx.
_PASSING = {404, 408, 429}


class _NoUse(OSError):
    """No further try helps."""


@dataclass(frozen=True)
class ResultCollector:
    """``url`` None: neither the hub nor the environment tells it."""

    url: str | None
    token: str | None = None

    def fetch(self, reference: str, until_s: float, is_cancelled: Callable[[], bool]) -> Any:
        """The record ``Value``. One that is not stored yet is tried again: who stores it may be behind. Raises OSError."""
        last = "it did not answer in time"
        failures = 0
        while (left_s := until_s - time.monotonic()) > 0 and not is_cancelled():
            try:
                return self._ask(reference, min(TIMEOUT_S, left_s))
            except _NoUse as error:
                last = str(error)
                break
            except OSError as error:
                last = str(error)
            pause_s = min(MAX_DELAY_S, FIRST_DELAY_S * 2**failures) * random.uniform(0.5, 1)
            failures = min(failures + 1, 10)
            _pause(min(pause_s, until_s - time.monotonic()), is_cancelled)
        raise OSError(f"{self.url or ''}{reference}: {last}")

    def _ask(self, reference: str, timeout_s: float) -> Any:
        if self.url is None:
            raise _NoUse("the hub tells no address of its result-collector (WINDLASS_RESULT_COLLECTOR_URL)")
        if not reference.startswith("/v1/"):
            raise _NoUse("not a reference that this SDK can read")
        headers = {} if self.token is None else {"authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url + reference, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as response:
                value = decode_value(response.read())
        except urllib.error.HTTPError as error:
            message = f"HTTP {error.code}: {error.read().decode(errors='replace')}"
            is_passing = error.code in _PASSING or error.code >= 500
            raise (OSError if is_passing else _NoUse)(message) from error
        except Unreadable as error:
            raise OSError(str(error)) from error
        if is_record_too_deep(value):
            raise _NoUse(TOO_DEEP)
        return value


def _pause(seconds: float, is_cancelled: Callable[[], bool]) -> None:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0 and not is_cancelled():
        time.sleep(min(left, _LOOK_S))


class Nowhere:
    """A local run fetches nothing."""

    def fetch(self, reference: str, until_s: float, is_cancelled: Callable[[], bool]) -> Any:
        raise OSError("a local run fetches nothing; `windlass task save` writes results into the file")
