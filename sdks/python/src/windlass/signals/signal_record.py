"""A signal as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ..errors import WindlassError
from ..wire import limits
from ..wire.metadata import UnfitMetadata, plain_metadata
from ..wire.names import NAME_RULE, SOURCE_RULE, is_name, is_source_name, is_text, text_rule
from ..wire.schemas import encode

_WHOLE = range(-(2**53) + 1, 2**53)
_PHASES = ("POINT", "START", "STOP", "WATERMARK")


@dataclass(frozen=True, kw_only=True)
class NewSignal:
    """One event about a source, as a program sends it."""

    #: The asset; also the record key, so everything about one source stays in order.
    source: str
    #: Unique per event: a repeated id is a duplicate and changes nothing.
    id: str
    #: What kind of event; window types read signals by this name.
    name: str
    #: When it happened at the source: whole microseconds since the epoch, UTC (``micros`` makes them of a datetime).
    event_time_us: int
    #: A WATERMARK says that everything of this source before its time has been sent.
    phase: Literal["POINT", "START", "STOP", "WATERMARK"] = "POINT"
    #: At most 64.
    values: Mapping[str, float] = field(default_factory=dict)
    #: UCUM units of values, by channel (``{"pressure": "bar"}``): the hub refuses a value in another unit than its channel has.
    units: Mapping[str, str] = field(default_factory=dict)
    #: Samples it stands for.
    count: int = 1
    #: Matches a STOP to its START.
    correlation: str | None = None
    #: At most 16 KiB.
    metadata: Mapping[str, bool | float | str | None] = field(default_factory=dict)


class SignalRefused(WindlassError):
    """A signal that the hub could not take; ``signal`` is the one."""

    code = "SIGNAL_REFUSED"

    def __init__(self, signal: NewSignal, message: str) -> None:
        super().__init__(f"signal {signal.id!r} of {signal.source!r}: {message}")
        self.signal = signal


def encode_signal(signal: NewSignal, schema_id: int) -> bytes:
    """The record's value. Raises SignalRefused naming what is wrong, before anything is sent."""
    wrong = _wrong(signal)
    if wrong is not None:
        raise SignalRefused(signal, wrong)
    try:
        record = {
            "source": signal.source,
            "id": signal.id,
            "name": signal.name,
            "eventTimeUs": int(signal.event_time_us),
            "phase": signal.phase,
            "values": {channel: float(value) for channel, value in signal.values.items()},
            "count": int(signal.count),
            "correlation": signal.correlation,
            "metadata": plain_metadata(signal.metadata),
            "cause": None,
            "units": signal.units,
        }
        value = encode("signals", schema_id, record)
    except UnfitMetadata as error:
        raise SignalRefused(signal, str(error)) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise SignalRefused(signal, f"is no signal: {error}") from error
    if len(value) > limits.SIGNAL_BYTES:
        raise SignalRefused(signal, f"{len(value)} bytes, the limit signalBytes is {limits.SIGNAL_BYTES}")
    return value


def _wrong(signal: NewSignal) -> str | None:
    id_rule = text_rule(limits.ID_LENGTH, "idLength")
    if not is_source_name(signal.source):
        return f"a source has {SOURCE_RULE}"
    if not is_text(signal.id, limits.ID_LENGTH):
        return f"an id has {id_rule}"
    if signal.correlation is not None and not is_text(signal.correlation, limits.ID_LENGTH):
        return f"a correlation has {id_rule}"
    if not is_name(signal.name):
        return f"{signal.name!r} is no name: {NAME_RULE}"
    if not _is_whole(signal.event_time_us):
        return f"event_time_us is {signal.event_time_us!r}, not whole microseconds"
    if signal.phase not in _PHASES:
        return f"phase is {signal.phase!r}; possible are {', '.join(_PHASES)}"
    if not _is_whole(signal.count) or signal.count < 1:
        return f"count is {signal.count!r}, not a whole number from 1 on"
    if len(signal.values) > limits.SIGNAL_VALUES:
        return f"{len(signal.values)} values, the limit signalValues is {limits.SIGNAL_VALUES}"
    for channel, value in signal.values.items():
        if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
            return f"the value of {channel} is {value!r:.60}, not a number"
    return None


def _is_whole(number: Any) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool) and int(number) in _WHOLE
