"""Hints of the hub to all instances: each instance reads all of the control topic from now on, in no group, committing nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from confluent_kafka import OFFSET_END, Consumer, TopicPartition

from ..config import Config
from ..log import told
from ..retrying import Stopped, retrying
from ..spoke.schema_registry import SchemaRegistry
from ..wire.schemas import Unreadable, decode, parsed, split
from .client import connection

_POLL_S = 0.2
_ASK_S = 10.0


class ControlListener:
    """A hint that is lost or comes twice changes nothing that matters."""

    def __init__(
        self,
        config: Config,
        topic: str,
        processor: str,
        registry: SchemaRegistry,
        on_cancel: Callable[[dict[str, Any]], None],
        log: logging.Logger,
    ) -> None:
        self._topic = topic
        self._processor = processor
        self._registry = registry
        self._on_cancel = on_cancel
        self._log = log
        self._writers: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._consumer = Consumer(
            {
                **connection(config),
                "group.id": f"{config.client_id}.control",
                "enable.auto.commit": False,
                "auto.offset.reset": "latest",
                "allow.auto.create.topics": False,
            }
        )
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Resolves when hints from now on are heard."""
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        self._stopping.set()
        self._listening.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        try:
            retrying(self._begin, self._stopping, self._on_retry)
            self._listening.set()
            while not self._stopping.is_set():
                self._take_in()
        except Stopped:
            return

    def _on_retry(self, error: Exception) -> None:
        self._log.warning("cannot read the control topic, trying again: %s", error)

    def _begin(self) -> None:
        told_of = self._consumer.list_topics(self._topic, timeout=_ASK_S).topics[self._topic]
        if told_of.error is not None:
            raise OSError(told_of.error.str())
        ends = []
        for partition in told_of.partitions:
            _, high = self._consumer.get_watermark_offsets(TopicPartition(self._topic, partition), timeout=_ASK_S)
            ends.append(TopicPartition(self._topic, partition, high if high >= 0 else OFFSET_END))
        self._consumer.assign(ends)

    def _take_in(self) -> None:
        message = self._consumer.poll(_POLL_S)
        if message is None:
            return
        error = message.error()
        if error is not None:
            self._log.debug("cannot read the control topic: %s", error.str())
            return
        if message.key() != self._processor.encode():
            return
        try:
            control = self._read(message.value())
        except Unreadable as unreadable:
            fields = told(topic=self._topic, offset=message.offset())
            self._log.warning("a control record cannot be read: %s", unreadable, extra=fields)
            return
        if control["processor"] == self._processor and control["kind"] == "CANCEL":
            self._on_cancel(control)

    def _read(self, value: bytes | None) -> dict[str, Any]:
        schema_id, body = split(value)
        if schema_id not in self._writers:
            text = retrying(lambda: self._registry.schema(schema_id), self._stopping, self._on_retry)
            self._writers[schema_id] = parsed(text)
        return decode("control", body, self._writers[schema_id])
