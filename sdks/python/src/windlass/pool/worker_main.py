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
from ..execution.answer import AnswerCodec, Identity, failed_item
from ..execution.run_task import run_task
from ..log import json_logger
from ..wire.schemas import Unreadable, decode, own, parsed, split
from .messages import Answered, Cancel, Cancellation, CannotRead, Failed, Hire, Job, Progressed, Ready, Starting

#: Progress of one task is told at most this often.
PROGRESS_INTERVAL_S = 1.0


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
        self._writers: dict[int, Any] = {}

    def run(self, job: Job) -> None:
        try:
            task = self._read(job)
        except Unreadable as error:
            self._pipe.send(CannotRead(job.id, str(error)))
            return
        around = _Around(job, task, self._pipe, self._codec)
        items = run_task(task, self._processor.by_ref, around, self._log)
        record = self._codec.encode(task["taskId"], items)
        self._pipe.send(Answered(job.id, task["taskId"], task["homePartition"], record))

    def _read(self, job: Job) -> dict[str, Any]:
        schema_id, body = split(job.value)
        if schema_id not in self._writers:
            if job.schema is None:
                raise Unreadable(f"the schema {schema_id} is not known here")
            writer = parsed(job.schema)
            self._writers[schema_id] = None if writer == own("windows") else writer
        return read_task(body, self._writers[schema_id])


def read_task(body: bytes, writer: Any) -> dict[str, Any]:
    """Raises Unreadable."""
    task = decode("windows", body, writer)
    if not task["executions"]:
        raise Unreadable("a task without executions")
    return task


class _Around:
    """See ``Surroundings``. Cancellations are looked for in the pipe when somebody asks: nothing else comes while a job runs."""

    def __init__(self, job: Job, task: Mapping[str, Any], pipe: Connection, codec: AnswerCodec) -> None:
        self.trace = job.trace
        self._job = job
        self._task = task
        self._pipe = pipe
        self._codec = codec
        self._cancellation: Cancellation | None = job.cancellation
        self._told_s = float("-inf")

    def now_us(self) -> int:
        return time.time_ns() // 1_000

    def cpu_ms(self) -> float | None:
        return time.process_time_ns() / 1e6

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None:
        kept = {name: execution[name] for name in ("executionId", "attempt", "timeoutMs")}
        self._pipe.send(
            Starting(
                self._job.id,
                self._task["taskId"],
                self._task["homePartition"],
                kept,
                self.now_us(),
                done[-1] if done else None,
            )
        )

    def ended(self) -> None:
        """The next message tells it."""

    def progress(self, execution: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if now - self._told_s < PROGRESS_INTERVAL_S:
            return
        self._told_s = now
        now_us = self.now_us()
        item = failed_item({**execution, "startedAtUs": now_us, "endedAtUs": now_us}, None)
        record = self._codec.encode(self._task["taskId"], [item], "PROGRESS")
        self._pipe.send(Progressed(self._job.id, self._task["taskId"], self._task["homePartition"], record))

    def cancelled(self, execution_id: str) -> str | None:
        while self._pipe.poll():
            message = self._pipe.recv()
            if isinstance(message, Cancel) and message.job == self._job.id:
                self._cancellation = message.cancellation
        if self._cancellation is None or not self._cancellation.concerns(execution_id):
            return None
        return self._cancellation.reason
