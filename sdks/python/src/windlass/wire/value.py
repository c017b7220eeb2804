"""A result value as it travels: a recursive Avro record. 64-bit floats keep NaN and infinities bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import limits
from .bounded import name_of

_NAMESPACE = "io.windlass.v1"
_ARRAY = f"{_NAMESPACE}.DoubleArray"
_LIST = f"{_NAMESPACE}.ValueList"
_MAP = f"{_NAMESPACE}.ValueMap"
_LONG = range(-(2**63), 2**63)


class UnfitValue(Exception):
    """A value that cannot travel; the message says where and why."""


def to_value(value: Any, path: str = "result", depth: int = 0) -> dict[str, Any]:
    """A Python value as the record ``Value``.

    Takes None, bool, int (64 bits), float, str, bytes, one-dimensional numpy arrays, lists, tuples and dicts with text keys; numpy scalars
    as what they are. Raises UnfitValue.
    """
    if depth > limits.RESULT_DEPTH:
        raise UnfitValue(f"{path} lies {depth} levels deep, limit resultDepth is {limits.RESULT_DEPTH}")
    return {"value": _branch(value, path, depth)}


def _branch(value: Any, path: str, depth: int) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, float, str, bytes)):
        return value
    if isinstance(value, int):
        if value not in _LONG:
            raise UnfitValue(f"{path} is {value}, which has more than 64 bits")
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, np.ndarray):
        if value.ndim != 1:
            raise UnfitValue(f"{path} is an array of {value.ndim} dimensions; one is possible")
        return (_ARRAY, {"items": np.asarray(value, dtype=np.float64).tolist()})
    if isinstance(value, (list, tuple)):
        listed = [to_value(one, f"{path}[{at}]", depth + 1) for at, one in enumerate(value)]
        return (_LIST, {"items": listed})
    if isinstance(value, Mapping):
        return (_MAP, {"fields": [_field(name, one, path, depth) for name, one in value.items()]})
    raise UnfitValue(f"{path} is {type(value).__name__}, which cannot travel")


def _field(name: Any, value: Any, path: str, depth: int) -> dict[str, Any]:
    if not isinstance(name, str):
        raise UnfitValue(f"{path} has the field {name!r}; names are text")
    return {"name": name, "value": to_value(value, f"{path}.{name}", depth + 1)}


def from_value(value: Mapping[str, Any]) -> Any:
    """The record ``Value`` as a Python value: arrays of doubles are numpy arrays, structs dicts."""
    told = value["value"]
    if not isinstance(told, tuple):
        return told
    name, record = told
    kind = name_of(name)
    if kind == _ARRAY:
        return np.asarray(record["items"], dtype=np.float64)
    if kind == _LIST:
        return [from_value(one) for one in record["items"]]
    return {field["name"]: from_value(field["value"]) for field in record["fields"]}
