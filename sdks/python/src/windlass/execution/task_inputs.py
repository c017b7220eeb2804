"""The results a task brings, and those its own chain has made so far, as algorithms see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definition.dependency import Dependency
from ..errors import NonRetryableError
from ..wire.value import from_value
from .conform_avro import read_avro
from .context import Input


class TaskInputs:
    def __init__(self, task: Mapping[str, Any]) -> None:
        self._pane = task["pane"]
        self._brought: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._made: dict[str, Any] = {}
        for one in task["inputs"]:
            self._brought.setdefault((one["relation"], one["algorithm"]), []).append(one)

    def made(self, algorithm: str, value: Any) -> None:
        """An earlier algorithm of the chain has answered."""
        self._made[algorithm] = value

    def of(self, needs: Mapping[str, Dependency[Any]], execution: Mapping[str, Any]) -> dict[str, Any]:
        """Raises NonRetryableError when an input that must be there is not, or travels by reference."""
        resolved = {one["asked"]: one["algorithm"] for one in execution["resolved"]}
        withheld = {one["dependency"]: frozenset(one["executionIds"]) for one in execution["withheld"]}
        return {
            name: self._input(
                name, need, resolved.get(need.algorithm.ref, need.algorithm.ref), withheld.get(place, frozenset())
            )
            for place, (name, need) in enumerate(needs.items())
        }

    def _input(self, name: str, need: Dependency[Any], ref: str, withheld: frozenset[str]) -> Any:
        if need.kind == "same" and ref in self._made:
            return _as_read(need, self._made[ref])
        found = [one for one in self._brought.get((need.relation, ref), ()) if one["executionId"] not in withheld]
        if need.is_single:
            if found:
                return _as_read(need, _value_of(found[-1]))
            if need.may_lack:
                return None
            raise NonRetryableError(f"the task does not bring the input {name!r}, which must be there")
        if need.kind == "previous":
            found = self._previous(need, found)
        return [_input_of(need, one) for one in found]

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


def _value_of(one: Mapping[str, Any]) -> Any:
    if one["result"] is None:
        raise NonRetryableError(
            f"the result of {one['algorithm']} on window {one['windowId']} travels by reference ({one['reference']}), "
            "which this SDK cannot read"
        )
    return from_value(one["result"])


def _input_of(need: Dependency[Any], one: Mapping[str, Any]) -> Input[Any]:
    return Input(
        value=_as_read(need, _value_of(one)),
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
