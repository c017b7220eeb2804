# Window types, made by `windlass generate`; do not edit.
# From definitions.yaml, health.registration.yaml.
# fmt: off
# ruff: noqa

from __future__ import annotations

import windlass as sdk
from typing_extensions import NotRequired, TypedDict


class MinuteMetadata(TypedDict):
    """Metadata of windows of `minute@1`."""
    load: float
    """In %."""
    operator: NotRequired[str | None]
    hot: NotRequired[bool | None]


class PeakMetadata(TypedDict):
    """Metadata of windows of `peak@1`."""
    load: float
    """In %."""
    operator: NotRequired[str | None]
    height: float
    """In MPa."""


class RunMetadata(TypedDict):
    """Metadata of windows of `run@1`."""
    load: float
    """In %."""
    operator: NotRequired[str | None]


class ShiftMetadata(TypedDict):
    """Metadata of windows of `shift@1`."""
    shift: str
    shiftDate: str


minute = sdk.WindowType[MinuteMetadata]("minute@1")
"""`minute@1` (team plant)."""


peak = sdk.WindowType[PeakMetadata]("peak@1")
"""`peak@1` (team plant)."""


run = sdk.WindowType[RunMetadata]("run@1")
"""`run@1` (team plant)."""


shift = sdk.WindowType[ShiftMetadata]("shift@1")
"""`shift@1` (team plant)."""
