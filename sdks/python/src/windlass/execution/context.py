"""What an algorithm is given: its window, the signals it kept, and the results it asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

import numpy as np
import numpy.typing as npt

from ..definition.dependency import Dependency, Referable
from ..errors import DefinitionError, NonRetryableError
from ..moment import time_of

if TYPE_CHECKING:
    import pandas as pd

    from ..definition.dependency import Typed
    from ..definition.window_type import WindowType

T = TypeVar("T")
V = TypeVar("V")
Metadata = Mapping[str, "bool | float | str | None"]


class Cancelled(Exception):
    """The hub cancelled the work; raised by ``context.raise_if_cancelled()``."""


@dataclass(frozen=True)
class Signal:
    """A signal that the window kept."""

    id: str
    name: str
    event_time_us: int
    phase: Literal["POINT", "START", "STOP", "WATERMARK"]
    values: Mapping[str, float]
    count: int
    correlation: str | None
    metadata: Metadata

    @property
    def event_time(self) -> datetime:
        return time_of(self.event_time_us)


@dataclass(frozen=True)
class SourceAttributes:
    """What the source registry says of a source at the window's start. ``parents``: what it was part of, its parent first."""

    kind: str
    parents: Sequence[str]
    groups: Sequence[str]
    labels: Mapping[str, str]
    zone: str | None


@dataclass(frozen=True)
class Window:
    """The firing of the window that the algorithm is run on. Half-open: start_us ≤ t < end_us, microseconds since the epoch, UTC."""

    window_id: str
    window_type: str
    key: str
    start_us: int
    end_us: int
    generation: int
    revision: int
    timing: Literal["EARLY", "ON_TIME", "LATE"]
    is_final: bool
    elements: int
    added: int
    completeness: float | None
    gap_us: int | None
    watermark_us: int | None
    parent_window_id: str | None
    metadata: Metadata
    source: SourceAttributes | None
    lane: Literal["LIVE", "REPLAY", "TRY"]

    @property
    def start(self) -> datetime:
        return time_of(self.start_us)

    @property
    def end(self) -> datetime:
        return time_of(self.end_us)


@dataclass(frozen=True)
class Input(Generic[T]):
    """The result of an upstream algorithm, with the window it is about."""

    value: T
    #: Whose window it is about; None: the hub did not say.
    source: str | None
    window_id: str
    generation: int
    revision: int
    start_us: int
    end_us: int
    is_final: bool
    completeness: float | None
    metadata: Metadata


def values(inputs: Sequence[Input[T]]) -> list[T]:
    """The values alone, in order: ``values(context.inputs['recent'])``."""
    return [one.value for one in inputs]


class Signals(Sequence[Signal]):
    """The kept signals in order of event time; as arrays and as a DataFrame without a loop of the algorithm's own.

    Made once a task, of the records as they came: what an algorithm does not look at costs nothing.
    """

    def __init__(self, kept: Sequence[Mapping[str, Any]]) -> None:
        self._kept = kept
        self._arrays: dict[str, npt.NDArray[np.float64]] = {}

    @cached_property
    def _signals(self) -> tuple[Signal, ...]:
        return tuple(_signal_of(one) for one in self._kept)

    @cached_property
    def _times_us(self) -> npt.NDArray[np.int64]:
        return np.array([one["eventTimeUs"] for one in self._kept], np.int64)

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, at: Any) -> Any:
        return self._signals[at]

    def array(self, channel: str) -> npt.NDArray[np.float64]:
        """A channel's values; NaN where a signal has none. The array is the caller's own."""
        if channel not in self._arrays:
            found = [one["values"].get(channel, np.nan) for one in self._kept]
            self._arrays[channel] = np.array(found, np.float64)
        return self._arrays[channel].copy()

    @property
    def times_us(self) -> npt.NDArray[np.int64]:
        """Event times, microseconds since the epoch."""
        return self._times_us.copy()

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """Event times, seconds after the first signal."""
        times = self._times_us
        return (times - times[0]) / 1e6 if len(times) else times.astype(np.float64)

    def to_pandas(self) -> pd.DataFrame:
        """A row for each signal, indexed by event time (UTC); a column for each channel. Needs pandas."""
        import pandas as pd

        index = pd.DatetimeIndex(pd.to_datetime(self.times_us, unit="us", utc=True), name="event_time")
        return pd.DataFrame([dict(one["values"]) for one in self._kept], index=index)


def _signal_of(kept: Mapping[str, Any]) -> Signal:
    return Signal(
        id=kept["id"],
        name=kept["name"],
        event_time_us=kept["eventTimeUs"],
        phase=kept["phase"],
        values=kept["values"],
        count=kept["count"],
        correlation=kept["correlation"],
        metadata=kept["metadata"],
    )


@dataclass(frozen=True)
class Context:
    """All that an algorithm may depend on."""

    window: Window
    signals: Signals
    #: By the names in ``needs``: a value for ``same`` and ``parent``, lists of ``Input`` for the others.
    inputs: Mapping[str, Any]
    execution_id: str
    #: From 1; grows with each retry.
    attempt: int
    #: W3C trace context of the task, ``traceparent`` and ``tracestate``: OpenTelemetry's propagator extracts a context from it.
    trace: Mapping[str, str]
    log: logging.LoggerAdapter[logging.Logger]
    _needs: Mapping[str, Dependency[Any]] = field(repr=False)
    _emit: Callable[..., None] = field(repr=False)
    _progress: Callable[[], None] = field(repr=False)
    _cancelled: Callable[[], str | None] = field(repr=False)

    @overload
    def get(self, need: Typed[T]) -> T: ...
    @overload
    def get(self, need: Dependency[V]) -> V: ...
    def get(self, need: Referable | Dependency[Any]) -> Any:
        """An input with its type: by the algorithm for its result on this window, else by what ``same``, ``previous``, … gave.

        Raises NonRetryableError when the algorithm may run without it and it is not there; ``lookup`` then gives None.
        """
        found = self.lookup(need)  # type: ignore[arg-type]
        if found is None and self._needs[self._name_of(need)].may_lack:
            raise NonRetryableError(f"the input {self._name_of(need)!r} is not there")
        return found

    @overload
    def lookup(self, need: Typed[T]) -> T | None: ...
    @overload
    def lookup(self, need: Dependency[V]) -> V | None: ...
    def lookup(self, need: Referable | Dependency[Any]) -> Any:
        """An input with its type; None where the algorithm may run without it."""
        return self.inputs[self._name_of(need)]

    def _name_of(self, need: Referable | Dependency[Any]) -> str:
        for name, declared in self._needs.items():
            if declared is need or (declared.algorithm is need and declared.kind == "same"):
                return name
        raise DefinitionError(f"{need} is not among the needs of the algorithm")

    def emit(
        self,
        window_type: str | WindowType[Any],
        *,
        start_us: int,
        end_us: int,
        metadata: Metadata | None = None,
        key: str | None = None,
        emission_key: str | None = None,
    ) -> None:
        """Opens a child window when the result is accepted; at most 1,000 a result.

        ``metadata``: what it does not inherit. ``key``: default the window's. ``emission_key`` tells apart two windows with one start.
        Raises BadEmission.
        """
        self._emit(str(window_type), start_us, end_us, metadata or {}, key, emission_key)

    def progress(self) -> None:
        """Tells the hub that long work is alive; sent at most once a second."""
        self._progress()

    @property
    def cancelled(self) -> bool:
        """Whether the hub has cancelled the work. Long work should look at it."""
        return self._cancelled() is not None

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled when the hub has cancelled the work."""
        reason = self._cancelled()
        if reason is not None:
            raise Cancelled(reason)
