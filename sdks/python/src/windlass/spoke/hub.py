"""Registration with the hub."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..config import Config
from ..definition.processor import Processor
from ..errors import RegistrationProblem, RegistrationRefused
from ..http import call
from ..log import told
from ..retrying import retrying

#: Others may bring what is missing, for so long.
PATIENCE_S = 30
_BROUGHT_BY_OTHERS = {"UNKNOWN_ALGORITHM", "UNKNOWN_WINDOW_TYPE", "STARVED"}
_BUSY = {409, 429}


@dataclass(frozen=True)
class Registration:
    """``revision``: the DAG revision that holds the processor."""

    revision: int
    window_topic: str
    result_topic: str
    partitions: int
    kafka_prefix: str
    result_collector_url: str | None


def register(processor: Processor, config: Config, log: logging.Logger, stopping: threading.Event) -> Registration:
    """Waits until the hub is up. Raises RegistrationRefused with every reason."""
    patience_ends = time.monotonic() + PATIENCE_S
    url = f"{config.hub_url}/v1/processors"

    def ask() -> Registration:
        status, text = call("POST", url, processor.registration(), config.token)
        if 200 <= status < 300:
            return _taken(json.loads(text), log)
        if status in _BUSY or status >= 500:
            raise OSError(f"HTTP {status}: {text}")
        refused = RegistrationRefused(status, _problems(text), text)
        may_mend = bool(refused.problems) and all(one.code in _BROUGHT_BY_OTHERS for one in refused.problems)
        if may_mend and time.monotonic() < patience_ends:
            raise OSError(str(refused))
        raise refused

    return retrying(
        ask,
        stopping,
        lambda error: log.warning("not registered yet, trying again: %s", error, extra=told(hubUrl=config.hub_url)),
    )


def _taken(answer: dict[str, Any], log: logging.Logger) -> Registration:
    for one in answer.get("warnings") or ():
        log.warning(one["message"], extra=told(code=one["code"], mend=one.get("mend")))
    for one in answer.get("hints") or ():
        log.info(one["message"], extra=told(code=one["code"], path=one.get("path")))
    return Registration(
        revision=answer["revision"],
        window_topic=answer["windowTopic"],
        result_topic=answer["resultTopic"],
        partitions=answer["partitions"],
        kafka_prefix=answer["kafkaPrefix"],
        result_collector_url=answer.get("resultCollectorUrl"),
    )


def _problems(body: str) -> Sequence[RegistrationProblem]:
    try:
        listed = json.loads(body).get("problems") or []
        return [RegistrationProblem(one["code"], one["message"], one.get("path"), one.get("mend")) for one in listed]
    except (ValueError, AttributeError, KeyError, TypeError):
        return []
