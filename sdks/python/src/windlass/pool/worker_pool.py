"""Worker processes, each running one job at a time.

A job over its limit ends its process, which is replaced; the others go on, and the process that talks to Kafka too. A process that ends by
itself fails the job it ran, as WORKER_DIED; jobs it had not begun are given to others. Quick jobs are given some at a time, so that no worker
waits for the next; what then lies behind one that takes long is taken back (ADR 31).
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..errors import DefinitionError
from ..execution.answer import AnswerCodec, failed_item
from ..execution.answer_error import answer_error
from ..log import told
from .board import Board
from .hired_worker import HiredWorker
from .messages import (
    Answered,
    Cancellation,
    CannotRead,
    Fetching,
    FromWorker,
    Hire,
    Job,
    Progressed,
    Ready,
    Starting,
    receive,
)
from .task_worker import TaskReader
from .worker_main import worker_main

#: A job whose process dies each time before it begins is failed after so many.
MAX_STARTS = 3
#: A process that could not start is started again after so long.
RESTART_DELAY_S = 1.0
#: A worker is given as many jobs as take so long together, going by those before, and never more than MAX_AHEAD.
AHEAD_S = 0.005
MAX_AHEAD = 16
#: What lies behind a job that takes longer is taken back.
LONG_S = 0.05
#: Weight of the last job in how long jobs take.
_WEIGHT = 0.1

Outcome = Answered | CannotRead
Post = Callable[[Callable[[], None]], None]


class PoolEvents(Protocol):
    def settled(self, outcome: Outcome) -> None: ...

    def progressed(self, progress: Progressed) -> None: ...

    def freed(self) -> None:
        """A worker is free."""


class WorkerPool:
    """All methods are called by one thread, and ``post`` brings what comes from workers back to it."""

    def __init__(
        self, size: int, hire: Hire, codec: AnswerCodec, log: logging.Logger, post: Post, events: PoolEvents
    ) -> None:
        self._size = size
        self._hire = hire
        self._codec = codec
        self._log = log
        self._post = post
        self._events = events
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(hire.preload))
        self._workers: set[HiredWorker] = set()
        self._waiting: deque[Job] = deque()
        self._starts: dict[int, int] = {}
        self._schemas: dict[int, str] = {}
        self._reader = TaskReader()
        #: How long a job takes; not known before the first.
        self._pace_s: float | None = None
        self._closed = False
        self.failure: str | None = None
        self.first_ready = threading.Event()

    def start(self) -> None:
        for _ in range(self._size):
            self._spawn()

    def wait_ready(self) -> None:
        """Waits until one worker has loaded the processor. Raises DefinitionError with what its module raised."""
        self.first_ready.wait()
        if self.failure is not None:
            raise DefinitionError(f"a worker process cannot load the processor: {self.failure}")

    @property
    def slots(self) -> int:
        """Jobs that it can be given now."""
        return self._size * self._ahead

    @property
    def _ahead(self) -> int:
        """Jobs of one worker."""
        if self._pace_s is None:
            return 1
        return max(1, min(MAX_AHEAD, int(AHEAD_S / max(self._pace_s, 1e-6))))

    def add_schema(self, schema_id: int, schema: str) -> None:
        self._schemas[schema_id] = schema
        self._reader.add(schema_id, schema)

    def run(self, job: Job) -> None:
        self._waiting.append(job)
        self._assign()

    def cancel(self, job_id: int, cancellation: Cancellation) -> None:
        for at, waiting in enumerate(self._waiting):
            if waiting.id == job_id:
                self._waiting[at] = waiting._replace(cancellation=cancellation)
                return
        for worker in self._workers:
            if worker.has(job_id):
                worker.cancel(job_id, cancellation)

    def check_limits(self) -> None:
        """Ends what runs over its limit, and what was cancelled and goes on; takes back what lies behind work that takes long."""
        for worker in list(self._workers):
            if worker.is_ended or not worker.jobs:
                continue
            begun = worker.begun(self._reader)
            if begun is not None and self._is_over(worker, begun):
                continue
            if len(worker.jobs) > 1 and time.monotonic() - worker.since_s > LONG_S:
                self._waiting.extendleft(reversed(worker.recall()))
                self._assign()

    def _is_over(self, worker: HiredWorker, begun: Starting) -> bool:
        limit_ms = begun.execution["timeoutMs"]
        if (time.monotonic() - worker.runs_since_s()) * 1_000 > limit_ms:
            self._end(worker, answer_error("TIMEOUT", f"start-to-close limit of {limit_ms} ms exceeded"))
            return True
        cancellation = worker.overdue_cancellation(begun)
        if cancellation is not None:
            self._end(worker, answer_error("CANCELLED", cancellation.reason))
        return cancellation is not None

    def close(self) -> None:
        self._closed = True
        for worker in list(self._workers):
            worker.is_ended = True
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
            worker.life.close()
        self._workers.clear()

    def _spawn(self) -> None:
        if self._closed:
            return
        ours, theirs = self._context.Pipe()
        lives, life = self._context.Pipe(duplex=False)
        board = Board(self._context)
        process = self._context.Process(
            target=worker_main, args=(self._hire, theirs, lives, board), name="windlass-worker", daemon=True
        )
        process.start()
        theirs.close()
        lives.close()
        worker = HiredWorker(process, ours, life, board)
        self._workers.add(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()

    def _listen(self, worker: HiredWorker) -> None:
        """In a thread of its own for each worker."""
        while True:
            try:
                message: FromWorker = receive(worker.pipe)
            except (EOFError, OSError, TypeError):
                self._post(lambda: self._on_end(worker))
                return
            self._post(lambda message=message: self._on_message(worker, message))  # type: ignore[misc]

    def _on_message(self, worker: HiredWorker, message: FromWorker) -> None:
        if worker.is_ended:
            return
        if isinstance(message, (Answered, CannotRead)):
            self._on_outcome(worker, message)
        elif isinstance(message, Starting):
            worker.begins(message)
        elif isinstance(message, Progressed):
            self._events.progressed(message)
        elif isinstance(message, Ready):
            worker.is_ready = True
            self.first_ready.set()
            self._assign()
            self._events.freed()
        elif isinstance(message, Fetching):
            worker.fetches(message)
        else:
            self.failure = message.error
            self.first_ready.set()

    def _on_outcome(self, worker: HiredWorker, outcome: Outcome) -> None:
        took_s = worker.answers(outcome.job)
        if took_s is None:
            return
        self._pace_s = took_s if self._pace_s is None else self._pace_s + _WEIGHT * (took_s - self._pace_s)
        self._assign()
        self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        self._starts.pop(outcome.job, None)
        self._events.settled(outcome)

    def _assign(self) -> None:
        ahead = self._ahead
        while self._waiting:
            able = [one for one in self._workers if one.is_ready and not one.is_long and len(one.jobs) < ahead]
            if not able:
                return
            worker = min(able, key=lambda one: len(one.jobs))
            worker.give(self._waiting.popleft(), self._schemas)

    def _end(self, worker: HiredWorker, error: Mapping[str, Any]) -> None:
        """Ends a process for what it runs now, answers that, and puts a new one in its place."""
        worker.process.kill()
        self._bury(worker, error)
        self._spawn()

    def _on_end(self, worker: HiredWorker) -> None:
        if worker.is_ended or self._closed:
            return
        worker.process.join()
        message = f"the algorithm ended its process (exit code {worker.process.exitcode})"
        self._log.error("a worker process died", extra=told(exitCode=worker.process.exitcode))
        if not self.first_ready.is_set():
            self.failure = self.failure or f"it ended with exit code {worker.process.exitcode}"
            self.first_ready.set()
        was_ready = worker.is_ready
        self._bury(worker, answer_error("WORKER_DIED", message))
        if was_ready:
            self._spawn()
        else:
            timer = threading.Timer(RESTART_DELAY_S, lambda: self._post(self._spawn))
            timer.daemon = True
            timer.start()

    def _bury(self, worker: HiredWorker, error: Mapping[str, Any]) -> None:
        """What it had begun is answered with the error; the rest is given to others, unless it has ended too many processes."""
        worker.is_ended = True
        self._workers.discard(worker)
        begun = worker.begun(self._reader)
        worker.life.close()
        jobs = worker.take_back_all()
        head = jobs[0] if jobs else None
        self._waiting.extendleft(reversed(jobs[1:]))
        if head is not None and begun is not None:
            now_us = time.time_ns() // 1_000
            item = failed_item({**begun.execution, "startedAtUs": begun.started_us, "endedAtUs": now_us}, error)
            record = self._codec.encode(begun.task_id, [*worker.done, item])
            self._settle(Answered(head.id, begun.task_id, begun.home_partition, record))
        elif head is not None:
            self._starts[head.id] = self._starts.get(head.id, 0) + 1
            if self._starts[head.id] >= MAX_STARTS:
                self._settle(CannotRead(head.id, "a worker process died reading it"))
            else:
                self._waiting.appendleft(head)
        self._assign()
