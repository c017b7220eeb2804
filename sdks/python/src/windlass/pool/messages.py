"""What the main process and its workers tell each other, over a pipe of each worker's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..result_collector import ResultCollector


@dataclass(frozen=True)
class Cancellation:
    """``execution_ids``: empty: all of the task's."""

    execution_ids: tuple[str, ...]
    reason: str

    def concerns(self, execution_id: str) -> bool:
        return not self.execution_ids or execution_id in self.execution_ids

    def of(self, execution_id: str) -> str | None:
        """Why an execution is cancelled; None: it is not."""
        return self.reason if self.concerns(execution_id) else None


@dataclass(frozen=True)
class Job:
    """A task's record. ``schema``: the writer's schema, where the worker may not know its id."""

    id: int
    value: bytes
    schema: str | None
    trace: Mapping[str, str]
    cancellation: Cancellation | None


@dataclass(frozen=True)
class Cancel:
    job: int
    cancellation: Cancellation


@dataclass(frozen=True)
class Ready:
    """The worker has loaded the processor's algorithms."""


@dataclass(frozen=True)
class Starting:
    """An execution starts; ``done``: the item before it in the chain, None for the first."""

    job: int
    task_id: str
    home_partition: int
    execution: Mapping[str, Any]
    started_us: int
    done: Mapping[str, Any] | None


@dataclass(frozen=True)
class Fetching:
    """Nothing runs: what the next execution is given by reference is fetched."""

    job: int


@dataclass(frozen=True)
class Progressed:
    job: int
    task_id: str
    home_partition: int
    record: bytes


@dataclass(frozen=True)
class Answered:
    job: int
    task_id: str
    home_partition: int
    record: bytes


@dataclass(frozen=True)
class CannotRead:
    job: int
    message: str


@dataclass(frozen=True)
class Failed:
    """The worker could not load the processor."""

    error: str


FromWorker = Ready | Fetching | Starting | Progressed | Answered | CannotRead | Failed


@dataclass(frozen=True)
class Hire:
    """All that a worker needs to start. ``module``: where the processor is declared."""

    processor: str
    module: str
    version: str
    instance: str
    result_schema_id: int
    log_level: str
    results: ResultCollector
    preload: Sequence[str] = ()
