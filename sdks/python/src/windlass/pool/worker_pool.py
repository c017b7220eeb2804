"""Worker processes, each running one job at a time.

A job over its limit ends its process, which is replaced; the others go on, and the process that talks to Kafka too. A process that ends by
itself fails the job it ran, as WORKER_DIED; a job it had not begun is given to another.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from ..errors import DefinitionError
from ..execution.answer import AnswerCodec, failed_item
from ..execution.answer_error import answer_error
from ..log import told
from .messages import (
    Answered,
    Cancel,
    Cancellation,
    CannotRead,
    Failed,
    Fetching,
    FromWorker,
    Hire,
    Job,
    Progressed,
    Ready,
    Starting,
)
from .worker_main import worker_main

#: Cancelled work that has not ended after so long is ended with its process.
CANCEL_GRACE_S = 1.0
#: A job whose process dies each time before it begins is failed after so many.
MAX_STARTS = 3
#: A process that could not start is started again after so long.
RESTART_DELAY_S = 1.0

Outcome = Answered | CannotRead
Post = Callable[[Callable[[], None]], None]


class PoolEvents(Protocol):
    def settled(self, outcome: Outcome) -> None: ...

    def progressed(self, progress: Progressed) -> None: ...

    def freed(self) -> None:
        """A worker is free."""


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    life: Connection
    is_ready: bool = False
    is_ended: bool = False
    known_schemas: set[int] = field(default_factory=set)
    job: Job | None = None
    begun: Starting | None = None
    begun_s: float = 0.0
    done: list[Mapping[str, Any]] = field(default_factory=list)
    #: When cancelled work is ended, by the monotonic clock.
    end_at_s: float | None = None
    cancellation: Cancellation | None = None


class WorkerPool:
    """All methods are called by one thread, and ``post`` brings what comes from workers back to it."""

    def __init__(
        self, size: int, hire: Hire, codec: AnswerCodec, log: logging.Logger, post: Post, events: PoolEvents
    ) -> None:
        self.slots = size
        self._hire = hire
        self._codec = codec
        self._log = log
        self._post = post
        self._events = events
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(hire.preload))
        self._workers: set[_Worker] = set()
        self._waiting: deque[Job] = deque()
        self._starts: dict[int, int] = {}
        self._schemas: dict[int, str] = {}
        self._closed = False
        self.failure: str | None = None
        self.first_ready = threading.Event()

    def start(self) -> None:
        for _ in range(self.slots):
            self._spawn()

    def wait_ready(self) -> None:
        """Waits until one worker has loaded the processor. Raises DefinitionError with what its module raised."""
        self.first_ready.wait()
        if self.failure is not None:
            raise DefinitionError(f"a worker process cannot load the processor: {self.failure}")

    def add_schema(self, schema_id: int, schema: str) -> None:
        self._schemas[schema_id] = schema

    def run(self, job: Job) -> None:
        self._waiting.append(job)
        self._assign()

    def cancel(self, job_id: int, cancellation: Cancellation) -> None:
        for at, waiting in enumerate(self._waiting):
            if waiting.id == job_id:
                self._waiting[at] = Job(waiting.id, waiting.value, waiting.schema, waiting.trace, cancellation)
                return
        for worker in self._workers:
            if worker.job is not None and worker.job.id == job_id:
                worker.cancellation = cancellation
                worker.end_at_s = time.monotonic() + CANCEL_GRACE_S
                self._send(worker, Cancel(job_id, cancellation))

    def check_limits(self) -> None:
        """Ends what runs over its limit, and what was cancelled and goes on."""
        now = time.monotonic()
        for worker in list(self._workers):
            begun = worker.begun
            if worker.is_ended or begun is None:
                continue
            limit_ms = begun.execution["timeoutMs"]
            if (now - worker.begun_s) * 1_000 > limit_ms:
                message = f"start-to-close limit of {limit_ms} ms exceeded"
                self._end(worker, answer_error("TIMEOUT", message))
            elif worker.end_at_s is not None and now > worker.end_at_s:
                cancellation = worker.cancellation
                if cancellation is not None and cancellation.concerns(begun.execution["executionId"]):
                    self._end(worker, answer_error("CANCELLED", cancellation.reason))

    @property
    def is_busy(self) -> bool:
        return any(worker.job is not None for worker in self._workers)

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
        process = self._context.Process(
            target=worker_main, args=(self._hire, theirs, lives), name="windlass-worker", daemon=True
        )
        process.start()
        theirs.close()
        lives.close()
        worker = _Worker(process, ours, life)
        self._workers.add(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()

    def _listen(self, worker: _Worker) -> None:
        """In a thread of its own for each worker."""
        while True:
            try:
                message: FromWorker = worker.pipe.recv()
            except (EOFError, OSError, TypeError):
                self._post(lambda: self._on_end(worker))
                return
            self._post(lambda message=message: self._on_message(worker, message))  # type: ignore[misc]

    def _on_message(self, worker: _Worker, message: FromWorker) -> None:
        if worker.is_ended:
            return
        if isinstance(message, Ready):
            worker.is_ready = True
            self.first_ready.set()
            self._assign()
            self._events.freed()
        elif isinstance(message, Fetching):
            worker.begun = None
        elif isinstance(message, Starting):
            if message.done is not None:
                worker.done.append(message.done)
            worker.begun = message
            worker.begun_s = time.monotonic()
        elif isinstance(message, Progressed):
            self._events.progressed(message)
        elif isinstance(message, Failed):
            self.failure = message.error
            self.first_ready.set()
        else:
            self._free(worker)
            self._settle(message)
            self._assign()

    def _free(self, worker: _Worker) -> None:
        worker.job = worker.begun = worker.end_at_s = worker.cancellation = None
        worker.done = []

    def _settle(self, outcome: Outcome) -> None:
        self._starts.pop(outcome.job, None)
        self._events.settled(outcome)

    def _assign(self) -> None:
        for worker in self._workers:
            if not self._waiting:
                return
            if worker.is_ready and not worker.is_ended and worker.job is None:
                self._give(worker, self._waiting.popleft())

    def _give(self, worker: _Worker, job: Job) -> None:
        schema_id = int.from_bytes(job.value[1:5], "big")
        schema = None if schema_id in worker.known_schemas else self._schemas.get(schema_id)
        worker.known_schemas.add(schema_id)
        worker.job = job
        self._send(worker, Job(job.id, job.value, schema, job.trace, job.cancellation))

    def _send(self, worker: _Worker, message: Job | Cancel) -> None:
        # Where it has died, the thread that listens to it tells.
        with contextlib.suppress(OSError):
            worker.pipe.send(message)

    def _end(self, worker: _Worker, error: Mapping[str, Any]) -> None:
        """Ends a process for what it runs now, answers that, and puts a new one in its place."""
        worker.process.kill()
        self._bury(worker, error)
        self._spawn()

    def _on_end(self, worker: _Worker) -> None:
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

    def _bury(self, worker: _Worker, error: Mapping[str, Any]) -> None:
        worker.is_ended = True
        self._workers.discard(worker)
        job, begun = worker.job, worker.begun
        worker.life.close()
        if job is not None and begun is not None:
            now_us = time.time_ns() // 1_000
            item = failed_item({**begun.execution, "startedAtUs": begun.started_us, "endedAtUs": now_us}, error)
            record = self._codec.encode(begun.task_id, [*worker.done, item])
            self._settle(Answered(job.id, begun.task_id, begun.home_partition, record))
        elif job is not None:
            self._starts[job.id] = self._starts.get(job.id, 0) + 1
            if self._starts[job.id] >= MAX_STARTS:
                self._settle(CannotRead(job.id, "a worker process died reading it"))
            else:
                self._waiting.appendleft(job)
        self._assign()
