"""Which offsets of one partition are finished."""

from __future__ import annotations


class OffsetTracker:
    """A position is committed only when everything before it is finished: a crash then repeats work, and never loses any."""

    def __init__(self, position: int) -> None:
        self._position = position
        self._next = position
        #: Seen, not finished; a dict keeps the order, and offsets come in ascending order.
        self._open: dict[int, None] = {}

    @property
    def position(self) -> int:
        """What may be committed: the lowest unfinished offset, or the next one that will come."""
        return self._position

    @property
    def open(self) -> int:
        return len(self._open)

    def see(self, offset: int) -> bool:
        """False when it was seen before: fetched again after a rebalance. Offsets come in ascending order, with gaps."""
        if offset < self._next:
            return False
        if not self._open:
            self._position = offset
        self._next = offset + 1
        self._open[offset] = None
        return True

    def finish(self, offset: int) -> bool:
        """True when the position has moved. Finishing twice is harmless."""
        if offset not in self._open:
            return False
        del self._open[offset]
        if offset != self._position:
            return False
        self._position = next(iter(self._open), self._next)
        return True
