"""Tells the hub every 5 s that this instance lives, and what it does."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from ..execution.answer import Identity
from ..kafka.headers import event_headers
from ..kafka.publisher import Outgoing, Publisher
from ..wire.schemas import encode

INTERVAL_S = 5.0
State = Literal["RUNNING", "DRAINING", "STOPPED"]


class Heartbeats:
    """Called by the thread of the loop."""

    def __init__(
        self,
        publisher: Publisher,
        *,
        topic: str,
        schema_id: int,
        identity: Identity,
        algorithms: Sequence[str],
        sdk: str,
        load: Callable[[], tuple[int, int | None]],
    ) -> None:
        self._publisher = publisher
        self._topic = topic
        self._schema_id = schema_id
        self._identity = identity
        self._algorithms = list(algorithms)
        self._sdk = sdk
        self._load = load
        self._started_us = time.time_ns() // 1_000
        self._next_s = 0.0
        self._state: State = "RUNNING"

    def tick(self) -> None:
        if time.monotonic() >= self._next_s:
            self._tell()

    def tell(self, state: State) -> None:
        self._state = state
        self._tell()

    def _tell(self) -> None:
        self._next_s = time.monotonic() + INTERVAL_S
        in_flight, lag = self._load()
        identity = self._identity
        record: dict[str, Any] = {
            "processor": identity.processor,
            "processorVersion": identity.processor_version,
            "instance": identity.instance,
            "host": socket.gethostname(),
            "sdk": self._sdk,
            "state": self._state,
            "algorithms": self._algorithms,
            "inFlight": in_flight,
            "lagRecords": lag,
            "startedAtUs": self._started_us,
            "atUs": time.time_ns() // 1_000,
        }
        source = f"/processors/{identity.processor}/{identity.instance}"
        self._publisher.push(
            Outgoing(
                topic=self._topic,
                partition=0,
                key=identity.processor.encode(),
                value=encode("heartbeats", self._schema_id, record),
                headers=event_headers("heartbeats", source),
            )
        )
