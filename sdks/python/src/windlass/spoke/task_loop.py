"""From tasks on the window topic to answers on the result topic.

Redelivery: a task runs again and is answered again, which the hub drops. A crash repeats what was not committed. A poison record is answered
from its headers or dead-lettered. Back-pressure: partitions pause while too much is unfinished. One thread does all of it.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..execution.answer_error import answer_error
from ..kafka.headers import ID, header_text, trace_of
from ..kafka.task_source import Position
from ..log import told
from ..pool.messages import Answered, Cancellation, CannotRead, Job, Progressed
from ..scheduling.intake import Entry, Intake, Progress, Turn
from ..scheduling.take_over import POISON_DEATHS, Claim, TakeOver
from ..wire.schemas import Unreadable, split
from .answers import Answers
from .schema_registry import SchemaRegistry

COMMIT_INTERVAL_S = 0.1
REMEMBERED_CANCELLATIONS = 10_000
RETRY_S = 0.5


class Steering(Protocol):
    """The part of the window topic's consumer that the loop steers."""

    def pause(self, partitions: Sequence[int]) -> None: ...

    def resume(self, partitions: Sequence[int]) -> None: ...

    def commit(self, positions: Sequence[Position], done: Callable[[bool], None]) -> None: ...


class Executor(Protocol):
    @property
    def slots(self) -> int: ...

    def run(self, job: Job) -> None: ...

    def cancel(self, job_id: int, cancellation: Cancellation) -> None: ...

    def add_schema(self, schema_id: int, schema: str) -> None: ...


class TaskLoop:
    def __init__(
        self, *, executor: Executor, answers: Answers, registry: SchemaRegistry, holder: str, log: logging.Logger
    ) -> None:
        self._executor = executor
        self._answers = answers
        self._registry = registry
        self._holder = holder
        self._log = log
        self._intake = Intake()
        self._turns: dict[int, Turn] = {}
        self._jobs: dict[str, int] = {}
        self._cancelled: OrderedDict[str, Cancellation] = OrderedDict()
        self._schemas: set[int] = set()
        #: Tasks whose schema could not be fetched: when they are tried again, by the monotonic clock.
        self._stuck: list[tuple[float, Turn]] = []
        self._steering: Steering | None = None
        self._last_job = 0
        self._is_draining = False
        self._commit_at_s: float | None = None

    def steer(self, steering: Steering) -> None:
        """Before the first task."""
        self._steering = steering

    @property
    def in_flight(self) -> int:
        return self._intake.running

    @property
    def lag(self) -> int | None:
        return self._intake.lag

    def taken(self, partition: int, taken: TakeOver) -> None:
        self._intake.take(partition, taken)

    def lost(self, partition: int) -> None:
        self._intake.lose(partition)

    def received(self, partition: int, messages: Sequence[Any], end_offset: int) -> None:
        if self._is_draining:
            return
        self._intake.add(partition, [_entry(partition, message) for message in messages], end_offset)
        self._flow()
        self._pump()

    def cancel(self, control: dict[str, Any]) -> None:
        task_id = control["taskId"]
        cancellation = Cancellation(tuple(control["executionIds"]), control["reason"])
        self._cancelled.pop(task_id, None)
        self._cancelled[task_id] = cancellation
        if len(self._cancelled) > REMEMBERED_CANCELLATIONS:
            self._cancelled.popitem(last=False)
        job = self._jobs.get(task_id)
        if job is not None:
            self._executor.cancel(job, cancellation)

    def settled(self, outcome: Answered | CannotRead) -> None:
        """A job has ended."""
        turn = self._turns.pop(outcome.job, None)
        if turn is None:
            return
        self._release(turn, outcome.job)
        if isinstance(outcome, Answered):
            self._answers.send(
                turn.entry, outcome.task_id, outcome.home_partition, outcome.record, lambda: self._finish(turn)
            )
        else:
            self._answer_error(turn, "BAD_TASK", outcome.message)
        self._pump()

    def progressed(self, progress: Progressed) -> None:
        """Long work is alive: told to the hub, with the task's own address."""
        turn = self._turns.get(progress.job)
        if turn is not None:
            self._answers.send(turn.entry, progress.task_id, progress.home_partition, progress.record)

    def freed(self) -> None:
        self._pump()

    def tick(self) -> None:
        """Some times a second."""
        now = time.monotonic()
        if self._commit_at_s is not None and now >= self._commit_at_s and not self._is_draining:
            self._commit_at_s = None
            self._commit(self._intake.uncommitted())
        ready = [turn for at, turn in self._stuck if now >= at]
        self._stuck = [one for one in self._stuck if now < one[0]]
        for turn in ready:
            self._start(turn)

    def drain(self) -> None:
        """Starts nothing more."""
        self._is_draining = True

    @property
    def is_idle(self) -> bool:
        return not self._turns

    def handed_back(self) -> list[Position]:
        """What has not run stays uncommitted; whoever takes a partition over knows that nobody died."""
        return [_position(one, "") for one in self._intake.positions()]

    def _pump(self) -> None:
        while not self._is_draining:
            turn = self._intake.next(self._executor.slots)
            if turn is None:
                return
            self._start(turn)

    def _start(self, turn: Turn) -> None:
        if turn.deaths >= POISON_DEATHS:
            self._release(turn, None)
            self._answer_error(turn, "POISONED", f"the task has ended its process {POISON_DEATHS} times")
            return
        if turn.alone:
            self._announce(turn)
        else:
            self._begin(turn)

    def _begin(self, turn: Turn) -> None:
        entry = turn.entry
        try:
            schema = self._schema_of(entry.value)
        except Unreadable as error:
            self._release(turn, None)
            self._answer_error(turn, "BAD_TASK", str(error))
            return
        except OSError as error:
            self._log.warning("cannot read a schema, trying again: %s", error)
            self._stuck.append((time.monotonic() + RETRY_S, turn))
            return
        if schema is not None:
            self._executor.add_schema(*schema)
        self._last_job += 1
        self._turns[self._last_job] = turn
        cancellation = None
        if entry.task_id is not None:
            self._jobs[entry.task_id] = self._last_job
            cancellation = self._cancelled.get(entry.task_id)
        assert entry.value is not None
        self._executor.run(Job(self._last_job, entry.value, None, trace_of(entry.headers), cancellation))

    def _schema_of(self, value: bytes | None) -> tuple[int, str] | None:
        """A schema that the executor does not know. Raises Unreadable; OSError when the registry is down."""
        schema_id, _ = split(value)
        if schema_id in self._schemas:
            return None
        schema = self._registry.schema(schema_id)
        self._schemas.add(schema_id)
        return schema_id, schema

    def _announce(self, turn: Turn) -> None:
        """Kafka knows that this task is run alone before it is: its next death is its own."""
        entry = turn.entry

        def told_of(is_committed: bool) -> None:
            if is_committed:
                self._begin(turn)
            else:
                self._stuck.append((time.monotonic() + RETRY_S, turn))

        claim = Claim(self._holder, turn.deaths, alone=True)
        self._source().commit([Position(entry.partition, entry.offset, claim)], told_of)

    def _release(self, turn: Turn, job: int | None) -> None:
        task_id = turn.entry.task_id
        if task_id is not None and job is not None and self._jobs.get(task_id) == job:
            del self._jobs[task_id]
        self._intake.ran(turn)

    def _answer_error(self, turn: Turn, code: Any, message: str) -> None:
        error = answer_error(code, message)
        entry = turn.entry
        fields = told(partition=entry.partition, offset=entry.offset, code=code, reason=message)
        self._log.error("a task cannot be run", extra=fields)
        self._answers.send_error(entry, error, lambda: self._finish(turn))

    def _finish(self, turn: Turn) -> None:
        if self._intake.finish(turn) and self._commit_at_s is None:
            self._commit_at_s = time.monotonic() + COMMIT_INTERVAL_S
        if self._intake.is_paused:
            self._flow()
        if turn.alone:
            self._pump()

    def _flow(self) -> None:
        pause, resume = self._intake.flow()
        if pause:
            self._source().pause(pause)
        if resume:
            self._source().resume(resume)

    def _source(self) -> Steering:
        assert self._steering is not None, "steer comes before the first task"
        return self._steering

    def _commit(self, progress: Sequence[Progress]) -> None:
        """Where it fails, which a rebalance also does, the positions are committed with the next."""

        def told_of(is_committed: bool) -> None:
            if is_committed:
                self._intake.committed(list(progress))
            if self._commit_at_s is None and self._intake.uncommitted():
                self._commit_at_s = time.monotonic() + COMMIT_INTERVAL_S

        if progress:
            self._source().commit([_position(one, self._holder) for one in progress], told_of)


def _position(one: Progress, holder: str) -> Position:
    return Position(one.partition, one.offset, Claim(holder, one.deaths, alone=False))


def _entry(partition: int, message: Any) -> Entry:
    headers = message.headers() or []
    key, value = message.key(), message.value()
    return Entry(
        partition=partition,
        offset=message.offset(),
        key=(key or b"").decode("utf-8", "replace"),
        size=len(value or b""),
        value=value,
        raw_key=key,
        headers=headers,
        task_id=header_text(headers, ID),
    )
