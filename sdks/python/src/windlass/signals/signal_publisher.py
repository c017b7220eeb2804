"""Sends signals to the hub's topic."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType

from typing_extensions import Self

from ..config import Config, config_of
from ..errors import WindlassError
from ..kafka.headers import ID, event_headers
from ..kafka.publisher import BY_KEY, Outgoing, Publisher
from ..retrying import retrying
from ..spoke.schema_registry import SchemaRegistry
from .signal_record import NewSignal, SignalRefused, encode_signal

_WAIT_S = 0.1
_BUFFER_BYTES = 64 * 1024 * 1024
_CLOSE_TIMEOUT_S = 30.0


class SignalBufferFull(WindlassError):
    """So many bytes of signals wait already, because Kafka is away or slow.

    Nothing of this call is sent: keep it, and call again later.
    """

    code = "SIGNAL_BUFFER_FULL"

    def __init__(self, size: int, unsent: int, limit: int) -> None:
        told = f"{size} bytes of signals beside {unsent} that Kafka has not taken yet"
        super().__init__(f"{told}, limit signalBufferBytes is {limit}")


class SignalPublisherClosed(WindlassError):
    """The publisher was closed; whether Kafka has taken the signals of this call is not known. Sent again, they change nothing."""

    code = "SIGNAL_PUBLISHER_CLOSED"

    def __init__(self) -> None:
        super().__init__("the publisher was closed before Kafka had taken all signals")


@dataclass(frozen=True)
class _Limits:
    buffer_bytes: int
    close_timeout_s: float


class SignalPublisher:
    """Made by ``signal_publisher``. May be used by several threads."""

    def __init__(
        self,
        publisher: Publisher,
        posted: queue.SimpleQueue[Callable[[], None]],
        topic: str,
        schema_id: int,
        origin: str,
        limits: _Limits,
    ) -> None:
        self._publisher = publisher
        self._posted = posted
        self._topic = topic
        self._schema_id = schema_id
        self._origin = origin
        self._limits = limits
        self._in_order = threading.Lock()
        self._unsent = _Unsent(limits.buffer_bytes)
        self._closed = threading.Event()

    def publish(self, signals: Iterable[NewSignal]) -> None:
        """Sends signals in the order given, after those of earlier calls, and returns when all in-sync replicas have them.

        While Kafka is away it waits; a signal may then arrive twice, which its id makes harmless. Raises SignalRefused for the first that is
        not valid, SignalBufferFull when too much of other threads waits already; then nothing of this call is sent. SignalPublisherClosed
        when it is closed before all replicas have them.
        """
        encoded = [(one, encode_signal(one, self._schema_id)) for one in signals]
        call = _Call(len(encoded))
        if self._closed.is_set():
            raise SignalPublisherClosed
        self._unsent.add(sum(len(value) for _, value in encoded))
        with self._in_order:
            for one, value in encoded:
                self._publisher.push(self._outgoing(one, value, call))
        while call.unanswered > 0:
            if not self._act() and self._closed.is_set():
                raise SignalPublisherClosed
        if call.refused is not None:
            raise call.refused

    def close(self) -> None:
        """Waits for what is being sent, at most ``close_timeout_s``, and disconnects."""
        self._publisher.flush(self._limits.close_timeout_s)
        self._publisher.close()
        self._closed.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _outgoing(self, one: NewSignal, value: bytes, call: _Call) -> Outgoing:
        return Outgoing(
            topic=self._topic,
            partition=BY_KEY,
            key=one.source.encode(),
            value=value,
            headers=event_headers("signals", self._origin, (), **{"ce_id": one.id, ID: one.id}),
            acknowledged=lambda: self._answered(call, value, None),
            refused=lambda reason: self._answered(call, value, SignalRefused(one, reason)),
        )

    def _answered(self, call: _Call, value: bytes, refused: SignalRefused | None) -> None:
        self._unsent.remove(len(value))
        call.answered(refused)

    def _act(self) -> bool:
        """What Kafka has answered is looked at by whoever waits, for this call or another's. False: nothing."""
        try:
            self._posted.get(timeout=_WAIT_S)()
        except queue.Empty:
            return False
        return True


class _Unsent:
    """Bytes of signals that are not acknowledged. A call that is alone may be of any size."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        """Raises SignalBufferFull."""
        with self._lock:
            if self._size > 0 and self._size + size > self._limit:
                raise SignalBufferFull(size, self._size, self._limit)
            self._size += size

    def remove(self, size: int) -> None:
        with self._lock:
            self._size -= size


class _Call:
    def __init__(self, unanswered: int) -> None:
        self._lock = threading.Lock()
        self.unanswered = unanswered
        self.refused: SignalRefused | None = None

    def answered(self, refused: SignalRefused | None = None) -> None:
        with self._lock:
            self.unanswered -= 1
            self.refused = self.refused or refused


def signal_publisher(
    config: Config | None = None,
    *,
    prefix: str | None = None,
    log: logging.Logger | None = None,
    buffer_bytes: int = _BUFFER_BYTES,
    close_timeout_s: float = _CLOSE_TIMEOUT_S,
) -> SignalPublisher:
    """Connects to the hub's signals topic, waiting until Kafka and the schema registry are up.

    ``config``: default what the environment says, of which WINDLASS_KAFKA_BROKERS and WINDLASS_SCHEMA_REGISTRY_URL are needed. ``prefix``: of
    the hub's topics, default WINDLASS_PREFIX, else ``windlass``. ``log``: default the logger ``windlass.signals``. ``buffer_bytes``: of encoded
    signals that may wait for Kafka's acknowledgement. ``close_timeout_s``: how long ``close`` waits for what is being sent. Raises ConfigError.
    """
    settings = config or config_of()
    logger = log or logging.getLogger("windlass.signals")
    hub = prefix or os.environ.get("WINDLASS_PREFIX") or "windlass"
    topic = f"{hub}.signals.v1"
    registry = SchemaRegistry(settings.schema_registry_url)
    never = threading.Event()

    def on_retry(error: Exception) -> None:
        logger.warning("not ready, trying again: %s", error)

    schema_id = retrying(lambda: registry.id_of(hub, "signals"), never, on_retry)
    posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    publisher = Publisher(settings, logger, posted.put)
    retrying(lambda: publisher.check(topic), never, on_retry)
    limits = _Limits(buffer_bytes, close_timeout_s)
    return SignalPublisher(publisher, posted, topic, schema_id, f"/windlass/sdk/{settings.instance}", limits)
