"""A processor: a program's name, and the algorithms that it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import DefinitionError
from .algorithm import Algorithm, check_name


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

    def registration(self) -> dict[str, Any]:
        """The body of ``POST /v1/processors``."""
        return {
            "name": self.name,
            "version": str(self.version),
            "team": self.team,
            "algorithms": [one.to_json() for one in self.algorithms],
        }
