"""HTTP as far as a processor needs it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

TIMEOUT_S = 30


def opened(method: str, url: str, body: Any = None, token: str | None = None, timeout_s: float = TIMEOUT_S) -> Any:
    """An answer whose body is not read yet; ``timeout_s``: of each wait. Raises HTTPError unless its status is good, and OSError where there is none."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    return urllib.request.urlopen(request, timeout=timeout_s)


def call(method: str, url: str, body: Any = None, token: str | None = None) -> tuple[int, str]:
    """Status and text of the answer, whatever the status. Raises OSError where there is none."""
    try:
        with opened(method, url, body, token) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
