"""Runs a task's executions in order, up to the first that fails: what follows it is a new task of the hub."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..definition.algorithm import Algorithm
from ..wire import limits
from ..wire.depth import TOO_DEEP, is_too_deep
from ..wire.schemas import encoded_size
from ..wire.value import to_value
from .answer import failed_item
from .answer_error import AnswerFault, answer_error, raised_error
from .conform import conform
from .context import Context, SourceAttributes, Window
from .emissions import Emissions
from .fetch_inputs import ReferredResults, fetch_inputs
from .task_inputs import TaskInputs


class Surroundings(Protocol):
    """What surrounds a running task: a worker process, or a local run."""

    #: W3C trace context of the task: ``traceparent`` and, where there is one, ``tracestate``.
    trace: Mapping[str, str]
    #: Where results are that travel by reference.
    referred: ReferredResults

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC."""

    def cpu_ms(self) -> float | None:
        """CPU time used so far; None where it cannot be told apart from other work."""

    def fetching(self) -> None:
        """What the next execution is given by reference is fetched: no limit runs."""

    def starting(self, execution: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> None:
        """Its start-to-close limit runs from here. ``done``: the items of the chain so far."""

    def ended(self) -> None:
        """Its limit no longer runs."""

    def progress(self, execution: Mapping[str, Any]) -> None: ...

    def cancelled(self, execution_id: str) -> str | None:
        """Why the hub cancelled it; None: it did not."""


def run_task(
    task: Mapping[str, Any],
    algorithms: Mapping[str, Algorithm[Any]],
    around: Surroundings,
    log: logging.Logger,
) -> list[dict[str, Any]]:
    """Items of a result record; at least one. Never raises for what an algorithm does."""
    inputs = TaskInputs(task)
    items: list[dict[str, Any]] = []
    for execution in task["executions"]:
        algorithm = algorithms.get(execution["algorithm"])
        started_us = around.now_us()
        missing = None if algorithm is None else fetch_inputs(inputs, execution, algorithm, around)
        if missing is not None:
            error = answer_error("INPUT_UNAVAILABLE", missing)
            items.append(failed_item({**execution, "startedAtUs": started_us, "endedAtUs": around.now_us()}, error))
            break
        around.starting(execution, items)
        item = _run(task, execution, algorithm, inputs, around, log, started_us)
        around.ended()
        items.append(item)
        if item["error"] is not None:
            break
    return items


def _run(
    task: Mapping[str, Any],
    execution: Mapping[str, Any],
    algorithm: Algorithm[Any] | None,
    inputs: TaskInputs,
    around: Surroundings,
    log: logging.Logger,
    started_us: int,
) -> dict[str, Any]:
    cpu_before = around.cpu_ms()

    def item(result: Any = None, error: Any = None, emissions: Sequence[Any] = ()) -> dict[str, Any]:
        cpu_after = around.cpu_ms()
        return {
            "executionId": execution["executionId"],
            "attempt": execution["attempt"],
            "result": result,
            "error": error,
            "emissions": list(emissions),
            "startedAtUs": started_us,
            "endedAtUs": around.now_us(),
            "cpuMs": None if cpu_before is None or cpu_after is None else cpu_after - cpu_before,
        }

    def cancelled() -> dict[str, Any] | None:
        reason = around.cancelled(execution["executionId"])
        return None if reason is None else item(error=answer_error("CANCELLED", reason))

    if algorithm is None:
        return item(error=answer_error("NOT_HERE", f"{execution['algorithm']} is not an algorithm of this instance"))
    before = cancelled()
    if before is not None:
        return before
    emissions = Emissions(task["pane"]["key"], algorithm.emits)
    try:
        returned = algorithm(_context(task, execution, algorithm, inputs, around, emissions, log))
        if inspect.isawaitable(returned):
            returned = asyncio.run(_awaited(returned))
        if is_too_deep(returned):
            raise AnswerFault("BAD_RESULT", TOO_DEEP)
        value = conform(algorithm.result, returned)
        result = to_value(value)
        _check_size(algorithm, result)
        inputs.made(execution["algorithm"], value)
    except Exception as raised:
        return cancelled() or item(error=raised_error(raised))
    return cancelled() or item(result=result, emissions=emissions.items)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _check_size(algorithm: Algorithm[Any], result: Mapping[str, Any]) -> None:
    length = encoded_size(result)
    name, most = "resultBytes", limits.RESULT_BYTES
    if algorithm.max_result_bytes is not None and algorithm.max_result_bytes < most:
        name, most = "maxResultBytes", algorithm.max_result_bytes
    if length > most:
        raise AnswerFault("PAYLOAD_TOO_LARGE", f"result of {length} bytes, limit {name} is {most}")


def _context(
    task: Mapping[str, Any],
    execution: Mapping[str, Any],
    algorithm: Algorithm[Any],
    inputs: TaskInputs,
    around: Surroundings,
    emissions: Emissions,
    log: logging.Logger,
) -> Context:
    pane = task["pane"]
    execution_id = execution["executionId"]
    fields = {"algorithm": algorithm.ref, "executionId": execution_id, "key": pane["key"], "windowId": pane["windowId"]}
    return Context(
        window=window_of(pane),
        signals=inputs.signals,
        inputs=inputs.of(algorithm.needs, execution),
        execution_id=execution_id,
        attempt=execution["attempt"],
        trace=around.trace,
        log=logging.LoggerAdapter(log, {"windlass": fields}),
        _needs=algorithm.needs,
        _emit=emissions.add,
        _progress=lambda: around.progress(execution),
        _cancelled=lambda: around.cancelled(execution_id),
    )


def window_of(pane: Mapping[str, Any]) -> Window:
    source = pane["source"]
    return Window(
        window_id=pane["windowId"],
        window_type=pane["windowType"],
        key=pane["key"],
        start_us=pane["startUs"],
        end_us=pane["endUs"],
        generation=pane["generation"],
        revision=pane["revision"],
        timing=pane["timing"],
        is_final=pane["isFinal"],
        elements=pane["elements"],
        added=pane["added"],
        completeness=pane["completeness"],
        gap_us=pane["gapUs"],
        watermark_us=pane["watermarkUs"],
        parent_window_id=pane["parentWindowId"],
        metadata=pane["metadata"],
        source=None if source is None else SourceAttributes(**source),
        lane=pane["lane"],
    )
