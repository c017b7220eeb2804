"""Sends records in the order they were given, and repeats until they are acknowledged: an answer may be sent twice, and is never lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from ..config import Config
from ..log import told
from ..wire import limits
from .client import connection

Headers = Sequence[tuple[str, "str | bytes | None"]]
#: As ``partition``: that of the key (``partition_of``), however many the topic has.
BY_KEY = -1
_RECORD_OVERHEAD = 256 * 1024
_TOO_LARGE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_RECORD)
_POLL_S = 0.1
_FULL_WAIT_S = 0.005
_ASK_S = 10.0


@dataclass(frozen=True)
class Outgoing:
    """``acknowledged``: all in-sync replicas have it. ``refused``: the broker will never take it, it is too large for the topic.

    ``misplaced``: the topic has no such partition, and Kafka has been asked again.
    """

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    acknowledged: Callable[[], None] | None = None
    refused: Callable[[str], None] | None = None
    misplaced: Callable[[str], None] | None = None


class Publisher:
    """``post`` brings acknowledgements to the thread that they are for."""

    def __init__(self, config: Config, log: logging.Logger, post: Callable[[Callable[[], None]], None]) -> None:
        self._log = log
        self._post = post
        self._closed = threading.Event()
        self._producer = Producer(
            {
                **connection(config),
                "acks": "all",
                "enable.idempotence": True,
                # The same as by slots, because the partitions of a hub are a power of two.
                "partitioner": "murmur2",
                "linger.ms": 1,
                "message.max.bytes": limits.RECORD_BYTES + _RECORD_OVERHEAD,
                "message.timeout.ms": 0,
                "allow.auto.create.topics": False,
            }
        )
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()

    def check(self, topic: str) -> None:
        """Raises OSError or KafkaException unless the topic can be written to."""
        told_of = self._producer.list_topics(topic, timeout=_ASK_S).topics[topic]
        if told_of.error is not None:
            raise OSError(f"{topic}: {told_of.error.str()}")

    def push(self, outgoing: Outgoing) -> None:
        while not self._closed.is_set():
            try:
                self._producer.produce(
                    outgoing.topic,
                    value=outgoing.value,
                    key=outgoing.key,
                    partition=outgoing.partition,
                    headers=list(outgoing.headers),
                    on_delivery=lambda error, _: self._delivered(outgoing, error),
                )
                return None
            except BufferError:
                time.sleep(_FULL_WAIT_S)
            except KafkaException as error:
                return self._delivered(outgoing, error.args[0])
        return None

    def flush(self, timeout_s: float) -> None:
        """Waits until everything pushed so far has been acknowledged or refused."""
        self._producer.flush(timeout_s)

    def close(self) -> None:
        """Gives up what is not sent."""
        self._closed.set()
        self._poller.join()
        self._producer.purge()
        self._producer.flush(0)

    def _poll(self) -> None:
        while not self._closed.is_set():
            self._producer.poll(_POLL_S)

    def _delivered(self, outgoing: Outgoing, error: Any) -> None:
        if error is None:
            if outgoing.acknowledged is not None:
                self._post(outgoing.acknowledged)
        elif error.code() in _TOO_LARGE:
            refused = outgoing.refused
            if refused is not None:
                self._post(lambda: refused(error.str()))
        elif error.code() == KafkaError._UNKNOWN_PARTITION and self._is_misplaced(outgoing):
            misplaced, reason = outgoing.misplaced, f"{outgoing.topic} has no partition {outgoing.partition}"
            if misplaced is not None:
                self._post(lambda: misplaced(reason))
        elif not self._closed.is_set():
            fields = told(topic=outgoing.topic, code=error.code())
            self._log.warning("cannot publish, trying again: %s", error.str(), extra=fields)
            self._post(lambda: self.push(outgoing))

    def _is_misplaced(self, outgoing: Outgoing) -> bool:
        """Asks Kafka: what is known here may be older than the partition."""
        try:
            topic = self._producer.list_topics(outgoing.topic, timeout=_ASK_S).topics[outgoing.topic]
        except KafkaException:
            return False
        return topic.error is None and outgoing.partition not in topic.partitions
