"""A worker process: loads the processor's module, then runs one job at a time."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ..definition.processor import Processor, declared
from ..errors import DefinitionError
from ..execution.answer import AnswerCodec, Identity
from ..log import json_logger
from ..result_collector import ResultCollector
from ..wire.schemas import Unreadable, split
from .board import Board
from .messages import (
    Cancel,
    Cancellation,
    CannotRead,
    Failed,
    Fetching,
    Hire,
    Job,
    Progressed,
    Ready,
    receive,
    send,
    starting,
)
from .task_worker import Around, TaskReader, answer_to


def worker_main(hire: Hire, pipe: Connection, life: Connection, board: Board) -> None:
    """``life``: its other end closes when the main process is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_main, args=(life,), daemon=True).start()
    try:
        processor = _processor_of(hire)
    except BaseException as error:
        send(pipe, Failed(f"{type(error).__name__}: {error}"))
        raise
    send(pipe, Ready())
    worker = _Worker(hire, processor, pipe, board)
    with contextlib.suppress(EOFError, OSError):
        while True:
            worker.run(worker.inbox.next())


def _end_with_main(life: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        life.recv_bytes()
    os._exit(0)


def _processor_of(hire: Hire) -> Processor:
    if hire.processor not in declared and hire.module != "__main__":
        importlib.import_module(hire.module)
    if hire.processor not in declared:
        where = f"module {hire.module}"
        raise DefinitionError(
            f"{where} declares no processor {hire.processor!r} when it is imported; "
            "declare it at the top of the module, and start it below `if __name__ == '__main__':`"
        )
    return declared[hire.processor]


class _Inbox:
    """What was sent and is not taken yet. The pipe is looked into when a job is wanted, or once the board says that something is cancelled."""

    def __init__(self, pipe: Connection, board: Board) -> None:
        self._pipe = pipe
        self._board = board
        self._jobs: deque[Job] = deque()
        self._cancellations: dict[int, Cancellation] = {}
        self._cancels = 0

    def next(self) -> Job:
        """Raises EOFError and OSError when the main process is gone."""
        while not self._jobs:
            self._take(receive(self._pipe))
        return self._jobs.popleft()

    def cancellation(self, job: int) -> Cancellation | None:
        cancels = self._board.cancels
        if cancels != self._cancels:
            while self._pipe.poll():
                self._take(receive(self._pipe))
            self._cancels = cancels
        return self._cancellations.get(job)

    def done(self, job: int) -> None:
        self._cancellations.pop(job, None)

    def _take(self, message: Job | Cancel) -> None:
        if isinstance(message, Cancel):
            self._cancellations[message.job] = message.cancellation
            return
        self._jobs.append(message)
        if message.cancellation is not None:
            self._cancellations[message.id] = message.cancellation


class _Worker:
    def __init__(self, hire: Hire, processor: Processor, pipe: Connection, board: Board) -> None:
        self.inbox = _Inbox(pipe, board)
        self._processor = processor
        self._pipe = pipe
        self._board = board
        self._codec = AnswerCodec(Identity(hire.processor, hire.version, hire.instance), hire.result_schema_id)
        self._log = json_logger(hire.log_level, processor=hire.processor, instance=hire.instance)
        self._reader = TaskReader()
        self._results = hire.results

    def run(self, job: Job) -> None:
        try:
            if job.schema is not None:
                self._reader.add(split(job.value)[0], job.schema)
            task = self._reader.read(job.value)
        except Unreadable as error:
            send(self._pipe, CannotRead(job.id, str(error)))
            self.inbox.done(job.id)
            return
        if self._board.begin(job.place):
            self._answer(job, task)
        self.inbox.done(job.id)

    def _answer(self, job: Job, task: Mapping[str, Any]) -> None:
        around = _Piped(job, task, self._codec, self._results, self._pipe, self.inbox)
        send(self._pipe, answer_to(job, task, self._processor.by_ref, around, self._codec, self._log))


class _Piped(Around):
    def __init__(
        self,
        job: Job,
        task: Mapping[str, Any],
        codec: AnswerCodec,
        results: ResultCollector,
        pipe: Connection,
        inbox: _Inbox,
    ) -> None:
        super().__init__(job, task, codec, results)
        self._is_fetching = False
        self._pipe = pipe
        self._inbox = inbox

    def cpu_ms(self) -> float | None:
        return time.process_time_ns() / 1e6

    def fetching(self) -> None:
        self._is_fetching = True
        send(self._pipe, Fetching(self.job.id))

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None:
        if done or self._is_fetching:
            self._is_fetching = False
            last = done[-1] if done else None
            send(self._pipe, starting(self.job, self.task, execution, self.now_us(), last))

    def tell(self, progress: Progressed) -> None:
        send(self._pipe, progress)

    def cancelled(self, execution_id: str) -> str | None:
        cancellation = self._inbox.cancellation(self.job.id)
        return cancellation.of(execution_id) if cancellation is not None else None
