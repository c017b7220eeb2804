"""Sends signals to the hub's topic."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

from typing_extensions import Self

from ..config import Config, config_of
from ..kafka.headers import ID, event_headers
from ..kafka.publisher import BY_KEY, Outgoing, Publisher
from ..retrying import retrying
from ..spoke.schema_registry import SchemaRegistry
from .signal_record import NewSignal, SignalRefused, encode_signal

_WAIT_S = 0.1
_LAST_WORDS_S = 10.0


class SignalPublisher:
    """Made by ``signal_publisher``. May be used by several threads."""

    def __init__(
        self,
        publisher: Publisher,
        posted: queue.SimpleQueue[Callable[[], None]],
        topic: str,
        schema_id: int,
        origin: str,
    ) -> None:
        self._publisher = publisher
        self._posted = posted
        self._topic = topic
        self._schema_id = schema_id
        self._origin = origin
        self._in_order = threading.Lock()

    def publish(self, signals: Iterable[NewSignal]) -> None:
        """Sends signals in the order given, after those of earlier calls, and returns when all in-sync replicas have them.

        While Kafka is away it waits; a signal may then arrive twice, which its id makes harmless. Raises SignalRefused for the first that is
        not valid; then nothing of this call is sent.
        """
        encoded = [(one, encode_signal(one, self._schema_id)) for one in signals]
        call = _Call(len(encoded))
        with self._in_order:
            for one, value in encoded:
                self._publisher.push(self._outgoing(one, value, call))
        while call.unanswered > 0:
            self._act()
        if call.refused is not None:
            raise call.refused

    def close(self) -> None:
        """Waits for what is being sent, and disconnects."""
        with self._in_order:
            self._publisher.flush(_LAST_WORDS_S)
            self._publisher.close()

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
            acknowledged=call.answered,
            refused=lambda reason: call.answered(SignalRefused(one, reason)),
        )

    def _act(self) -> None:
        """What Kafka has answered is looked at by whoever waits, for this call or another's."""
        try:
            self._posted.get(timeout=_WAIT_S)()
        except queue.Empty:
            return


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
    config: Config | None = None, *, prefix: str | None = None, log: logging.Logger | None = None
) -> SignalPublisher:
    """Connects to the hub's signals topic, waiting until Kafka and the schema registry are up.

    ``config``: default what the environment says, of which WINDLASS_KAFKA_BROKERS and WINDLASS_SCHEMA_REGISTRY_URL are needed. ``prefix``: of
    the hub's topics, default WINDLASS_PREFIX, else ``windlass``. ``log``: default the logger ``windlass.signals``. Raises ConfigError.
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
    return SignalPublisher(publisher, posted, topic, schema_id, f"/windlass/sdk/{settings.instance}")
