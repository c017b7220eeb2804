"""Results that travel by reference are fetched before the execution that is given them begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..definition.algorithm import Algorithm
from .task_inputs import TaskInputs

if TYPE_CHECKING:
    from .run_task import Surroundings


class ReferredResults(Protocol):
    def fetch(self, reference: str, until_s: float, is_cancelled: Callable[[], bool]) -> Any:
        """The record ``Value``. Tries until it is there, or the time of the monotonic clock, or the execution is cancelled.

        Raises OSError with what was wrong last; at once when no further try helps.
        """


def fetch_inputs(
    inputs: TaskInputs, execution: Mapping[str, Any], algorithm: Algorithm[Any], around: Surroundings
) -> str | None:
    """For at most as long as the execution may work itself, whose own limit runs from then on.

    Ends early when it is cancelled. What could not be fetched, and why; None: nothing.
    """
    referred = inputs.referred(algorithm.needs, execution)
    if not referred:
        return None
    around.fetching()
    until_s = time.monotonic() + execution["timeoutMs"] / 1_000

    def is_cancelled() -> bool:
        return around.cancelled(execution["executionId"]) is not None

    for one in referred:
        try:
            inputs.fetched(one, around.referred.fetch(one["reference"] or "", until_s, is_cancelled))
        except OSError as error:
            if is_cancelled():
                return None
            return f"the result of {one['algorithm']} on window {one['windowId']}: {error}"
    return None
