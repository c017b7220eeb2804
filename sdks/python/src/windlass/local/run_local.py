"""Runs a task here and now, without servers."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from ..definition.algorithm import Algorithm
from ..definition.processor import Processor
from ..errors import AlgorithmFailed, DefinitionError
from ..execution.fetch_inputs import ReferredResults
from ..execution.run_task import run_task
from ..result_collector import Nowhere
from ..wire.schemas import decode, split
from ..wire.value import from_value
from .recorded import task_of_json

T = TypeVar("T")
Task = Mapping[str, Any]


@dataclass(frozen=True)
class LocalResult(Generic[T]):
    """What one algorithm answered. ``error``: as the hub would be told; ``value`` is None then."""

    algorithm: str
    answer: T | None
    error: Mapping[str, Any] | None
    emissions: Sequence[Mapping[str, Any]]

    @property
    def value(self) -> T:
        """Raises AlgorithmFailed when there is none."""
        if self.error is not None:
            told = self.error["stack"] or f"{self.error['class']}: {self.error['message']}"
            raise AlgorithmFailed(f"{self.algorithm} failed\n{told}", self.error)
        return self.answer  # type: ignore[return-value]


class _Here:
    trace: Mapping[str, str] = {}
    referred: ReferredResults = Nowhere()

    def now_us(self) -> int:
        return time.time_ns() // 1_000

    def cpu_ms(self) -> float | None:
        return None

    def fetching(self) -> None: ...

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None: ...

    def ended(self) -> None: ...

    def progress(self, execution: Mapping[str, Any]) -> None: ...

    def cancelled(self, execution_id: str) -> str | None:
        return None


def as_task(task: Task | bytes | str | Path) -> Task:
    """A task as made by ``task_for``, the bytes of a record, or a file that ``windlass task save`` wrote."""
    if isinstance(task, (bytes, bytearray)):
        return decode("windows", split(bytes(task))[1])
    if isinstance(task, (str, Path)):
        return task_of_json(json.loads(Path(task).read_text("utf-8")))
    return task


@overload
def run_local(target: Algorithm[T], task: Task | bytes | str | Path) -> LocalResult[T]: ...
@overload
def run_local(
    target: Processor | Sequence[Algorithm[Any]], task: Task | bytes | str | Path
) -> list[LocalResult[Any]]: ...
def run_local(target: Any, task: Task | bytes | str | Path) -> Any:
    """Of an algorithm its own execution is run; of a processor or several algorithms the task's chain, up to its first failure.

    Values pass through the same encoding as in production; limits of time are not kept. Raises DefinitionError when the task has no
    execution of the algorithm.
    """
    given = as_task(task)
    if isinstance(target, Algorithm):
        executions = [one for one in given["executions"] if one["algorithm"] == target.ref]
        if not executions:
            raise DefinitionError(f"the task has no execution of {target.ref}")
        return _run([target], {**given, "executions": executions})[0]
    return _run(target.algorithms if isinstance(target, Processor) else target, given)


def _run(algorithms: Sequence[Algorithm[Any]], task: Task) -> list[LocalResult[Any]]:
    items = run_task(task, {one.ref: one for one in algorithms}, _Here(), logging.getLogger("windlass.local"))
    return [
        LocalResult(
            algorithm=execution["algorithm"],
            answer=None if item["result"] is None else from_value(item["result"]),
            error=item["error"],
            emissions=item["emissions"],
        )
        for item, execution in zip(items, task["executions"], strict=False)
    ]
