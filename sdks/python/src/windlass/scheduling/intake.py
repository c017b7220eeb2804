"""Everything a processor has been given and has not finished.

Which task runs next (sources in order, sources beside each other, suspects alone), what may be committed, and which partitions are full.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .keyed_queue import KeyedQueue
from .offset_tracker import OffsetTracker
from .take_over import TakeOver


@dataclass(eq=False)
class Entry:
    """A task that has come and is not finished. ``key``: the record's."""

    partition: int
    offset: int
    key: str
    size: int
    value: bytes | None
    raw_key: bytes | None
    headers: list[tuple[str, bytes]]
    task_id: str | None
    #: The worker that runs it.
    worker: Any = None
    starts: int = 0
    tracker: OffsetTracker = field(init=False, repr=False)


@dataclass(frozen=True)
class Turn:
    """The next thing to run; ``alone``: nothing else may run beside it; ``deaths``: processes it has killed, as far as is known."""

    entry: Entry
    alone: bool
    deaths: int


@dataclass(frozen=True)
class Progress:
    partition: int
    offset: int
    deaths: int


@dataclass
class _Partition:
    tracker: OffsetTracker
    take_over: TakeOver
    #: Acknowledged by Kafka.
    committed: int
    end_offset: int
    is_paused: bool = False


class Intake:
    """``open_per_partition``: unfinished tasks beyond which a partition is paused; ``open_bytes``: beyond which all are."""

    def __init__(self, open_per_partition: int = 1_000, open_bytes: int = 64 * 1024 * 1024) -> None:
        self._open_per_partition = open_per_partition
        self._open_bytes = open_bytes
        self._partitions: dict[int, _Partition] = {}
        self._queue: KeyedQueue[Entry] = KeyedQueue()
        self._suspects: deque[Entry] = deque()
        self.running = 0
        self._alone = False
        self._bytes = 0

    @property
    def lag(self) -> int | None:
        """Records on the topic that are not finished; None: none of it is known yet."""
        if not self._partitions:
            return None
        return sum(max(0, one.end_offset - one.tracker.position) for one in self._partitions.values())

    def take(self, partition: int, taken: TakeOver) -> None:
        self._partitions[partition] = _Partition(OffsetTracker(taken.first), taken, taken.first, taken.first)

    def lose(self, partition: int) -> list[Entry]:
        """Forgets a partition; returns its tasks that do not run. Those that run are finished without effect."""
        self._partitions.pop(partition, None)
        dropped = self._queue.remove(lambda entry: entry.partition == partition)
        dropped += [one for one in self._suspects if one.partition == partition]
        self._suspects = deque(one for one in self._suspects if one.partition != partition)
        self._bytes -= sum(one.size for one in dropped)
        return dropped

    def add(self, partition: int, entries: list[Entry], end_offset: int) -> list[Entry]:
        """Takes tasks in; returns those that are new.

        Offsets below what was committed mean that someone has set the group back: the partition begins anew.
        """
        known = self._partitions.get(partition)
        if known is None or not entries:
            return []
        first = entries[0].offset
        if first < known.committed:
            self.lose(partition)
            self.take(partition, TakeOver(first, 0, first))
            known = self._partitions[partition]
        known.end_offset = max(end_offset, entries[-1].offset + 1)
        fresh = [one for one in entries if known.tracker.see(one.offset)]
        for entry in fresh:
            entry.tracker = known.tracker
            self._bytes += entry.size
            if known.take_over.deaths_at(entry.offset) > 0:
                self._suspects.append(entry)
            else:
                self._queue.add(entry)
        return fresh

    def next(self, slots: int) -> Turn | None:
        """The next task to start with ``slots`` at most running; None: nothing can start now."""
        if self._alone:
            return None
        if self._suspects:
            if self.running > 0:
                return None
            entry = self._suspects.popleft()
            self.running += 1
            self._alone = True
            return Turn(entry, alone=True, deaths=self._deaths(entry))
        if self.running >= slots:
            return None
        queued = self._queue.take()
        if queued is None:
            return None
        self.running += 1
        return Turn(queued, alone=False, deaths=0)

    def ran(self, turn: Turn) -> None:
        """It no longer runs; its key is free, its answer is on the way."""
        self.running -= 1
        if not turn.alone:
            self._queue.done(turn.entry.key)

    def finish(self, turn: Turn) -> bool:
        """Its answer is safe, or it needs none. Returns whether there is something new to commit."""
        if turn.alone:
            self._alone = False
        entry = turn.entry
        self._bytes -= entry.size
        known = self._partitions.get(entry.partition)
        return entry.tracker.finish(entry.offset) and known is not None and known.tracker is entry.tracker

    def uncommitted(self) -> list[Progress]:
        """Positions that Kafka does not know yet."""
        return [one for one in self.positions() if one.offset > self._partitions[one.partition].committed]

    def positions(self) -> list[Progress]:
        """Where every held partition stands."""
        return [
            Progress(partition, known.tracker.position, known.take_over.deaths_at(known.tracker.position))
            for partition, known in self._partitions.items()
        ]

    def committed(self, progress: list[Progress]) -> None:
        for one in progress:
            known = self._partitions.get(one.partition)
            if known is not None:
                known.committed = max(known.committed, one.offset)

    @property
    def is_paused(self) -> bool:
        """Whether any partition is: what is finished matters to ``flow`` only then."""
        return any(known.is_paused for known in self._partitions.values())

    def flow(self) -> tuple[list[int], list[int]]:
        """Partitions to pause and to resume; each is told once. A full one resumes at half of what filled it."""
        pause, resume = [], []
        for partition, known in self._partitions.items():
            open_here = known.tracker.open
            full = open_here >= self._open_per_partition or self._bytes >= self._open_bytes
            low = open_here * 2 <= self._open_per_partition and self._bytes * 2 <= self._open_bytes
            if full and not known.is_paused:
                pause.append(partition)
            if low and known.is_paused:
                resume.append(partition)
            known.is_paused = full or (known.is_paused and not low)
        return pause, resume

    def _deaths(self, entry: Entry) -> int:
        known = self._partitions.get(entry.partition)
        return 0 if known is None else known.take_over.deaths_at(entry.offset)
