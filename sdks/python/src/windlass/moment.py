"""Moments as people write them, and as the hub counts them."""

from __future__ import annotations

import operator
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from .errors import BadTime

#: A datetime with a zone; ISO 8601 text, which without an offset is UTC; or whole microseconds since the epoch.
Moment: TypeAlias = datetime | str | int

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_RIGHT = "write '2026-03-29T00:00:00Z', '2026-03-29', a datetime with a zone, or whole microseconds since the epoch"


def micros(moment: Moment, what: str = "the time") -> int:
    """Microseconds since the epoch, UTC; what is smaller is cut off. ``what``: how a message names it. Raises BadTime."""
    at: Any = _parsed(what, moment) if isinstance(moment, str) else moment
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise BadTime(f"{what} {at.isoformat()} has no zone; {_RIGHT}")
        return (at - _EPOCH) // timedelta(microseconds=1)
    try:
        return operator.index(at)
    except TypeError:
        raise BadTime(f"{what} is {moment!r}; {_RIGHT}") from None


def time_of(us: int) -> datetime:
    """A time in UTC, of microseconds since the epoch."""
    return _EPOCH + timedelta(microseconds=us)


def _parsed(what: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text)
    except ValueError:
        raise BadTime(f"{what} {text!r} is no ISO 8601 time; {_RIGHT}") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=timezone.utc)
