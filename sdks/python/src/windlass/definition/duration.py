"""Durations as text: ``500ms``, ``20s``, ``10m``, ``2h``, ``7d``."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_PATTERN = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h|d)")


def duration_us(duration: str | timedelta) -> int:
    """Whole microseconds of a duration.

    Raises ValueError when it is not a positive whole number of microseconds.
    """
    if isinstance(duration, timedelta):
        us = duration // timedelta(microseconds=1)
    else:
        match = _PATTERN.fullmatch(duration)
        exact = Decimal(match[1]) * _UNITS[match[2]] if match else Decimal(0)
        us = int(exact) if exact == int(exact) else 0
    if us <= 0:
        raise ValueError(f"{duration!r} is not a duration; write for instance '500ms', '20s', '10m', '2h' or '7d'")
    return us


def duration_text(duration: str | timedelta | None) -> str | None:
    """As a registration tells it; None: the hub decides."""
    return None if duration is None else f"{duration_us(duration)}us"
