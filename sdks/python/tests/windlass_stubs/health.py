# Algorithms of the processor `health` (team plant), made by `windlass generate`; do not edit.
# From definitions.yaml, health.registration.yaml.
# fmt: off
# ruff: noqa

from __future__ import annotations

from typing import Any, Literal

import windlass as sdk
from typing_extensions import TypedDict


class ConditionResultPart(TypedDict):
    """`io.plant.Part` in ConditionResult."""
    worn: bool


class ConditionResult(TypedDict):
    """What `condition@1` answers with."""
    grade: Literal["GOOD", "WORN"]
    level: float
    hours: int | None
    trend: sdk.Doubles | list[float]
    parts: dict[str, ConditionResultPart]


DeviationResultSpan = TypedDict(
    "DeviationResultSpan",
    {
        "from-us": int,  # In us.
        "hot": bool,
    },
)
"""`span` in DeviationResult."""


class DeviationResult(TypedDict):
    """What `deviation@1` answers with."""
    score: float | None
    usual: float
    """In MPa/s."""
    span: DeviationResultSpan


condition = sdk.Remote[ConditionResult]("condition@1", sdk.avro({"type": "record", "name": "Condition", "namespace": "io.plant", "fields": [{"name": "grade", "type": {"type": "enum", "name": "Grade", "symbols": ["GOOD", "WORN"]}}, {"name": "level", "type": "double"}, {"name": "hours", "type": ["null", "long"], "default": None}, {"name": "trend", "type": {"type": "array", "items": "double"}}, {"name": "parts", "type": {"type": "map", "values": {"type": "record", "name": "Part", "fields": [{"name": "worn", "type": "boolean"}]}}}]}, "MPa"))
"""`condition@1` on `run@1`: struct, by an Avro schema in MPa."""


deviation = sdk.Remote[DeviationResult]("deviation@1", sdk.struct({"score": sdk.optional(sdk.double()), "usual": sdk.double("MPa/s"), "span": sdk.struct({"from-us": sdk.long("us"), "hot": sdk.boolean()})}))
"""`deviation@1` on `minute@1`: struct."""


in_order = sdk.Remote[bool]("in-order@1", sdk.boolean())
"""`in-order@1` on `run@1`: boolean."""


indicator_v1 = sdk.Remote[float]("indicator@1", sdk.double("MPa/s"))
"""`indicator@1` on `minute@1`: double in MPa/s."""


indicator_v2 = sdk.Remote[float]("indicator@2", sdk.double("MPa/s"))
"""`indicator@2` on `minute@1`, `shift@1`: double in MPa/s."""


indicator = sdk.Remote[float]("indicator@2", sdk.double("MPa/s"))
"""`indicator@2` on `minute@1`, `shift@1`: double in MPa/s."""


indicator_v3_0_0_rc_1 = sdk.Remote[float]("indicator@3.0.0-rc.1", sdk.double("MPa/s"))
"""`indicator@3.0.0-rc.1` on `minute@1`: double in MPa/s."""


label = sdk.Remote[str]("label@1", sdk.string())
"""`label@1` on `run@1`: string."""


peaks = sdk.Remote[None]("peaks@1", sdk.nothing())
"""`peaks@1` on `run@1`: no value."""


picture = sdk.Remote[bytes]("picture@1", sdk.binary())
"""`picture@1` on `run@1`: bytes."""


samples = sdk.Remote[int]("samples@1.2.0", sdk.long())
"""`samples@1.2.0` on `minute@1`: long."""


spectrum = sdk.Remote[sdk.Doubles | list[Any]]("spectrum@1", sdk.items("MPa"))
"""`spectrum@1` on `minute@1`: array in MPa."""
