"""Headers of records: what is read from a task's, and what is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..wire.schemas import Family

ID = "windlass-id"
ATTEMPT = "windlass-attempt"
HOME_PARTITION = "windlass-home-partition"
TRACE = ("traceparent", "tracestate")
_HANDED_ON = (*TRACE, ATTEMPT)

Headers = Sequence[tuple[str, Any]]


def header_text(headers: Headers, name: str) -> str | None:
    """A header's text; absent and repeated ones count as absent."""
    found = None
    for key, value in headers:
        if key == name:
            if found is not None or value is None:
                return None
            found = value
    return found if found is None or isinstance(found, str) else bytes(found).decode("utf-8", "replace")


def trace_of(headers: Headers) -> dict[str, str]:
    """The W3C trace context of a record."""
    found = {name: header_text(headers, name) for name in TRACE}
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class TaskAddress:
    task_id: str
    home_partition: int
    executions: Sequence[tuple[str, int]]


def address_of(headers: Headers) -> TaskAddress | None:
    """What the headers alone say about a task: enough to answer one whose body cannot be read. None: not enough."""
    task_id, home = header_text(headers, ID), header_text(headers, HOME_PARTITION)
    executions = list(_attempts(header_text(headers, ATTEMPT) or ""))
    if not task_id or home is None or not (home.isascii() and home.isdigit()) or not executions:
        return None
    return TaskAddress(task_id, int(home), executions)


def _attempts(text: str) -> Iterable[tuple[str, int]]:
    for pair in text.split(","):
        execution_id, _, attempt = pair.partition(":")
        if execution_id and attempt.isascii() and attempt.isdigit():
            yield execution_id, int(attempt)


def event_headers(family: Family, source: str, caused_by: Headers = (), **more: str) -> list[tuple[str, str]]:
    """CloudEvents headers of what an instance writes, and the trace context and attempts of what caused it."""
    told = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid.uuid4()),
        "ce_type": f"io.windlass.{family}.v1",
        "ce_source": source,
        "ce_time": _now(),
        "content-type": "application/avro",
        **more,
    }
    for name in _HANDED_ON if caused_by else ():
        value = header_text(caused_by, name)
        if value is not None:
            told[name] = value
    return list(told.items())


def dead_letter_headers(headers: Headers, **what: str) -> list[tuple[str, bytes]]:
    """What a record that nobody can use carries to the dead letters, beside what it had."""
    told = {f"windlass-error-{name}": value for name, value in {**what, "time": _now()}.items()}
    kept = [(name, value) for name, value in headers if name not in told]
    return [*kept, *((name, value.encode()) for name, value in told.items())]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
