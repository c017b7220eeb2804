"""Errors as they travel: class, message, stack, whether a retry could help, and the SDK's own stable codes."""

from __future__ import annotations

import traceback
from typing import Any, Literal

from ..errors import NonRetryableError
from ..wire.value import UnfitValue

MAX_MESSAGE = 4_096
MAX_STACK = 16_384
MAX_CLASS = 200

Code = Literal[
    "TIMEOUT",
    "POISONED",
    "NOT_HERE",
    "CANCELLED",
    "PAYLOAD_TOO_LARGE",
    "BAD_RESULT",
    "BAD_TASK",
    "INPUT_UNAVAILABLE",
    "WORKER_DIED",
]

_CLASSES: dict[Code, tuple[str, bool]] = {
    "TIMEOUT": ("StartToCloseTimeout", True),
    "POISONED": ("PoisonedTask", False),
    "NOT_HERE": ("AlgorithmNotHere", True),
    "CANCELLED": ("Cancelled", False),
    "PAYLOAD_TOO_LARGE": ("PayloadTooLarge", False),
    "BAD_RESULT": ("BadResult", False),
    "BAD_TASK": ("UnreadableTask", False),
    "INPUT_UNAVAILABLE": ("InputUnavailable", True),
    "WORKER_DIED": ("WorkerDied", True),
}


class AnswerFault(NonRetryableError):
    """What the SDK itself finds wrong with an answer."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def mismatch(path: str, expected: str, found: Any) -> AnswerFault:
    """A result that is not of its declared type."""
    told = "None" if found is None else f"{type(found).__name__} {found!r:.60}"
    return AnswerFault("BAD_RESULT", f"{path} is {told}, declared is {expected}")


def cut(text: str, characters: int) -> str:
    """An error must never make its record too large."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def answer_error(code: Code, message: str, stack: str | None = None) -> dict[str, Any]:
    """An error of the SDK's own, as the record ``AlgorithmError``."""
    name, retryable = _CLASSES[code]
    return {
        "class": name,
        "message": cut(message, MAX_MESSAGE),
        "stack": None if stack is None else cut(stack, MAX_STACK),
        "retryable": retryable,
        "code": code,
    }


def raised_error(raised: BaseException) -> dict[str, Any]:
    """What an algorithm raised, as the record ``AlgorithmError``; ``retryable = False`` on an exception says that a retry is no use."""
    stack = "".join(traceback.format_exception(type(raised), raised, raised.__traceback__)).rstrip()
    if isinstance(raised, AnswerFault):
        return answer_error(raised.code, str(raised), stack)
    if isinstance(raised, UnfitValue):
        return answer_error("BAD_RESULT", str(raised), stack)
    return {
        "class": cut(type(raised).__name__, MAX_CLASS),
        "message": cut(str(raised), MAX_MESSAGE),
        "stack": cut(stack, MAX_STACK),
        "retryable": getattr(raised, "retryable", True) is not False,
        "code": None,
    }
