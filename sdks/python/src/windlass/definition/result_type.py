"""What an algorithm answers with: a name, a unit and, through the type parameter, the Python type of its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ResultType(Generic[T]):
    """``unit`` is UCUM, for instance ``MB/s``; ``fields`` are of a struct; ``avro`` is an Avro schema of the team's own."""

    type: str
    unit: str | None = None
    optional: bool = False
    fields: Mapping[str, ResultType[Any]] | None = None
    avro: Mapping[str, Any] | str | Sequence[Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """As the registration tells it."""
        unit = {} if self.unit is None else {"unit": self.unit}
        if self.avro is not None:
            return {"avro": self.avro, **unit}
        told: dict[str, Any] = {"type": self.type, **unit}
        if self.optional:
            told["optional"] = True
        if self.fields is not None:
            told["fields"] = {name: field.to_json() for name, field in self.fields.items()}
        return told


def double(unit: str | None = None) -> ResultType[float]:
    """A 64-bit float; NaN and infinities travel unchanged."""
    return ResultType("double", unit)


def long(unit: str | None = None) -> ResultType[int]:
    """A 64-bit integer."""
    return ResultType("long", unit)


def boolean() -> ResultType[bool]:
    return ResultType("boolean")


def string() -> ResultType[str]:
    return ResultType("string")


def binary() -> ResultType[bytes]:
    """Bytes, as they are."""
    return ResultType("bytes")


def doubles(unit: str | None = None) -> ResultType[Doubles]:
    """A dense array of 64-bit floats: a one-dimensional numpy array."""
    return ResultType("array", unit)


def items(unit: str | None = None) -> ResultType[list[Any]]:
    """An ordered list of any values."""
    return ResultType("array", unit)


def nothing() -> ResultType[None]:
    """No value: the algorithm is there for what it emits."""
    return ResultType("none")


def struct(
    fields: Mapping[str, ResultType[Any]] | None = None, /, **named: ResultType[Any]
) -> ResultType[Mapping[str, Any]]:
    """A record of named fields, each with its own type and unit: ``struct(mean=double('%'), label=string())``.

    ``fields``: those whose names are no Python names: ``struct({"mean-load": double("%")})``.
    """
    return ResultType("struct", fields={**(fields or {}), **named})


def avro(schema: Mapping[str, Any] | str | Sequence[Any], unit: str | None = None) -> ResultType[Any]:
    """What an Avro schema of your own says: a record is a dict, an enum its symbol, a map a dict, a union with null may be None."""
    return ResultType("avro", unit, avro=schema)


def optional(of: ResultType[T]) -> ResultType[T | None]:
    """The same type, or None. For a field of a struct; a result as a whole is never None."""
    return replace(of, optional=True)  # type: ignore[return-value]
