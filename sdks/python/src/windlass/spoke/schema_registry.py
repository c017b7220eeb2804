"""The Confluent-compatible registry, as far as a processor needs it."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

from ..http import call
from ..wire.schemas import Family, Unreadable, schema_text

COMPATIBILITY = {
    "results": "BACKWARD_TRANSITIVE",
    "heartbeats": "BACKWARD_TRANSITIVE",
    "signals": "BACKWARD_TRANSITIVE",
}
_NOT_FOUND = 404


class UnknownSchema(Unreadable):
    """No schema has this id: whatever was written with it cannot be read."""

    retryable = False


class SchemaRegistry:
    """Every failure but UnknownSchema may be repeated."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._texts: dict[int, str] = {}

    def schema(self, schema_id: int) -> str:
        """The schema's JSON; fetched once."""
        if schema_id not in self._texts:
            status, text = call("GET", f"{self._url}/schemas/ids/{schema_id}")
            if status == _NOT_FOUND:
                raise UnknownSchema(f"the registry knows no schema {schema_id}")
            self._texts[schema_id] = _answer(status, text)["schema"]
        return self._texts[schema_id]

    def id_of(self, prefix: str, family: Family) -> int:
        """Id of a family's current schema; registered, with its compatibility level, if it is not yet."""
        subject = urllib.parse.quote(f"{prefix}.{family}.v1-value", safe="")
        status, _ = call("GET", f"{self._url}/subjects/{subject}/versions/latest")
        if status == _NOT_FOUND:
            _answer(*call("PUT", f"{self._url}/config/{subject}", {"compatibility": COMPATIBILITY[family]}))
        body = {"schema": schema_text(family)}
        return int(_answer(*call("POST", f"{self._url}/subjects/{subject}/versions", body))["id"])


def _answer(status: int, text: str) -> Any:
    if not 200 <= status < 300:
        raise OSError(f"schema registry: HTTP {status}: {text}")
    return json.loads(text)
