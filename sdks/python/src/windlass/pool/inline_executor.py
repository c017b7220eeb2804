"""Runs algorithms in a thread beside what talks to Kafka: one at a time, without the means to end what exceeds its limit."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..definition.algorithm import Algorithm
from ..execution.answer import AnswerCodec
from ..result_collector import ResultCollector
from ..wire.schemas import Unreadable
from .messages import Answered, Cancellation, CannotRead, Job, Progressed
from .task_worker import Around, TaskReader, answer_to
from .worker_pool import PoolEvents, Post


class InlineExecutor:
    slots = 1

    def __init__(
        self,
        algorithms: Mapping[str, Algorithm[Any]],
        codec: AnswerCodec,
        results: ResultCollector,
        log: logging.Logger,
        post: Post,
        events: PoolEvents,
    ) -> None:
        self._algorithms = algorithms
        self._codec = codec
        self.results = results
        self._log = log
        self._post = post
        self._events = events
        self._reader = TaskReader()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.cancellations: dict[int, Cancellation] = {}
        threading.Thread(target=self._work, daemon=True).start()

    def add_schema(self, schema_id: int, schema: str) -> None:
        self._reader.add(schema_id, schema)

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
            task = self._reader.read(job.value)
        except Unreadable as error:
            return CannotRead(job.id, str(error))
        around = _Beside(job, task, self._codec, self)
        return answer_to(job, task, self._algorithms, around, self._codec, self._log)


class _Beside(Around):
    def __init__(self, job: Job, task: Mapping[str, Any], codec: AnswerCodec, executor: InlineExecutor) -> None:
        super().__init__(job, task, codec, executor.results)
        self._executor = executor

    def cpu_ms(self) -> float | None:
        return time.thread_time_ns() / 1e6

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None:
        """Nobody can end it: there is no limit to keep."""

    def tell(self, progress: Progressed) -> None:
        self._executor.tell(progress)

    def cancelled(self, execution_id: str) -> str | None:
        cancellation = self._executor.cancellations.get(self.job.id)
        return cancellation.of(execution_id) if cancellation is not None else None
