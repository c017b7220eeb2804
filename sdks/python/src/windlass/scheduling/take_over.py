"""How a task that kills its process is found.

The metadata of a partition's committed offset says who held it and whether the task at that offset was being run alone. A holder that
vanished without handing back has died; from then on one task is run at a time, each announced before it starts, and a task that was
announced when its process died has that death counted against it. The first death is shared by everything that was in flight, so it
counts for the offset itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

#: Deaths after which a task is answered POISONED instead of being run again.
POISON_DEATHS = 3
#: Tasks that were in flight when a process died lie within so many offsets; they are run alone.
SUSPECT_OFFSETS = 1_000


@dataclass(frozen=True)
class Claim:
    """``holder``: the instance that holds the partition; empty: handed back. ``deaths``: of the task at the committed offset.
    ``alone``: it was started alone."""

    holder: str = ""
    deaths: int = 0
    alone: bool = False

    def encode(self) -> str:
        told = {"holder": self.holder, "deaths": self.deaths, "alone": self.alone}
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False)

    @staticmethod
    def decode(metadata: str | None) -> Claim:
        """Metadata that is not ours (another tool has committed) says nothing."""
        try:
            told = json.loads((metadata or "").rstrip("\0") or "{}")
            holder, deaths, alone = told.get("holder"), told.get("deaths"), told.get("alone")
        except (ValueError, AttributeError):
            return Claim()
        whole = isinstance(deaths, int) and not isinstance(deaths, bool)
        return Claim(holder if isinstance(holder, str) else "", deaths if whole else 0, alone is True)


@dataclass(frozen=True)
class TakeOver:
    """``deaths``: counted against the first task. Tasks below ``suspect_until`` are run alone; the first offset itself: none."""

    first: int
    deaths: int
    suspect_until: int

    def deaths_at(self, offset: int) -> int:
        """The first task's own; the others in flight share the one that began it."""
        if offset >= self.suspect_until:
            return 0
        return self.deaths if offset == self.first else min(self.deaths, 1)


def take_over(
    claim: Claim,
    *,
    offset: int,
    committed_offset: int,
    end_offset: int,
    instance: str,
    is_alive: Callable[[str], bool],
) -> TakeOver:
    """What taking a partition means.

    ``offset``: the first to be read; ``committed_offset``: where the claim was found; ``end_offset``: the topic's end; ``is_alive``:
    whether an instance is still a member of the group (a rebalance is no death).
    """
    if end_offset <= offset:
        return TakeOver(offset, 0, offset)
    counted = claim if committed_offset == offset else Claim()
    died = claim.holder not in ("", instance) and not is_alive(claim.holder)
    deaths = counted.deaths + 1 if died and (counted.alone or counted.deaths == 0) else counted.deaths
    suspect_until = min(end_offset, offset + SUSPECT_OFFSETS) if deaths > 0 else offset
    return TakeOver(offset, deaths, suspect_until)
