"""Runs jobs from bytes to bytes: the same in a worker process and beside what talks to Kafka."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from ..definition.algorithm import Algorithm
from ..execution.answer import AnswerCodec, failed_item
from ..execution.fetch_inputs import ReferredResults
from ..execution.run_task import Surroundings, run_task
from ..wire.depth import TOO_DEEP, is_record_too_deep
from ..wire.schemas import Unreadable, decode, own, parsed, split
from .messages import Answered, Job, Progressed

#: Progress of one task is told at most this often.
PROGRESS_INTERVAL_S = 1.0


class TaskReader:
    """Reads tasks with the schemas that they were written with."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._writers: dict[int, Any] = {}

    def add(self, schema_id: int, schema: str) -> None:
        self._texts[schema_id] = schema

    def read(self, value: bytes) -> dict[str, Any]:
        """Raises Unreadable."""
        schema_id, body = split(value)
        if schema_id not in self._writers:
            if schema_id not in self._texts:
                raise Unreadable(f"the schema {schema_id} is not known here")
            writer = parsed(self._texts[schema_id])
            self._writers[schema_id] = None if writer == own("windows") else writer
        task = decode("windows", body, self._writers[schema_id])
        if not task["executions"]:
            raise Unreadable("a task without executions")
        if any(one["result"] is not None and is_record_too_deep(one["result"]) for one in task["inputs"]):
            raise Unreadable(TOO_DEEP)
        return task


class Around(ABC):
    """What surrounds a running task; see ``Surroundings``."""

    def __init__(self, job: Job, task: Mapping[str, Any], codec: AnswerCodec, referred: ReferredResults) -> None:
        self.trace = job.trace
        self.referred = referred
        self.job = job
        self.task = task
        self._codec = codec
        self._told_s = float("-inf")

    def now_us(self) -> int:
        return time.time_ns() // 1_000

    @abstractmethod
    def cpu_ms(self) -> float | None: ...

    def fetching(self) -> None:  # noqa: B027 (where no limit is kept)
        """Nothing is to be done."""

    @abstractmethod
    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None: ...

    def ended(self) -> None:  # noqa: B027 (it is what there is to do: the next message tells it)
        """Nothing is to be done."""

    def progress(self, execution: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if now - self._told_s < PROGRESS_INTERVAL_S:
            return
        self._told_s = now
        now_us = self.now_us()
        item = failed_item({**execution, "startedAtUs": now_us, "endedAtUs": now_us}, None)
        record = self._codec.encode(self.task["taskId"], [item], "PROGRESS")
        self.tell(Progressed(self.job.id, self.task["taskId"], self.task["homePartition"], record))

    @abstractmethod
    def tell(self, progress: Progressed) -> None: ...

    @abstractmethod
    def cancelled(self, execution_id: str) -> str | None: ...


def answer_to(
    job: Job,
    task: Mapping[str, Any],
    algorithms: Mapping[str, Algorithm[Any]],
    around: Surroundings,
    codec: AnswerCodec,
    log: logging.Logger,
) -> Answered:
    items = run_task(task, algorithms, around, log)
    return Answered(job.id, task["taskId"], task["homePartition"], codec.encode(task["taskId"], items))
