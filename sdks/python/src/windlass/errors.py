"""What goes wrong, each with a stable code where a person has to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NonRetryableError(Exception):
    """Raised by an algorithm: the same input would fail again, so the hub does not retry."""

    retryable = False


class WindlassError(Exception):
    """A mistake that repeating does not mend; ``code`` is stable."""

    code = "WINDLASS"
    retryable = False


class DefinitionError(WindlassError):
    """A processor or algorithm was declared wrongly."""

    code = "INVALID_DEFINITION"


class ConfigError(WindlassError):
    """The environment lacks a setting or holds a wrong one."""

    code = "INVALID_CONFIG"


class ResultsError(WindlassError):
    """Results could not be read; ``code`` is the SDK's own (BAD_ALGORITHM, BAD_FORM, HUB_UNREACHABLE, BROKEN_OFF, BAD_ANSWER) or the hub's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} [{code}]")
        self.code = code
        self.retryable = code in ("HUB_UNREACHABLE", "BROKEN_OFF", "EXPORTS_BUSY")


class BadTime(WindlassError, ValueError):
    """What was given is no moment; the message says what would be."""

    code = "BAD_TIME"


class MissingExtra(WindlassError, ImportError):
    """A package that only some programs need is not installed; the message says how it is."""

    code = "MISSING_EXTRA"


class AlgorithmFailed(WindlassError):
    """An algorithm that was run locally failed; ``error`` is what the hub would be told."""

    code = "ALGORITHM_FAILED"

    def __init__(self, message: str, error: object) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class RegistrationProblem:
    """One reason why the hub refused a registration, or a warning."""

    code: str
    message: str
    path: str | None = None
    mend: str | None = None

    def __str__(self) -> str:
        at = f" at {self.path}" if self.path else ""
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.code}{at}: {self.message}{mend}"


class RegistrationRefused(WindlassError):
    """The hub refused the processor; ``problems`` holds every reason at once."""

    code = "REGISTRATION_REFUSED"

    def __init__(self, status: int, problems: Sequence[RegistrationProblem], body: str) -> None:
        reasons = "".join(f"\n  {problem}" for problem in problems) or f": {body}"
        super().__init__(f"the hub refused the processor (HTTP {status}){reasons}")
        self.status = status
        self.problems = tuple(problems)
