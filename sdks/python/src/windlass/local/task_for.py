"""A task as the hub would send it, to try an algorithm in a test or a notebook."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..definition.algorithm import Algorithm
from ..definition.dependency import Dependency
from ..definition.duration import duration_us
from ..definition.window_type import bindings_of
from ..wire.value import to_value

_SECOND_US = 1_000_000


def task_for(
    target: Algorithm[Any] | Sequence[Algorithm[Any]],
    *,
    window: Mapping[str, Any] | None = None,
    signals: Sequence[Mapping[str, Any]] | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """For one algorithm, or for a chain in the order given.

    ``window``: fields of the record ``Pane`` that differ from a window of one second from 0, on time, of the first bound type.
    ``signals``: each with ``eventTimeUs`` and ``values`` at least. ``inputs``: by the names in ``needs``; lists for ``previous``,
    ``children`` and ``members``, oldest first.
    """
    algorithms = [target] if isinstance(target, Algorithm) else list(target)
    pane = _pane(algorithms[0], window or {}, signals)
    return {
        "taskId": str(uuid.uuid4()),
        "pane": pane,
        "homePartition": 0,
        "executions": [_execution(one) for one in algorithms],
        "inputs": [
            task_input
            for one in algorithms
            for name, need in one.needs.items()
            if inputs is not None and name in inputs
            for task_input in _inputs(need, inputs[name], pane)
        ],
    }


def _execution(algorithm: Algorithm[Any]) -> dict[str, Any]:
    return {
        "executionId": uuid.uuid4().hex,
        "algorithm": algorithm.ref,
        "run": 1,
        "attempt": 1,
        "timeoutMs": 60_000 if algorithm.timeout is None else duration_us(algorithm.timeout) // 1_000,
        "after": [],
        "resolved": [],
        "withheld": [],
    }


def _pane(
    algorithm: Algorithm[Any], window: Mapping[str, Any], signals: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any]:
    start_us = window.get("startUs", 0)
    kept = [_signal(one) for one in signals or ()]
    return {
        "windowId": uuid.uuid4().hex,
        "generation": 0,
        "version": 1,
        "windowType": str(bindings_of(algorithm.on)[0].window_type),
        "key": "source",
        "startUs": start_us,
        "endUs": start_us + _SECOND_US,
        "revision": 0,
        "timing": "ON_TIME",
        "isFinal": False,
        "elements": len(kept),
        "added": len(kept),
        "completeness": None,
        "gapUs": None,
        "watermarkUs": None,
        "parentWindowId": None,
        "previous": [],
        "metadata": {},
        "signals": None if signals is None else kept,
        "openedBy": None,
        "depth": 0,
        "dagRevision": 1,
        "policyRevision": 1,
        "lane": "TRY",
        "firedAtUs": start_us + _SECOND_US,
        "source": None,
        **window,
    }


def _signal(signal: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": "sample",
        "phase": "POINT",
        "count": 1,
        "correlation": None,
        "metadata": {},
        **signal,
    }


def _inputs(need: Dependency[Any], given: Any, pane: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = [given] if need.is_single else list(given)
    length = pane["endUs"] - pane["startUs"]
    # Previous windows tile up to this one; children tile it; the others are it, or hold it.
    part = length // max(1, len(given)) if need.kind == "children" else length
    back = {"previous": len(given), "children": 0}.get(need.kind, 0)
    step = 1 if need.kind in ("previous", "children") else 0
    return [
        {
            "algorithm": need.algorithm.ref,
            "relation": need.relation,
            "executionId": uuid.uuid4().hex,
            "windowId": pane["windowId"] if need.kind == "same" else uuid.uuid4().hex,
            "generation": pane["generation"],
            "revision": 0,
            "startUs": pane["startUs"] + (at * step - back) * part,
            "endUs": pane["startUs"] + (at * step - back + 1) * part,
            "isFinal": False,
            "metadata": {},
            "result": to_value(value),
            "reference": None,
            "completeness": None,
            "key": None,
        }
        for at, value in enumerate(given)
    ]
