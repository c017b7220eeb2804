"""Results by an Avro schema of the team's own: what was returned, as its schema says; what is read, as the reader's schema says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from .answer_error import mismatch

_PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "string", "bytes")


def conform_avro(schema: Any, value: Any, path: str = "result") -> Any:
    """A whole number is taken for a double; a field that is absent takes its default, or None where it may be. Raises AnswerFault."""
    return _Reader(is_read=False).take(_loaded(schema), value, path)


def read_avro(schema: Any, value: Any, path: str) -> Any:
    """By the rules of Avro schema resolution: unknown fields are left out, missing ones take their default, aliases are known."""
    return _Reader(is_read=True).take(_loaded(schema), value, path)


def _loaded(schema: Any) -> Any:
    if isinstance(schema, str) and schema not in _PRIMITIVES:
        return json.loads(schema)
    return schema


class _Reader:
    def __init__(self, *, is_read: bool) -> None:
        self._is_read = is_read
        self._named: dict[str, Any] = {}

    def take(self, schema: Any, value: Any, path: str) -> Any:
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(schema, list):
            return self._union(schema, value, path)
        if isinstance(schema, str):
            if schema in self._named:
                return self.take(self._named[schema], value, path)
            return self._primitive(schema, value, path)
        kind = schema["type"]
        if kind in ("record", "enum", "fixed"):
            self._named[schema["name"]] = schema
            if "namespace" in schema:
                self._named[f"{schema['namespace']}.{schema['name']}"] = schema
        if kind == "record":
            return self._record(schema, value, path)
        if kind == "array":
            return self._array(schema["items"], value, path)
        if kind == "map":
            if not isinstance(value, Mapping):
                raise mismatch(path, "map", value)
            return {key: self.take(schema["values"], one, f"{path}.{key}") for key, one in value.items()}
        if kind == "enum":
            if isinstance(value, str) and value in schema["symbols"]:
                return value
            raise mismatch(path, f"one of {', '.join(schema['symbols'])}", value)
        if kind == "fixed":
            if isinstance(value, (bytes, bytearray)) and len(value) == schema["size"]:
                return bytes(value)
            raise mismatch(path, f"{schema['size']} bytes", value)
        return self.take(kind, value, path)

    def _union(self, types: list[Any], value: Any, path: str) -> Any:
        if value is None and "null" in types:
            return None
        return self.take(next(one for one in types if one != "null"), value, path)

    def _primitive(self, kind: str, value: Any, path: str) -> Any:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind == "null" and value is None:
            return None
        if kind == "boolean" and isinstance(value, bool):
            return value
        if kind in ("int", "long") and isinstance(value, int) and not isinstance(value, bool):
            bits = 31 if kind == "int" else 63
            if -(2**bits) <= value < 2**bits:
                return value
        if kind in ("float", "double") and is_number:
            return float(value)
        if kind == "string":
            if isinstance(value, str):
                return value
            if self._is_read and isinstance(value, bytes):
                return value.decode()
        if kind == "bytes":
            if isinstance(value, (bytes, bytearray)):
                return bytes(value)
            if self._is_read and isinstance(value, str):
                return value.encode()
        raise mismatch(path, kind, value)

    def _array(self, items: Any, value: Any, path: str) -> Any:
        kind = items["type"] if isinstance(items, dict) else items
        if isinstance(value, np.ndarray):
            if kind in ("double", "float"):
                return np.asarray(value, dtype=np.float64)
            value = value.tolist()
        if not isinstance(value, (list, tuple)):
            raise mismatch(path, f"array of {kind}", value)
        return [self.take(items, one, f"{path}[{at}]") for at, one in enumerate(value)]

    def _record(self, schema: Any, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise mismatch(path, f"record {schema['name']}", value)
        fields = schema["fields"]
        if not self._is_read:
            names = {field["name"] for field in fields}
            for name in value:
                if name not in names:
                    raise mismatch(f"{path}.{name}", "no such field", value[name])
        return {field["name"]: self._field(field, value, path) for field in fields}

    def _field(self, field: Any, value: Mapping[str, Any], path: str) -> Any:
        names = [field["name"], *(field.get("aliases", []) if self._is_read else [])]
        given = next((value[name] for name in names if name in value), field.get("default"))
        return self.take(field["type"], given, f"{path}.{field['name']}")
