"""Structured logs: a line of JSON for each, on standard output."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}


class JsonLines(logging.Formatter):
    """What is logged with ``extra={'windlass': {...}}`` become fields of the line."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__()
        self._fields = dict(fields)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": "warn" if record.levelname == "WARNING" else record.levelname.lower(),
            **self._fields,
            "msg": record.getMessage(),
            **getattr(record, "windlass", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = {
                "class": type(record.exc_info[1]).__name__,
                "message": str(record.exc_info[1]),
                "stack": "".join(traceback.format_exception(*record.exc_info)).rstrip(),
            }
        return json.dumps(line, ensure_ascii=False, default=str)


def json_logger(level: str, **fields: Any) -> logging.Logger:
    """The logger ``windlass``, to standard output; it is set up once a process."""
    log = logging.getLogger("windlass")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(fields))
    log.handlers = [handler]
    log.setLevel(_LEVELS[level])
    log.propagate = False
    return log


def told(**fields: Any) -> dict[str, Any]:
    """``log.info('…', extra=told(partition=3))``."""
    return {"windlass": fields}
