"""Schemas of values in each other, written out as deep as values may be.

fastavro calls itself in C for each level that a record has, and whoever writes a record says how many those are: a few thousand end the
process. A schema that ends somewhere is read without a look at its depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import fastavro.read

from . import limits
from .depth import TOO_DEEP

_SEPARATOR = "__"
_END = "windlass-too-deep"


class TooDeep(Exception):
    """What was read has more levels than a value may have."""


def _end(*_: Any) -> Any:
    raise TooDeep(TOO_DEEP)


fastavro.read.LOGICAL_READERS[f"null-{_END}"] = _end


def bounded(schema: Any) -> Any:
    """The same as JSON, each level of a type that holds itself with names of its own; below the last, reading raises TooDeep."""
    return _Writer(dict(_definitions(schema, ""))).write(schema, "", frozenset(), 0)


def name_of(name: str) -> str:
    """As it was before."""
    return name.partition(_SEPARATOR)[0]


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _definitions(schema: Any, namespace: str) -> Iterator[tuple[str, Any]]:
    """Named types by their full names."""
    if isinstance(schema, list):
        for one in schema:
            yield from _definitions(one, namespace)
    if not isinstance(schema, Mapping):
        return
    if "name" in schema:
        namespace = schema.get("namespace", namespace)
        yield _full(schema["name"], namespace), {**schema, "namespace": namespace}
    inner = [field["type"] for field in schema.get("fields", ())]
    for one in [*inner, schema.get("items"), schema.get("values"), schema["type"]]:
        yield from _definitions(one, namespace)


class _Writer:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._written: set[str] = set()

    def write(self, schema: Any, namespace: str, around: frozenset[str], level: int) -> Any:
        if isinstance(schema, list):
            return [self.write(one, namespace, around, level) for one in schema]
        if isinstance(schema, str):
            name = _full(schema, namespace)
            return self._named(name, around, level) if name in self._definitions else schema
        if "name" in schema:
            return self._named(_full(schema["name"], schema.get("namespace", namespace)), around, level)
        made = {**schema, "type": self.write(schema["type"], namespace, around, level)}
        for key in ("items", "values"):
            if key in schema:
                made[key] = self.write(schema[key], namespace, around, level)
        return made

    def _named(self, name: str, around: frozenset[str], level: int) -> Any:
        if name in around:
            level, around = level + 1, frozenset()
        if level > limits.RESULT_DEPTH:
            return {"type": "null", "logicalType": _END}
        told = name if level == 0 else f"{name}{_SEPARATOR}{level}"
        if told in self._written:
            return told
        self._written.add(told)
        schema = self._definitions[name]
        made = {**schema, "name": told}
        if "fields" in schema:
            within = around | {name}
            made["fields"] = [
                {**field, "type": self.write(field["type"], schema["namespace"], within, level)}
                for field in schema["fields"]
            ]
        return made
