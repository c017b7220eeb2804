"""Work in the order it came, but never two of one key at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class KeyedQueue(Generic[T]):
    """Each source's tasks run one after the other, sources beside each other."""

    def __init__(self) -> None:
        #: Waiting items of a key; present, and maybe empty, while the key has items or one is taken.
        self._lanes: dict[str, deque[T]] = {}
        self._taken: set[str] = set()
        self._ready: deque[str] = deque()
        self.waiting = 0

    def add(self, item: T) -> None:
        lane = self._lanes.setdefault(item.key, deque())
        lane.append(item)
        self.waiting += 1
        if len(lane) == 1 and item.key not in self._taken:
            self._ready.append(item.key)

    def take(self) -> T | None:
        """The next item whose key is free; its key is taken until ``done``."""
        while self._ready:
            key = self._ready.popleft()
            lane = self._lanes.get(key)
            if lane and key not in self._taken:
                self._taken.add(key)
                self.waiting -= 1
                return lane.popleft()
        return None

    def done(self, key: str) -> None:
        """The taken item of this key is finished."""
        self._taken.discard(key)
        if self._lanes.get(key):
            self._ready.append(key)
        else:
            self._lanes.pop(key, None)

    def remove(self, unwanted: Callable[[T], bool]) -> list[T]:
        """Takes out the waiting items that ``unwanted`` names; taken ones stay taken."""
        removed: list[T] = []
        for key, lane in list(self._lanes.items()):
            kept: deque[T] = deque()
            for item in lane:
                (removed if unwanted(item) else kept).append(item)
            self._lanes[key] = kept
            if not kept and key not in self._taken:
                del self._lanes[key]
        self.waiting -= len(removed)
        return removed
