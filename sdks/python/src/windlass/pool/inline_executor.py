"""Runs algorithms in a thread beside what talks to Kafka: one at a time, without the means to end what exceeds its limit."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..definition.algorithm import Algorithm
from ..execution.answer import AnswerCodec, failed_item
from ..execution.run_task import run_task
from ..wire.schemas import Unreadable, parsed, split
from .messages import Answered, Cancellation, CannotRead, Job, Progressed
from .worker_main import PROGRESS_INTERVAL_S, read_task
from .worker_pool import PoolEvents

Post = Callable[[Callable[[], None]], None]


class InlineExecutor:
    slots = 1

    def __init__(
        self,
        algorithms: Mapping[str, Algorithm[Any]],
        codec: AnswerCodec,
        log: logging.Logger,
        post: Post,
        events: PoolEvents,
    ) -> None:
        self._algorithms = algorithms
        self._codec = codec
        self._log = log
        self._post = post
        self._events = events
        self._schemas: dict[int, Any] = {}
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.cancellations: dict[int, Cancellation] = {}
        threading.Thread(target=self._work, daemon=True).start()

    def add_schema(self, schema_id: int, schema: str) -> None:
        self._schemas[schema_id] = schema

    def run(self, job: Job) -> None:
        if job.cancellation is not None:
            self.cancellations[job.id] = job.cancellation
        self._jobs.put(job)

    def cancel(self, job_id: int, cancellation: Cancellation) -> None:
        self.cancellations[job_id] = cancellation

    def check_limits(self) -> None:
        """There is no way to end a thread."""

    def close(self) -> None:
        self._jobs.put(None)

    def tell(self, progress: Progressed) -> None:
        self._post(lambda: self._events.progressed(progress))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            outcome = self._outcome(job)
            self.cancellations.pop(job.id, None)
            self._post(lambda outcome=outcome: self._events.settled(outcome))  # type: ignore[misc]

    def _outcome(self, job: Job) -> Answered | CannotRead:
        try:
            schema_id, body = split(job.value)
            task = read_task(body, parsed(self._schemas[schema_id]))
        except (Unreadable, KeyError) as error:
            return CannotRead(job.id, str(error))
        items = run_task(task, self._algorithms, _Around(job, task, self, self._codec), self._log)
        return Answered(job.id, task["taskId"], task["homePartition"], self._codec.encode(task["taskId"], items))


class _Around:
    def __init__(self, job: Job, task: Mapping[str, Any], executor: InlineExecutor, codec: AnswerCodec) -> None:
        self.trace = job.trace
        self._job = job
        self._task = task
        self._executor = executor
        self._codec = codec
        self._told_s = float("-inf")

    def now_us(self) -> int:
        return time.time_ns() // 1_000

    def cpu_ms(self) -> float | None:
        return time.thread_time_ns() / 1e6

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None: ...

    def ended(self) -> None: ...

    def progress(self, execution: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if now - self._told_s < PROGRESS_INTERVAL_S:
            return
        self._told_s = now
        now_us = self.now_us()
        item = failed_item({**execution, "startedAtUs": now_us, "endedAtUs": now_us}, None)
        record = self._codec.encode(self._task["taskId"], [item], "PROGRESS")
        self._executor.tell(Progressed(self._job.id, self._task["taskId"], self._task["homePartition"], record))

    def cancelled(self, execution_id: str) -> str | None:
        cancellation = self._executor.cancellations.get(self._job.id)
        return cancellation.reason if cancellation is not None and cancellation.concerns(execution_id) else None
