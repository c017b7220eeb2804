"""The result-collector's Arrow export: opened, and read batch by batch. Memory is bounded however many results there are."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ResultsError
from ..http import opened
from .extras import needed

URL_VARIABLE = "WINDLASS_RESULT_COLLECTOR_URL"
DEFAULT_URL = "http://127.0.0.1:4103"
#: The service reads all results once before its first byte.
TIMEOUT_S = 600.0
#: How long to wait for others' exports to end.
BUSY_WAIT_S = 60.0
_BUSY_RETRY_S = 0.5
_TOO_MANY = 429


class Export:
    """``query``: as ``GET /v1/results/export`` takes it. Raises ResultsError: HUB_UNREACHABLE, or the code that the hub answers."""

    def __init__(self, query: Mapping[str, str], url: str | None, token: str | None) -> None:
        self._arrow: Any = needed("pyarrow", "arrow", "results()")
        self._url = (url or os.environ.get(URL_VARIABLE) or DEFAULT_URL).rstrip("/")
        self._response = self._opened(
            f"{self._url}/v1/results/export?{urllib.parse.urlencode({**query, 'format': 'arrow'})}",
            token or os.environ.get("WINDLASS_TOKEN") or None,
        )
        self._stream = self._whole(lambda: self._arrow.ipc.open_stream(self._response))

    @property
    def schema(self) -> Any:
        return self._stream.schema

    def batches(self) -> Iterator[Any]:
        """Raises ResultsError BROKEN_OFF when the answer is not whole."""
        with self._response:
            while (batch := self._whole(self._next)) is not None:
                yield batch

    def _next(self) -> Any:
        try:
            return self._stream.read_next_batch()
        except StopIteration:
            return None

    def _whole(self, read: Any) -> Any:
        try:
            return read()
        except (OSError, http.client.HTTPException, self._arrow.ArrowException) as error:
            self._response.close()
            raise ResultsError("BROKEN_OFF", f"the answer of {self._url} is not whole: {error!r}") from error

    def _opened(self, url: str, token: str | None) -> Any:
        deadline = time.monotonic() + BUSY_WAIT_S
        while True:
            try:
                return opened("GET", url, token=token, timeout_s=TIMEOUT_S)
            except urllib.error.HTTPError as error:
                refusal = _refusal(error.code, error.read().decode(errors="replace"))
                if error.code != _TOO_MANY or time.monotonic() > deadline:
                    raise refusal from None
                time.sleep(_BUSY_RETRY_S)
            except (OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)
                mend = f"set {URL_VARIABLE}, or start the hub"
                raise ResultsError("HUB_UNREACHABLE", f"{self._url} does not answer ({reason}); {mend}") from error


def _refusal(status: int, text: str) -> ResultsError:
    """Of a problem document (RFC 9457), or of any other body."""
    try:
        problem = json.loads(text)
        return ResultsError(str(problem["code"]), str(problem["detail"]))
    except (ValueError, KeyError, TypeError):
        return ResultsError("BAD_ANSWER", f"HTTP {status}: {text[:500]}")
