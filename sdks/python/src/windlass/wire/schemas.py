"""The schemas that this SDK writes with, and reading of what others wrote with theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, Literal, cast

import fastavro

from .bounded import bounded

#: So short a record cannot end the stack: a level takes three bytes at least, fastavro takes a thousand levels. It is read by the schema
#: as it is, which is quicker.
_SHALLOW_BYTES = 1_000

Family = Literal["windows", "results", "heartbeats", "control", "signals"]


class Unreadable(Exception):
    """Bytes that are not a record of their schema, or not in the Confluent wire format."""


@cache
def schema_text(family: Family) -> str:
    """As the hub's repository holds it: what is registered."""
    return resources.files("windlass.schemas").joinpath(f"{family}.avsc").read_text("utf-8")


def _plain(schema: Any) -> Any:
    """Without logical types: times stay whole microseconds."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if isinstance(schema, dict):
        return {key: _plain(one) for key, one in schema.items() if key != "logicalType"}
    return schema


def parsed(text: str) -> Any:
    """An Avro schema to read by, no deeper than values may be. Raises Unreadable when it is none."""
    try:
        return fastavro.parse_schema(bounded(_plain(json.loads(text))))
    except Exception as error:  # fastavro has several kinds
        raise Unreadable(f"no Avro schema: {error}") from error


@cache
def own(family: Family) -> Any:
    """To read by."""
    return parsed(schema_text(family))


@cache
def _writing(family: Family) -> Any:
    return fastavro.parse_schema(_plain(json.loads(schema_text(family))))


def split(record: bytes | None) -> tuple[int, bytes]:
    """Schema id and body of a record in the Confluent wire format. Raises Unreadable."""
    if record is None:
        raise Unreadable("the record has no value")
    if len(record) < 5 or record[0] != 0:
        raise Unreadable("the record is not in the Confluent wire format: a zero byte, a schema id of four bytes, Avro")
    return int.from_bytes(record[1:5], "big"), record[5:]


def decode(family: Family, body: bytes, writer: Any = None) -> dict[str, Any]:
    """A body as the family's own schema reads it. Raises Unreadable, also when bytes are left over."""
    stream = BytesIO(body)
    written = _writing(family) if len(body) <= _SHALLOW_BYTES else own(family)
    try:
        record = fastavro.schemaless_reader(
            stream,
            written if writer is None else writer,
            own(family) if writer is not None else None,
            return_record_name=True,
            return_record_name_override=True,
        )
    except Exception as error:
        raise Unreadable(f"not a record of {family}: {error}") from error
    if stream.tell() != len(body):
        raise Unreadable(f"not a record of {family}: {len(body) - stream.tell()} bytes are left over")
    return cast("dict[str, Any]", record)


def encode(family: Family, schema_id: int, record: Mapping[str, Any]) -> bytes:
    """A record in the Confluent wire format."""
    stream = BytesIO()
    stream.write(b"\0" + schema_id.to_bytes(4, "big"))
    fastavro.schemaless_writer(stream, _writing(family), record)
    return stream.getvalue()


def decode_value(body: bytes) -> dict[str, Any]:
    """The record ``Value`` from its bytes alone. Raises Unreadable."""
    try:
        value = fastavro.schemaless_reader(
            BytesIO(body), _reading_value(), None, return_record_name=True, return_record_name_override=True
        )
    except Exception as error:
        raise Unreadable(f"not a result value: {error}") from error
    return cast("dict[str, Any]", value)


def encoded_size(value: Mapping[str, Any]) -> int:
    """Bytes of an encoded result value."""
    stream = BytesIO()
    fastavro.schemaless_writer(stream, _writing_value(), value)
    return stream.tell()


@cache
def _reading_value() -> Any:
    return parsed(_value_schema())


@cache
def _writing_value() -> Any:
    return fastavro.parse_schema(_plain(json.loads(_value_schema())))


def _value_schema() -> str:
    item = next(field for field in json.loads(schema_text("results"))["fields"] if field["name"] == "items")
    fields = {field["name"]: field["type"] for field in item["type"]["items"]["fields"]}
    return json.dumps({**fields["result"][1], "namespace": "io.windlass.v1"})
