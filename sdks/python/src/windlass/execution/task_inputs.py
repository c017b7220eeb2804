"""The signals and results a task brings, and the results its own chain has made so far, as algorithms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definition.dependency import Dependency
from ..errors import NonRetryableError
from ..wire.value import from_value
from .conform_avro import read_avro
from .context import Input, Signals


@dataclass(frozen=True)
class _Given:
    """A need, and what it stands for in one execution of a task."""

    name: str
    need: Dependency[Any]
    ref: str
    withheld: frozenset[str]


def _given(needs: Mapping[str, Dependency[Any]], execution: Mapping[str, Any]) -> list[_Given]:
    resolved = {one["asked"]: one["algorithm"] for one in execution["resolved"]}
    withheld = {one["dependency"]: frozenset(one["executionIds"]) for one in execution["withheld"]}
    return [
        _Given(name, need, resolved.get(need.algorithm.ref, need.algorithm.ref), withheld.get(place, frozenset()))
        for place, (name, need) in enumerate(needs.items())
    ]


class TaskInputs:
    def __init__(self, task: Mapping[str, Any]) -> None:
        self._pane = task["pane"]
        #: What the window kept; the same for all executions.
        self.signals = Signals(task["pane"]["signals"] or ())
        self._brought: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._made: dict[str, Any] = {}
        #: By execution: what came by reference.
        self._fetched: dict[str, Any] = {}
        for one in task["inputs"]:
            self._brought.setdefault((one["relation"], one["algorithm"]), []).append(one)

    def made(self, algorithm: str, value: Any) -> None:
        """An earlier algorithm of the chain has answered."""
        self._made[algorithm] = value

    def referred(self, needs: Mapping[str, Dependency[Any]], execution: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Those of an execution's inputs that travel by reference and have not come yet."""
        brought = [one for given in _given(needs, execution) for one in self._brings(given)]
        return [one for one in brought if one["result"] is None and one["executionId"] not in self._fetched]

    def fetched(self, one: Mapping[str, Any], value: Any) -> None:
        """One that travels by reference has come; ``value`` is the record ``Value``."""
        self._fetched[one["executionId"]] = value

    def of(self, needs: Mapping[str, Dependency[Any]], execution: Mapping[str, Any]) -> dict[str, Any]:
        """Raises NonRetryableError when an input that must be there is not."""
        return {given.name: self._input(given) for given in _given(needs, execution)}

    def _input(self, given: _Given) -> Any:
        need = given.need
        if self._is_made(given):
            return _as_read(need, self._made[given.ref])
        found = self._brings(given)
        if not need.is_single:
            return [self._listed(need, one) for one in found]
        if found:
            return _as_read(need, self._value_of(found[0]))
        if need.may_lack:
            return None
        raise NonRetryableError(f"the task does not bring the input {given.name!r}, which must be there")

    def _is_made(self, given: _Given) -> bool:
        return given.need.kind == "same" and given.ref in self._made

    def _brings(self, given: _Given) -> list[Mapping[str, Any]]:
        """What the task brings for a need; nothing where its own chain has made it."""
        need = given.need
        if self._is_made(given):
            return []
        all_of = self._brought.get((need.relation, given.ref), ())
        found = [one for one in all_of if one["executionId"] not in given.withheld]
        if need.is_single:
            return found[-1:]
        return self._previous(need, found) if need.kind == "previous" else found

    def _value_of(self, one: Mapping[str, Any]) -> Any:
        result = one["result"]
        return from_value(self._fetched[one["executionId"]] if result is None else result)

    def _listed(self, need: Dependency[Any], one: Mapping[str, Any]) -> Input[Any]:
        return _input_of(one, _as_read(need, self._value_of(one)))

    def _previous(self, need: Dependency[Any], found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Two algorithms of one task may look back differently far; the pane tells which windows each means."""
        for named in self._pane["previous"]:
            if named["dependency"] == need.previous_key:
                ids = frozenset(named["windowIds"])
                return [one for one in found if one["windowId"] in ids]
        return found[-need.count :] if need.count is not None else found


def _as_read(need: Dependency[Any], value: Any) -> Any:
    reads = need.algorithm.reads
    return value if reads is None or reads.avro is None else read_avro(reads.avro, value, need.algorithm.ref)


def _input_of(one: Mapping[str, Any], value: Any) -> Input[Any]:
    return Input(
        value=value,
        source=one["key"],
        window_id=one["windowId"],
        generation=one["generation"],
        revision=one["revision"],
        start_us=one["startUs"],
        end_us=one["endUs"],
        is_final=one["isFinal"],
        completeness=one["completeness"],
        metadata=one["metadata"],
    )
