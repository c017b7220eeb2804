"""Sends signals: a stretch of a unit's life with three samples in it, and word that nothing of it is missing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import windlass as w


def life(unit: str, start_us: int) -> Iterator[w.NewSignal]:
    def made(what: str, second: int, **more: Any) -> w.NewSignal:
        at = start_us + second * 1_000_000
        return w.NewSignal(source=unit, id=f"{unit}:{start_us}:{what}", event_time_us=at, **more)

    whole = f"{unit}:{start_us}:life"
    yield made("start", 0, name="life", phase="START", correlation=whole)
    for second in range(3):
        yield made(str(second), second, name="sample", values={"heap": 40 + second}, units={"heap": "MB"})
    yield made("stop", 3, name="life", phase="STOP", correlation=whole)
    yield made("end", 4, name="watermark", phase="WATERMARK")


if __name__ == "__main__":
    with w.signal_publisher() as publisher:
        publisher.publish(life("unit-07", time.time_ns() // 1_000))
