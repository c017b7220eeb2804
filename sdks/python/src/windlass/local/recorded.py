"""Tasks as files, as ``windlass task save`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..wire.record_json import record_from_json


def task_of_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """A record ``Task`` of its JSON; of a file that holds more, its field ``task``."""
    return record_from_json("windows", told.get("task", told))
