"""A worker process as the main process knows it: the jobs it was given, and how far it is with the first of them."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from .board import Board
from .messages import Cancel, Cancellation, Fetching, Job, Starting, send, starting
from .task_worker import TaskReader

#: Cancelled work that has not ended after so long is ended with its process.
CANCEL_GRACE_S = 1.0


class HiredWorker:
    def __init__(self, process: BaseProcess, pipe: Connection, life: Connection, board: Board) -> None:
        self.process = process
        self.pipe = pipe
        self.life = life
        self.is_ready = False
        self.is_ended = False
        #: Its head is what it runs or runs next; the others lie in its pipe.
        self.jobs: deque[Job] = deque()
        #: Items of the head's chain that are done.
        self.done: list[Mapping[str, Any]] = []
        #: Since when the head is the head, by the monotonic clock.
        self.since_s = 0.0
        #: What lay behind the head has been given to others: it takes long.
        self.is_long = False
        self._board = board
        self._known_schemas: set[int] = set()
        self._begun: Starting | None = None
        self._is_fetching = False
        self._begun_s = 0.0
        self._places = 0
        self._cancelled: dict[int, tuple[Cancellation, float]] = {}

    def give(self, job: Job, schemas: Mapping[int, str]) -> None:
        schema_id = int.from_bytes(job.value[1:5], "big")
        schema = None if schema_id in self._known_schemas else schemas.get(schema_id)
        self._known_schemas.add(schema_id)
        self._places += 1
        given = job._replace(schema=schema, place=self._places)
        if not self.jobs:
            self.since_s = time.monotonic()
        self.jobs.append(given)
        if given.cancellation is not None:
            self._cancelled[given.id] = (given.cancellation, time.monotonic())
        self._send(given)

    def has(self, job_id: int) -> bool:
        return any(one.id == job_id for one in self.jobs)

    def cancel(self, job_id: int, cancellation: Cancellation) -> None:
        self._cancelled[job_id] = (cancellation, time.monotonic())
        self._send(Cancel(job_id, cancellation))
        self._board.cancel_sent()

    def fetches(self, message: Fetching) -> None:
        """Nothing runs until it begins the next execution."""
        if self.jobs and self.jobs[0].id == message.job:
            self._begun = None
            self._is_fetching = True

    def begins(self, message: Starting) -> None:
        """The next execution of the head's chain."""
        if self.jobs and self.jobs[0].id == message.job:
            self._is_fetching = False
            if message.done is not None:
                self.done.append(message.done)
            self._begun = message
            self._begun_s = time.monotonic()

    def begun(self, reader: TaskReader) -> Starting | None:
        """What it runs of its head. The task is read here only when somebody asks: when it takes long, or is over."""
        head = self.jobs[0] if self.jobs else None
        if head is None or self._is_fetching:
            return None
        if self._begun is None and self._board.begun == head.place:
            task = reader.read(head.value)
            self._begun = starting(head, task, task["executions"][0], self._board.started_us, None)
            self._begun_s = self._board.started_s
        return self._begun

    def runs_since_s(self) -> float:
        """Of what ``begun`` told, by the monotonic clock."""
        return self._begun_s

    def overdue_cancellation(self, begun: Starting) -> Cancellation | None:
        """Why what it runs should have ended by now."""
        cancellation, asked_s = self._cancelled.get(begun.job, (None, 0.0))
        if cancellation is None or not cancellation.concerns(begun.execution["executionId"]):
            return None
        is_overdue = time.monotonic() > max(asked_s, self._begun_s) + CANCEL_GRACE_S
        return cancellation if is_overdue else None

    def answers(self, job_id: int) -> float | None:
        """Its head is over: how long it was the head, seconds. None: the job is not its own any more."""
        if not self.jobs or self.jobs[0].id != job_id:
            return None
        self.jobs.popleft()
        self._cancelled.pop(job_id, None)
        self._begun = None
        self._is_fetching = False
        self.done = []
        self.is_long = False
        took_s, self.since_s = time.monotonic() - self.since_s, time.monotonic()
        return took_s

    def recall(self) -> list[Job]:
        """What lies behind a head that takes long, for others. Empty unless the worker runs its head."""
        behind = list(self.jobs)[1:]
        if not behind or not self._board.recall(self.jobs[0].place, behind[-1].place):
            return []
        self.is_long = True
        self.jobs = deque([self.jobs[0]])
        return [self._taken_back(one) for one in behind]

    def take_back_all(self) -> list[Job]:
        """Of a worker that has ended."""
        jobs, self.jobs = list(self.jobs), deque()
        return [self._taken_back(one) for one in jobs]

    def _taken_back(self, job: Job) -> Job:
        cancellation, _ = self._cancelled.pop(job.id, (None, 0.0))
        return job._replace(cancellation=cancellation)

    def _send(self, message: Job | Cancel) -> None:
        # Where it has died, the thread that listens to it tells.
        with contextlib.suppress(OSError):
            send(self.pipe, message)
