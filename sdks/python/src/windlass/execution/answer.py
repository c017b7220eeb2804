"""Result records of one instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..wire import limits
from ..wire.schemas import encode
from .answer_error import answer_error


@dataclass(frozen=True)
class Identity:
    """Who answers. ``instance``: this process; unique."""

    processor: str
    processor_version: str
    instance: str


@dataclass(frozen=True)
class AnswerCodec:
    """``schema_id``: of the results' current schema."""

    identity: Identity
    schema_id: int

    def encode(
        self, task_id: str, items: Sequence[Mapping[str, Any]], kind: Literal["RESULT", "PROGRESS"] = "RESULT"
    ) -> bytes:
        """A record that would be too large ends with the first item that no longer fits, failed as PAYLOAD_TOO_LARGE."""
        record = encode(
            "results",
            self.schema_id,
            {
                "taskId": task_id,
                "kind": kind,
                "items": list(items),
                "processor": self.identity.processor,
                "processorVersion": self.identity.processor_version,
                "instance": self.identity.instance,
            },
        )
        if len(record) <= limits.RECORD_BYTES or not items:
            return record
        last = items[-1]
        is_cut = last["error"] is not None and last["error"]["code"] == "PAYLOAD_TOO_LARGE"
        fitting = list(items[: -2 if is_cut else -1])
        message = f"result record of {len(record)} bytes, limit recordBytes is {limits.RECORD_BYTES}"
        error = answer_error("PAYLOAD_TOO_LARGE", message)
        return self.encode(task_id, [*fitting, failed_item(items[len(fitting)], error)], kind)


def failed_item(item: Mapping[str, Any], error: Mapping[str, Any] | None) -> dict[str, Any]:
    """An item that says only why there is no result."""
    kept = {name: item[name] for name in ("executionId", "attempt", "startedAtUs", "endedAtUs")}
    return {**kept, "result": None, "error": error, "emissions": [], "cpuMs": None}
