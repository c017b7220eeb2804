"""Jobs in worker processes: what they answer, and what becomes of those that end their process or exceed their limit."""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pool_algorithms import dies, notes, processor, sleeps, spins, works

import windlass as w
from windlass.execution.answer import AnswerCodec, Identity
from windlass.pool.inline_executor import InlineExecutor
from windlass.pool.messages import Answered, Cancellation, CannotRead, Hire, Job, Progressed
from windlass.pool.worker_pool import WorkerPool
from windlass.result_collector import ResultCollector
from windlass.wire.schemas import decode, encode, schema_text, split

DEADLINE_S = 30.0


class Host:
    """The thread that a pool belongs to."""

    def __init__(self) -> None:
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.outcomes: dict[int, Answered | CannotRead] = {}
        self.progress: list[Progressed] = []
        hire = Hire(processor.name, "pool_algorithms", "1", "test", 1, "error", ResultCollector(None))
        codec = AnswerCodec(Identity(processor.name, "1", "test"), 1)
        self.pool = WorkerPool(2, hire, codec, logging.getLogger("test"), self.posted.put, self)
        self.pool.add_schema(7, schema_text("windows"))
        self.pool.start()
        self.until(self.pool.first_ready.is_set)
        self.pool.wait_ready()

    def settled(self, outcome: Answered | CannotRead) -> None:
        assert outcome.job not in self.outcomes, f"job {outcome.job} is settled twice"
        self.outcomes[outcome.job] = outcome

    def progressed(self, progress: Progressed) -> None:
        self.progress.append(progress)

    def freed(self) -> None: ...

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < ends, f"not within {DEADLINE_S} s; there are {self.outcomes}"
            with contextlib.suppress(queue.Empty):
                self.posted.get(timeout=0.02)()
            self.pool.check_limits()

    def run(self, job: int, *algorithms: w.Algorithm[Any], timeout_ms: int = 30_000, metadata: Any = None) -> None:
        task = w.task_for(list(algorithms), window={"metadata": metadata or {}})
        for one in task["executions"]:
            one["timeoutMs"] = timeout_ms
        self.pool.run(Job(job, encode("windows", 7, task), None, {}, None))

    def items(self, job: int) -> list[dict[str, Any]]:
        self.until(lambda: job in self.outcomes)
        outcome = self.outcomes[job]
        assert isinstance(outcome, Answered)
        return list(decode("results", split(outcome.record)[1])["items"])


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    one = Host()
    yield one
    one.pool.close()


def test_a_job_is_answered(host: Host) -> None:
    host.run(1, works)
    (item,) = host.items(1)
    assert (item["result"], item["error"]) == ({"value": 1.5}, None)


def test_who_ends_its_process_fails_alone(host: Host) -> None:
    host.run(2, works, dies)
    host.run(3, works)
    first, second = host.items(2)
    assert first["result"] == {"value": 1.5}
    assert (second["error"]["code"], second["error"]["retryable"]) == ("WORKER_DIED", True)
    assert host.items(3)[0]["error"] is None


def test_a_busy_loop_ends_at_its_limit_and_others_go_on(host: Host) -> None:
    host.run(4, spins, timeout_ms=300)
    host.run(5, works)
    (item,) = host.items(4)
    assert (item["error"]["code"], item["error"]["message"]) == ("TIMEOUT", "start-to-close limit of 300 ms exceeded")
    assert host.items(5)[0]["error"] is None


def test_cancelled_work_hears_of_it(host: Host) -> None:
    host.run(6, sleeps)
    host.until(lambda: any(one.job == 6 for one in host.progress))
    host.pool.cancel(6, Cancellation((), "window withdrawn"))
    (item,) = host.items(6)
    assert (item["error"]["code"], item["error"]["message"]) == ("CANCELLED", "window withdrawn")


def test_cancelled_work_that_does_not_listen_is_ended(host: Host) -> None:
    host.run(7, spins)
    time.sleep(0.3)
    host.pool.cancel(7, Cancellation((), "window withdrawn"))
    assert host.items(7)[0]["error"]["code"] == "CANCELLED"


def test_what_cannot_be_read_is_told(host: Host) -> None:
    host.pool.run(Job(8, b"\0\0\0\0\7garbage", None, {}, None))
    host.until(lambda: 8 in host.outcomes)
    assert isinstance(host.outcomes[8], CannotRead)


def make_quick(host: Host) -> None:
    """As after jobs that took no time: workers are given some at once."""
    host.pool._pace_s = 1e-6
    assert host.pool.slots > 2


def test_quick_jobs_do_not_wait_behind_one_that_takes_long_and_run_once(host: Host, tmp_path: Path) -> None:
    path, jobs = tmp_path / "runs", range(1_001, 1_030)
    make_quick(host)
    host.run(1_000, sleeps)
    for job in jobs:
        host.run(job, notes, metadata={"path": str(path), "job": float(job)})
    host.until(lambda: all(job in host.outcomes for job in jobs))
    assert 1_000 not in host.outcomes
    host.pool.cancel(1_000, Cancellation((), "window withdrawn"))
    assert host.items(1_000)[0]["error"]["code"] == "CANCELLED"
    # Both workers come to what lies behind what was taken back.
    for job in range(1_030, 1_060):
        host.run(job, works)
    host.until(lambda: all(job in host.outcomes for job in range(1_030, 1_060)))
    assert sorted(float(line) for line in path.read_text().split()) == list(jobs)


@pytest.mark.parametrize(("ends", "code"), [(dies, "WORKER_DIED"), (spins, "TIMEOUT")])
def test_what_lies_behind_one_that_ends_its_process_is_run_once_and_answered(
    host: Host, ends: w.Algorithm[Any], code: str
) -> None:
    first = 2_000 if ends is dies else 3_000
    make_quick(host)
    host.run(first + 200, ends, timeout_ms=300)
    behind = range(first + 201, first + 230)
    for job in behind:
        host.run(job, works)
    assert host.items(first + 200)[0]["error"]["code"] == code
    for job in behind:
        assert host.items(job)[0]["error"] is None


def test_cancelled_work_that_has_not_begun_never_does(host: Host) -> None:
    make_quick(host)
    for job in range(4_200, 4_210):
        host.run(job, sleeps)
    for job in range(4_200, 4_210):
        host.pool.cancel(job, Cancellation((), "window withdrawn"))
    for job in range(4_200, 4_210):
        assert host.items(job)[0]["error"]["code"] == "CANCELLED"


def test_whatever_jobs_do_each_is_settled_once_as_it_deserves(host: Host) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    codes = {"works": None, "dies": "WORKER_DIED", "spins": "TIMEOUT", "sleeps": "CANCELLED"}
    kinds = dice.choices((works, dies, spins, sleeps), weights=(40, 1, 1, 2), k=80)
    make_quick(host)
    for at, one in enumerate(kinds):
        host.run(5_000 + at, one, timeout_ms=200 if one is spins else 30_000)
    for at, one in enumerate(kinds):
        if one is sleeps:
            host.pool.cancel(5_000 + at, Cancellation((), "window withdrawn"))
    for at, one in enumerate(kinds):
        (item,) = host.items(5_000 + at)
        found = None if item["error"] is None else item["error"]["code"]
        assert found == codes[one.name], f"job {at}, {one.name}, seed {seed}"


def test_beside_kafka_jobs_are_answered_told_of_and_cancelled() -> None:
    posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    outcomes: dict[int, Answered | CannotRead] = {}
    progress: list[Progressed] = []

    class Events:
        def settled(self, outcome: Answered | CannotRead) -> None:
            outcomes[outcome.job] = outcome

        def progressed(self, one: Progressed) -> None:
            progress.append(one)

        def freed(self) -> None: ...

    codec = AnswerCodec(Identity(processor.name, "1", "test"), 1)
    executor = InlineExecutor(
        processor.by_ref, codec, ResultCollector(None), logging.getLogger("test"), posted.put, Events()
    )
    executor.add_schema(7, schema_text("windows"))
    executor.add_schema(8, "no schema")
    executor.run(Job(1, encode("windows", 7, w.task_for(works)), None, {}, None))
    executor.run(Job(2, encode("windows", 8, w.task_for(works)), None, {}, None))
    executor.run(Job(3, encode("windows", 7, w.task_for(sleeps)), None, {}, None))
    while not progress:
        posted.get(timeout=DEADLINE_S)()
    executor.cancel(3, Cancellation((), "window withdrawn"))
    while 3 not in outcomes:
        posted.get(timeout=DEADLINE_S)()
    executor.close()
    assert isinstance(outcomes[1], Answered)
    assert isinstance(outcomes[2], CannotRead)
    assert isinstance(outcomes[3], Answered)
    assert decode("results", split(outcomes[3].record)[1])["items"][0]["error"]["code"] == "CANCELLED"


def test_many_jobs_are_all_answered(host: Host) -> None:
    for job in range(100, 400):
        host.run(job, works)
    host.until(lambda: all(job in host.outcomes for job in range(100, 400)))
