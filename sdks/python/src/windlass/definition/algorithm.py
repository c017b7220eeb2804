"""An algorithm: what it is, what it needs, and the function that computes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import DefinitionError
from ..wire.names import NAME_RULE, is_name
from .dependency import Dependency, Needs, as_dependency
from .duration import duration_text
from .result_type import ResultType
from .window_type import On, WindowType, bindings_of

if TYPE_CHECKING:
    from ..execution.context import Context
    from ..local.run_local import LocalResult

T = TypeVar("T")
Handler = Callable[["Context"], T | Awaitable[T]]


def check_name(what: str, text: str) -> str:
    """Raises DefinitionError unless it is a name of the hub's."""
    if not is_name(text):
        raise DefinitionError(f"{what} {text!r} is no name: {NAME_RULE}")
    return text


@dataclass(frozen=True)
class Retry:
    """What becomes of a failed attempt; what is None, the hub decides. Names are error classes or codes (``TIMEOUT``)."""

    attempts: int | None = None
    backoff: str | timedelta | None = None
    backoff_factor: float | None = None
    max_backoff: str | timedelta | None = None
    jitter: float | None = None
    non_retryable: Sequence[str] | None = None
    retryable: Sequence[str] | None = None

    def to_json(self) -> dict[str, Any]:
        told = {
            "attempts": self.attempts,
            "backoff": duration_text(self.backoff),
            "backoffFactor": self.backoff_factor,
            "maxBackoff": duration_text(self.max_backoff),
            "jitter": self.jitter,
            "nonRetryable": None if self.non_retryable is None else list(self.non_retryable),
            "retryable": None if self.retryable is None else list(self.retryable),
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, eq=False)
class Algorithm(Generic[T]):
    """A declared algorithm. Calling it calls the function it was made of."""

    name: str
    version: str
    on: On
    result: ResultType[T]
    function: Handler[T]
    needs: Mapping[str, Dependency[Any]] = field(default_factory=dict)
    emits: Sequence[str] = ()
    timeout: str | timedelta | None = None
    schedule_to_close: str | timedelta | None = None
    retry: Retry | None = None
    max_result_bytes: int | None = None

    @property
    def ref(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def reads(self) -> ResultType[T]:
        return self.result

    def __call__(self, context: Context) -> T | Awaitable[T]:
        return self.function(context)

    def run_local(self, task: Any) -> LocalResult[T]:
        """Runs a task here and now, without servers: one made by ``task_for``, or a recorded one. See ``run_local``."""
        from ..local.run_local import run_local

        return run_local(self, task)

    def to_json(self) -> dict[str, Any]:
        """As the registration tells it; what is left out, the hub decides."""
        told: dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            "windows": [binding.to_json() for binding in bindings_of(self.on)],
            "dependencies": [need.to_json() for need in self.needs.values()],
            "result": self.result.to_json(),
            "emits": list(self.emits),
            "timeout": duration_text(self.timeout),
            "scheduleToClose": duration_text(self.schedule_to_close),
            "retry": None if self.retry is None else self.retry.to_json(),
            "maxResultBytes": self.max_result_bytes,
        }
        return {name: value for name, value in told.items() if value is not None}


def algorithm(
    *,
    on: On,
    result: ResultType[T],
    name: str | None = None,
    version: str = "1",
    needs: Needs | None = None,
    emits: Sequence[str | WindowType[Any]] = (),
    timeout: str | timedelta | None = None,
    schedule_to_close: str | timedelta | None = None,
    retry: Retry | None = None,
    max_result_bytes: int | None = None,
) -> Callable[[Handler[T]], Algorithm[T]]:
    """Declares the function below it as an algorithm; without ``name`` it has the function's, with ``-`` for ``_``.

    The function may be plain or async, runs in a process of its own, and should depend on nothing but its context: the same task may be
    run again after a crash, and its result must be the same. ``timeout``: start-to-close limit of one attempt; work that exceeds it is
    ended. ``schedule_to_close``: of a run from its opening to its outcome, kept by the hub.

    Raises DefinitionError.
    """

    def declare(function: Handler[T]) -> Algorithm[T]:
        called = check_name("algorithm", name or function.__name__.strip("_").replace("_", "-"))
        if result.optional:
            mend = "use optional(…) for a field of struct(…), or nothing()"
            raise DefinitionError(f"{called}@{version}: a result as a whole is never None; {mend}")
        return Algorithm(
            name=called,
            version=str(version),
            on=on,
            result=result,
            function=function,
            needs={local: as_dependency(need) for local, need in (needs or {}).items()},
            emits=[str(window_type) for window_type in emits],
            timeout=timeout,
            schedule_to_close=schedule_to_close,
            retry=retry,
            max_result_bytes=max_result_bytes,
        )

    return declare
