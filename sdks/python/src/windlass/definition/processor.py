"""A processor: a program's name, and the algorithms that it runs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import DefinitionError
from .algorithm import Algorithm, check_name

if TYPE_CHECKING:
    from ..config import Config
    from ..spoke.running import RunningProcessor

#: What was declared in this process, by name: worker processes import the module, and find their processor here.
declared: dict[str, Processor] = {}


@dataclass(frozen=True)
class Processor:
    """``name`` names the window topic, ``team`` the result topic; ``version`` is told with every result.

    Raises DefinitionError on a bad name, no algorithms, or two of one name@version.
    """

    name: str
    algorithms: Sequence[Algorithm[Any]]
    version: str = "1"
    team: str = "default"
    by_ref: dict[str, Algorithm[Any]] = field(init=False, repr=False)
    #: Where it is declared; ``__main__``: in the program itself.
    module: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_name("processor", self.name)
        check_name("team", self.team)
        by_ref: dict[str, Algorithm[Any]] = {}
        for one in self.algorithms:
            if one.ref in by_ref:
                raise DefinitionError(f"processor {self.name!r} holds {one.ref} twice")
            by_ref[one.ref] = one
        if not by_ref:
            raise DefinitionError(f"processor {self.name!r} holds no algorithms")
        object.__setattr__(self, "by_ref", by_ref)
        # The frame of the dataclass's own __init__ lies between.
        module = str(sys._getframe(2).f_globals.get("__name__", "__main__"))
        object.__setattr__(self, "module", "__main__" if module == "__mp_main__" else module)
        declared[self.name] = self

    def registration(self) -> dict[str, Any]:
        """The body of ``POST /v1/processors``."""
        return {
            "name": self.name,
            "version": str(self.version),
            "team": self.team,
            "algorithms": [one.to_json() for one in self.algorithms],
        }

    def start(self, config: Config | None = None, log: logging.Logger | None = None) -> RunningProcessor:
        """Registers with the hub (waiting until it is up) and works, in threads and processes of its own, until ``stop``.

        ``config``: default what the environment says. Raises ConfigError; RegistrationRefused with every reason; DefinitionError with what
        the module raises when a worker process imports it.
        """
        from ..spoke.running import start

        return start(self, config, log)

    def run(self, config: Config | None = None, log: logging.Logger | None = None) -> None:
        """Like ``start``, until SIGTERM or SIGINT; then it finishes what runs, hands back what does not, and returns.

        Call it below ``if __name__ == "__main__":``, because worker processes import the module.
        """
        from ..spoke.running import run

        run(self, config, log)
