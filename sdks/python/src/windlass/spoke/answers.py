"""Sends answers to where their tasks came from, with the trace context of the task."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..execution.answer import AnswerCodec, failed_item
from ..execution.answer_error import answer_error
from ..kafka.headers import ID, Headers, address_of, dead_letter_headers, event_headers
from ..kafka.publisher import Outgoing, Publisher
from ..log import told
from ..scheduling.intake import Entry
from ..wire.keys import partition_of
from ..wire.schemas import decode, split

Done = Callable[[], None]


class Answers:
    def __init__(
        self,
        publisher: Publisher,
        codec: AnswerCodec,
        *,
        window_topic: str,
        result_topic: str,
        dead_letter_topic: str,
        partitions: int,
        log: logging.Logger,
    ) -> None:
        self._publisher = publisher
        self._codec = codec
        self._window_topic = window_topic
        self._result_topic = result_topic
        self._dead_letter_topic = dead_letter_topic
        self._partitions = partitions
        self._log = log

    def send(self, entry: Entry, task_id: str, home_partition: int, record: bytes, done: Done | None = None) -> None:
        identity = self._codec.identity
        source = f"/processors/{identity.processor}/{identity.instance}"
        self._publisher.push(
            Outgoing(
                topic=self._result_topic,
                partition=home_partition,
                key=entry.raw_key,
                value=record,
                headers=event_headers("results", source, entry.headers, **{ID: task_id}),
                acknowledged=done,
                refused=lambda reason: self._send_smaller(entry, task_id, home_partition, record, reason, done),
                misplaced=lambda reason: self._nowhere(entry, reason, done),
            )
        )

    def send_error(self, entry: Entry, error: Mapping[str, Any], done: Done) -> None:
        """Answers a task that was not run: from its headers, or with a dead letter where they do not say enough."""
        address = address_of(entry.headers)
        if address is None:
            self._dead_letter(entry, error, done)
            return
        now_us = time.time_ns() // 1_000
        items = [
            failed_item({"executionId": one, "attempt": attempt, "startedAtUs": now_us, "endedAtUs": now_us}, error)
            for one, attempt in address.executions
        ]
        record = self._codec.encode(address.task_id, items)
        self.send(entry, address.task_id, address.home_partition, record, done)

    def _nowhere(self, entry: Entry, reason: str, done: Done | None) -> None:
        """A task whose home partition the result topic has not cannot be answered: nobody would read it."""
        self._log.error(
            "a task cannot be answered: %s", reason, extra=told(partition=entry.partition, offset=entry.offset)
        )
        if done is not None:
            self._dead_letter(entry, answer_error("BAD_TASK", reason), done)

    def _send_smaller(
        self, entry: Entry, task_id: str, home_partition: int, record: bytes, reason: str, done: Done | None
    ) -> None:
        """The topic takes less than the contracts allow: the answer says so instead."""
        self._log.error("the broker refuses an answer: %s", reason, extra=told(taskId=task_id, bytes=len(record)))
        error = answer_error("PAYLOAD_TOO_LARGE", reason)
        items = [failed_item(one, error) for one in decode("results", split(record)[1])["items"]]
        smaller = self._codec.encode(task_id, items)
        if len(smaller) < len(record):
            self.send(entry, task_id, home_partition, smaller, done)
        elif done is not None:
            done()

    def _dead_letter(self, entry: Entry, error: Mapping[str, Any], done: Done) -> None:
        what = {
            "code": error["code"] or error["class"],
            "message": error["message"],
            "topic": self._window_topic,
            "partition": str(entry.partition),
            "offset": str(entry.offset),
            "stage": self._codec.identity.processor,
        }

        def refused(reason: str) -> None:
            self._log.error("the broker refuses a dead letter: it is lost: %s", reason, extra=told(**what))
            done()

        self._publisher.push(
            Outgoing(
                topic=self._dead_letter_topic,
                partition=partition_of(entry.key, self._partitions),
                key=entry.raw_key,
                value=entry.value,
                headers=dead_letter_headers(_known(entry.headers), **what),
                acknowledged=done,
                refused=refused,
            )
        )


def _known(headers: Headers) -> Sequence[tuple[str, Any]]:
    return [(name, value) for name, value in headers if value is not None]
