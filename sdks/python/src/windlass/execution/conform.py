"""What an algorithm returned, as its declared type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..definition.result_type import ResultType
from .answer_error import mismatch
from .conform_avro import conform_avro


def conform(declared: ResultType[Any], value: Any, path: str = "result") -> Any:
    """A whole number is taken for a double, numpy's scalars as what they are, nothing for ``none``, None where it is optional.

    Raises AnswerFault BAD_RESULT naming the field.
    """
    if declared.optional and value is None:
        return None
    if declared.type == "avro":
        return conform_avro(declared.avro, value, path)
    if isinstance(value, np.generic):
        value = value.item()
    taken = _taken(declared, value, path)
    if taken is _UNFIT:
        raise mismatch(path, declared.type, value)
    return taken


_UNFIT = object()


def _taken(declared: ResultType[Any], value: Any, path: str) -> Any:
    is_bool = isinstance(value, bool)
    kind = declared.type
    if kind == "none":
        return None if value is None else _UNFIT
    if kind == "double":
        return float(value) if isinstance(value, (int, float)) and not is_bool else _UNFIT
    if kind == "long":
        return value if isinstance(value, int) and not is_bool else _UNFIT
    if kind == "boolean":
        return value if is_bool else _UNFIT
    if kind == "string":
        return value if isinstance(value, str) else _UNFIT
    if kind == "bytes":
        return bytes(value) if isinstance(value, (bytes, bytearray, memoryview)) else _UNFIT
    if kind == "array":
        return _array(value)
    return _struct(declared, value, path) if isinstance(value, Mapping) else _UNFIT


def _array(value: Any) -> Any:
    """A numpy array, or whatever becomes one (a pandas Series), is dense; a list stays a list of values."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, np.ndarray) or hasattr(value, "__array__"):
        array = np.asarray(value)
        return np.asarray(array, dtype=np.float64) if array.dtype.kind in "fiub" else array.tolist()
    return _UNFIT


def _struct(declared: ResultType[Any], value: Mapping[str, Any], path: str) -> dict[str, Any]:
    fields = declared.fields or {}
    for name in value:
        if name not in fields:
            raise mismatch(f"{path}.{name}", "no such field", value[name])
    return {name: conform(field, value.get(name), f"{path}.{name}") for name, field in fields.items()}
