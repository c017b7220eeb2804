"""A worker process: loads the processor's module, then runs one job at a time."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ..definition.processor import Processor, declared
from ..errors import DefinitionError
from ..execution.answer import AnswerCodec, Identity
from ..log import json_logger
from ..result_collector import ResultCollector
from ..wire.schemas import Unreadable, split
from .messages import Cancel, Cancellation, CannotRead, Failed, Fetching, Hire, Job, Progressed, Ready, Starting
from .task_worker import Around, TaskReader, answer_to


def worker_main(hire: Hire, pipe: Connection, life: Connection) -> None:
    """``life``: its other end closes when the main process is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_main, args=(life,), daemon=True).start()
    try:
        processor = _processor_of(hire)
    except BaseException as error:
        pipe.send(Failed(f"{type(error).__name__}: {error}"))
        raise
    pipe.send(Ready())
    worker = _Worker(hire, processor, pipe)
    while True:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            return
        if isinstance(message, Job):
            worker.run(message)


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


class _Worker:
    def __init__(self, hire: Hire, processor: Processor, pipe: Connection) -> None:
        self._processor = processor
        self._pipe = pipe
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
            self._pipe.send(CannotRead(job.id, str(error)))
            return
        around = _Piped(job, task, self._codec, self._results, self._pipe)
        self._pipe.send(answer_to(job, task, self._processor.by_ref, around, self._codec, self._log))


class _Piped(Around):
    """Cancellations are looked for in the pipe when somebody asks: nothing else comes while a job runs."""

    def __init__(
        self, job: Job, task: Mapping[str, Any], codec: AnswerCodec, results: ResultCollector, pipe: Connection
    ) -> None:
        super().__init__(job, task, codec, results)
        self._pipe = pipe
        self._cancellation: Cancellation | None = job.cancellation

    def cpu_ms(self) -> float | None:
        return time.process_time_ns() / 1e6

    def fetching(self) -> None:
        self._pipe.send(Fetching(self.job.id))

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None:
        kept = {name: execution[name] for name in ("executionId", "attempt", "timeoutMs")}
        task = self.task
        last = done[-1] if done else None
        self._pipe.send(Starting(self.job.id, task["taskId"], task["homePartition"], kept, self.now_us(), last))

    def tell(self, progress: Progressed) -> None:
        self._pipe.send(progress)

    def cancelled(self, execution_id: str) -> str | None:
        while self._pipe.poll():
            message = self._pipe.recv()
            if isinstance(message, Cancel) and message.job == self.job.id:
                self._cancellation = message.cancellation
        return self._cancellation.of(execution_id) if self._cancellation is not None else None
