"""What the main process and its workers tell each other, over a pipe of each worker's own."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from ..result_collector import ResultCollector


class Cancellation(NamedTuple):
    """``execution_ids``: empty: all of the task's."""

    execution_ids: tuple[str, ...]
    reason: str

    def concerns(self, execution_id: str) -> bool:
        return not self.execution_ids or execution_id in self.execution_ids

    def of(self, execution_id: str) -> str | None:
        """Why an execution is cancelled; None: it is not."""
        return self.reason if self.concerns(execution_id) else None


class Job(NamedTuple):
    """A task's record.

    ``schema``: the writer's schema, where the worker may not know its id. ``place``: in what its worker was given so far.
    """

    id: int
    value: bytes
    schema: str | None
    trace: Mapping[str, str]
    cancellation: Cancellation | None
    place: int = 0


class Cancel(NamedTuple):
    job: int
    cancellation: Cancellation


class Ready(NamedTuple):
    """The worker has loaded the processor's algorithms."""


class Starting(NamedTuple):
    """An execution starts; ``done``: the item before it in the chain. Of the first the board tells, unless something was fetched for it."""

    job: int
    task_id: str
    home_partition: int
    execution: Mapping[str, Any]
    started_us: int
    done: Mapping[str, Any] | None


class Fetching(NamedTuple):
    """Nothing runs: what the next execution is given by reference is fetched."""

    job: int


class Progressed(NamedTuple):
    job: int
    task_id: str
    home_partition: int
    record: bytes


class Answered(NamedTuple):
    job: int
    task_id: str
    home_partition: int
    record: bytes


class CannotRead(NamedTuple):
    job: int
    message: str


class Failed(NamedTuple):
    """The worker could not load the processor."""

    error: str


FromWorker = Ready | Fetching | Starting | Progressed | Answered | CannotRead | Failed


def starting(job: Job, task: Mapping[str, Any], execution: Mapping[str, Any], started_us: int, done: Any) -> Starting:
    kept = {name: execution[name] for name in ("executionId", "attempt", "timeoutMs")}
    return Starting(job.id, task["taskId"], task["homePartition"], kept, started_us, done)


def send(pipe: Connection, message: Any) -> None:
    """A third of what ``Connection.send`` takes, which can do more than is needed here."""
    pipe.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


def receive(pipe: Connection) -> Any:
    """Raises EOFError and OSError."""
    return pickle.loads(pipe.recv_bytes())


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
