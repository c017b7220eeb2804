"""How deep values may be. Looked at before anything that calls itself for each level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import limits

TOO_DEEP = f"a value deeper than {limits.RESULT_DEPTH} levels (resultDepth)"


def is_too_deep(value: Any) -> bool:
    """Of a value as an algorithm returns it."""
    return _is_too_deep(value, _inner, 0)


def is_record_too_deep(value: Mapping[str, Any]) -> bool:
    """Of the record ``Value``."""
    return _is_too_deep(value, _inner_of_record, 0)


def _is_too_deep(value: Any, inner: Any, depth: int) -> bool:
    if depth > limits.RESULT_DEPTH:
        return True
    return any(_is_too_deep(one, inner, depth + 1) for one in inner(value))


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, (list, tuple)):
        return value
    return value.values() if isinstance(value, Mapping) else ()


def _inner_of_record(value: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    told = value["value"]
    if not isinstance(told, tuple):
        return ()
    _, record = told
    if "fields" in record:
        return (field["value"] for field in record["fields"])
    items = record["items"]
    return items if items and isinstance(items[0], dict) else ()
