"""The window topic as a member of the processor's group.

Redelivery: tasks are delivered again after a crash or a rebalance, and are harmless. Rebalance: tasks of lost partitions are dropped unless
they run already, whose answers are duplicates at worst. Poison: see scheduling/take_over.py. Back-pressure: the receiver pauses partitions;
the thread that polls only hands over and never waits for work, so the group's session goes on.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from ..config import Config
from ..log import told
from ..retrying import Stopped, retrying
from ..scheduling.take_over import Claim, TakeOver, take_over
from .client import connection

#: How long a commit may wait for the thread that polls.
_POLL_S = 0.02
_BATCH = 500
_ASK_S = 10.0
_MAX_POLL_INTERVAL_MS = 3_600_000


@dataclass(frozen=True)
class Position:
    partition: int
    offset: int
    claim: Claim


class TaskReceiver(Protocol):
    """Called by one thread, to which ``post`` brings what comes."""

    def taken(self, partition: int, taken: TakeOver) -> None:
        """A partition is ours from here on."""

    def lost(self, partition: int) -> None:
        """It is no longer."""

    def received(self, partition: int, messages: Sequence[Any], end_offset: int) -> None: ...


class TaskSource:
    def __init__(
        self,
        config: Config,
        topic: str,
        group_id: str,
        receiver: TaskReceiver,
        post: Callable[[Callable[[], None]], None],
        log: logging.Logger,
    ) -> None:
        self._topic = topic
        self._group_id = group_id
        self._holder = config.client_id
        self._receiver = receiver
        self._post = post
        self._log = log
        self._stopping = threading.Event()
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._admin = AdminClient(connection(config))
        self._consumer = Consumer(
            {
                **connection(config),
                "group.id": group_id,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": config.session_timeout_ms,
                "heartbeat.interval.ms": config.session_timeout_ms // 5,
                "max.poll.interval.ms": max(_MAX_POLL_INTERVAL_MS, config.session_timeout_ms),
                "partition.assignment.strategy": "roundrobin",
                "allow.auto.create.topics": False,
                "fetch.wait.max.ms": 100,
            }
        )
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._consumer.subscribe([self._topic], on_assign=self._on_assign, on_revoke=self._on_revoke)
        self._thread.start()

    def stop(self, last: Sequence[Position]) -> None:
        """Commits where partitions stand, and leaves the group."""
        self._stopping.set()
        self._thread.join()
        self._commit_now(last)
        self._consumer.close()

    def pause(self, partitions: Sequence[int]) -> None:
        self._asked.put(lambda: self._steer(self._consumer.pause, partitions))

    def resume(self, partitions: Sequence[int]) -> None:
        self._asked.put(lambda: self._steer(self._consumer.resume, partitions))

    def commit(self, positions: Sequence[Position], done: Callable[[bool], None]) -> None:
        """``done``, on the receiver's thread: whether Kafka has them. A rebalance also fails; they are committed with the next."""

        def commit() -> None:
            has = self._commit_now(positions)
            self._post(lambda: done(has))

        self._asked.put(commit)

    def _do_what_is_asked(self) -> None:
        """By the thread that polls: the consumer answers others only while this one waits for nothing."""
        while not self._asked.empty():
            self._asked.get()()

    def _commit_now(self, positions: Sequence[Position]) -> bool:
        if not positions:
            return True
        try:
            self._consumer.commit(offsets=[self._offset_of(one) for one in positions], asynchronous=False)
        except KafkaException as error:
            self._log.debug("positions are not committed yet: %s", error)
            return False
        return True

    def _offset_of(self, position: Position) -> TopicPartition:
        return TopicPartition(self._topic, position.partition, position.offset, position.claim.encode())

    def _steer(self, action: Callable[[list[TopicPartition]], None], partitions: Sequence[int]) -> None:
        try:
            action([TopicPartition(self._topic, one) for one in partitions])
        except KafkaException as error:
            # The partition has been lost meanwhile.
            self._log.debug("a partition is not steered: %s", error)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._do_what_is_asked()
                self._take_in()
            except Stopped:
                return
            except Exception:
                self._log.exception("cannot consume, trying again", extra=told(topic=self._topic))
                self._stopping.wait(1)

    def _take_in(self) -> None:
        """Waits for one record, and takes what is there beside it."""
        first: Any = self._consumer.poll(_POLL_S)
        if first is None:
            return
        by_partition: dict[int, list[Any]] = {}
        batch: list[Any] = [first, *self._consumer.consume(_BATCH, 0)]
        for message in batch:
            error = message.error()
            if error is None:
                by_partition.setdefault(message.partition(), []).append(message)
            elif error.code() != KafkaError._PARTITION_EOF:
                self._log.warning("cannot consume, trying again: %s", error.str(), extra=told(topic=self._topic))
        for partition, messages in by_partition.items():
            where = TopicPartition(self._topic, partition)
            _, end = self._consumer.get_watermark_offsets(where, cached=True)
            self._hand_over(partition, messages, max(end, messages[-1].offset() + 1))

    def _hand_over(self, partition: int, messages: list[Any], end: int) -> None:
        self._post(lambda: self._receiver.received(partition, messages, end))

    def _on_assign(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        if not partitions:
            self._consumer.assign([])
            return
        taken = retrying(
            lambda: self._claims(partitions),
            self._stopping,
            lambda error: self._log.warning("cannot read the committed offsets, trying again: %s", error),
        )
        self._consumer.assign([TopicPartition(self._topic, one.partition, at.first) for one, at in taken])
        claims = [Position(one.partition, at.first, Claim(self._holder, at.deaths, alone=False)) for one, at in taken]
        # Where it fails another rebalance is on its way; who has the partition then claims it.
        self._commit_now(claims)
        for one, at in taken:
            if at.deaths > 0:
                fields = told(partition=one.partition, first=at.first, deaths=at.deaths)
                self._log.warning("tasks are run one at a time: their last holder died", extra=fields)
            self._post(lambda one=one, at=at: self._receiver.taken(one.partition, at))  # type: ignore[misc]

    def _on_revoke(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        for one in partitions:
            self._post(lambda one=one: self._receiver.lost(one.partition))  # type: ignore[misc]

    def _claims(self, partitions: list[TopicPartition]) -> list[tuple[TopicPartition, TakeOver]]:
        committed = self._consumer.committed(partitions, timeout=_ASK_S)
        members = self._members() if any(Claim.decode(one.metadata).holder for one in committed) else frozenset()
        return [(one, self._taken(one, members)) for one in committed]

    def _taken(self, committed: TopicPartition, members: frozenset[str]) -> TakeOver:
        if committed.error is not None:
            raise KafkaException(committed.error)
        low, high = self._consumer.get_watermark_offsets(committed, timeout=_ASK_S)
        has_offset = committed.offset != OFFSET_INVALID and committed.offset >= 0
        offset = max(low, committed.offset) if has_offset else low
        return take_over(
            Claim.decode(committed.metadata),
            offset=offset,
            committed_offset=committed.offset if has_offset else -1,
            end_offset=high,
            instance=self._holder,
            is_alive=lambda holder: holder in members,
        )

    def _members(self) -> frozenset[str]:
        """Client ids in the group."""
        described = self._admin.describe_consumer_groups([self._group_id], request_timeout=_ASK_S)
        return frozenset(one.client_id for one in described[self._group_id].result(_ASK_S).members)
