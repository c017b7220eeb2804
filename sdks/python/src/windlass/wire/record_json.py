"""Records as JSON that any language can read, exact (docs/reference/processor-protocol.md, "Records as JSON").

Fields by name, an enum as its symbol, a union as what it holds, times and counts as whole numbers, a double that JSON lacks as text
(``NaN``, ``Infinity``, ``-Infinity``, ``-0``), a ``Value`` with its type. Python records are those of ``windlass.wire.schemas``.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from .bounded import name_of
from .schemas import Family, schema_text

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
_NAMESPACE = "io.windlass.v1"


class BadJson(ValueError):
    """JSON that is not the record's."""


def record_from_json(family: Family, told: Any) -> dict[str, Any]:
    """A field that is left out takes its default. Raises BadJson naming the field."""
    record = _Walker(_value_from_json, _double_from_json).walk(json.loads(schema_text(family)), told, family)
    return dict(record)


def record_to_json(family: Family, record: Mapping[str, Any]) -> dict[str, Any]:
    told = _Walker(lambda value, _: _value_to_json(value), lambda value, _: _double_to_json(value))
    return dict(told.walk(json.loads(schema_text(family)), record, family))


def _double_from_json(told: Any, path: str) -> float:
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return float(told)
    if isinstance(told, str) and told in _SPECIAL:
        return _SPECIAL[told]
    raise BadJson(f"{path} is {told!r:.60}; it must be a number, or one of {', '.join(_SPECIAL)}")


def _double_to_json(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def _value_from_json(told: Any, path: str) -> dict[str, Any]:
    kind, value = (told.get("type"), told.get("value")) if isinstance(told, Mapping) else (None, None)
    if kind == "null":
        return {"value": None}
    if kind == "boolean" and isinstance(value, bool):
        return {"value": value}
    if kind == "string" and isinstance(value, str):
        return {"value": value}
    if kind == "long" and isinstance(value, str):
        return {"value": int(value)}
    if kind == "bytes" and isinstance(value, str):
        return {"value": base64.b64decode(value)}
    if kind == "double":
        return {"value": _double_from_json(value, path)}
    if kind == "array" and isinstance(value, list):
        items = [_double_from_json(one, f"{path}[{at}]") for at, one in enumerate(value)]
        return {"value": (f"{_NAMESPACE}.DoubleArray", {"items": items})}
    if kind == "list" and isinstance(value, list):
        listed = [_value_from_json(one, f"{path}[{at}]") for at, one in enumerate(value)]
        return {"value": (f"{_NAMESPACE}.ValueList", {"items": listed})}
    if kind == "struct" and isinstance(value, list):
        fields = [
            {"name": one["name"], "value": _value_from_json(one["value"], f"{path}.{one['name']}")} for one in value
        ]
        return {"value": (f"{_NAMESPACE}.ValueMap", {"fields": fields})}
    raise BadJson(f'{path} is {told!r:.60}; a value with its type is like {{"type":"double","value":1.5}}')


def _value_to_json(record: Mapping[str, Any]) -> dict[str, Any]:
    value = record["value"]
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, float):
        return {"type": "double", "value": _double_to_json(value)}
    if isinstance(value, int):
        return {"type": "long", "value": str(value)}
    if isinstance(value, str):
        return {"type": "string", "value": value}
    if isinstance(value, bytes):
        return {"type": "bytes", "value": base64.b64encode(value).decode()}
    name, inner = name_of(value[0]), value[1]
    if name.endswith("DoubleArray"):
        return {"type": "array", "value": [_double_to_json(one) for one in inner["items"]]}
    if name.endswith("ValueList"):
        return {"type": "list", "value": [_value_to_json(one) for one in inner["items"]]}
    fields = [{"name": one["name"], "value": _value_to_json(one["value"])} for one in inner["fields"]]
    return {"type": "struct", "value": fields}


class _Walker:
    def __init__(self, value: Any, double: Any) -> None:
        self._value = value
        self._double = double
        self._named: dict[str, Any] = {}

    def walk(self, schema: Any, told: Any, path: str) -> Any:
        if isinstance(schema, list):
            return self._union([one for one in schema if one != "null"], told, path)
        if isinstance(schema, str):
            if schema in self._named:
                return self.walk(self._named[schema], told, path)
            return self._primitive(schema, told, path)
        if "name" in schema:
            self._named[schema["name"]] = schema
        kind = schema["type"]
        if kind == "record":
            return self._value(told, path) if schema["name"] == "Value" else self._record(schema, told, path)
        if kind == "array":
            return [self.walk(schema["items"], one, f"{path}[{at}]") for at, one in enumerate(_typed(told, list, path))]
        if kind == "map":
            return {key: self.walk(schema["values"], one, f"{path}.{key}") for key, one in _mapping(told, path).items()}
        if kind == "enum":
            if told not in schema["symbols"]:
                raise BadJson(f"{path} is {told!r:.60}; it must be one of {', '.join(schema['symbols'])}")
            return told
        return self.walk(kind, told, path)

    def _record(self, schema: Any, told: Any, path: str) -> dict[str, Any]:
        given = _mapping(told, path)
        known = {field["name"] for field in schema["fields"]}
        for name in given:
            if name not in known:
                raise BadJson(f"{path}.{name} is no field of {schema['name']}")
        record: dict[str, Any] = {}
        for field in schema["fields"]:
            name = field["name"]
            if name not in given and "default" not in field:
                raise BadJson(f"{path}.{name} is missing")
            record[name] = self.walk(field["type"], given.get(name, field.get("default")), f"{path}.{name}")
        return record

    def _union(self, branches: list[Any], told: Any, path: str) -> Any:
        if told is None:
            return None
        if len(branches) == 1:
            return self.walk(branches[0], told, path)
        # Of the unions with several branches only metadata is left: null, boolean, double or text.
        return told if isinstance(told, (bool, str)) else self._double(told, path)

    def _primitive(self, kind: str, told: Any, path: str) -> Any:
        if kind == "double":
            return self._double(told, path)
        wanted: Any = {"int": int, "long": int, "string": str, "boolean": bool}[kind]
        if not isinstance(told, wanted) or (wanted is int and isinstance(told, bool)):
            raise BadJson(f"{path} is {told!r:.60}; it must be {kind}")
        return told


def _typed(told: Any, wanted: type, path: str) -> Any:
    if not isinstance(told, wanted):
        raise BadJson(f"{path} is {told!r:.60}; it must be a {wanted.__name__}")
    return told


def _mapping(told: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise BadJson(f"{path} is {told!r:.60}; it must be an object")
    return told
