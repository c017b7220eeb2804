"""Sends signals as it is told, line by line (sdks/conformance/README.md says how)."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

import windlass as w

START_US = 1_795_400_000_000_000
telling = threading.Lock()


def life(source: str, count: int, padding: int, begun: threading.Event) -> Iterator[w.NewSignal]:
    def edge(what: str, phase: Any, at: int) -> w.NewSignal:
        return w.NewSignal(
            source=source, id=f"{source}:{what}", name="life", event_time_us=at, phase=phase, correlation=source
        )

    end = START_US + count
    yield edge("start", "START", START_US)
    for n in range(count):
        yield w.NewSignal(
            source=source,
            id=f"{source}:{n}",
            name="sample",
            event_time_us=START_US + n,
            values={"heap": n},
            units={"heap": "MB"},
            metadata={"padding": "x" * padding},
        )
    yield edge("stop", "STOP", end)
    yield w.NewSignal(source=source, id=f"{source}:end", name="watermark", event_time_us=end, phase="WATERMARK")
    begun.set()


def tell(**answer: Any) -> None:
    with telling:
        print(json.dumps(answer), flush=True)


def publish(
    publisher: w.SignalPublisher, begun: threading.Event, call: str, source: str, count: int, padding: int
) -> None:
    try:
        publisher.publish(life(source, count, padding, begun))
    except w.WindlassError as error:
        tell(call=call, error=str(error))
    else:
        tell(call=call, ok=True)


def main() -> None:
    limits = json.loads(sys.stdin.readline())
    publisher = w.signal_publisher(buffer_bytes=limits["bufferBytes"], close_timeout_s=limits["closeTimeoutMs"] / 1_000)
    tell(ready=True)
    calls: list[threading.Thread] = []
    for line in sys.stdin:
        begun = threading.Event()
        calls.append(threading.Thread(target=publish, args=(publisher, begun), kwargs=json.loads(line)))
        calls[-1].start()
        begun.wait()
    publisher.close()
    for one in calls:
        one.join()
    tell(closed=True)


if __name__ == "__main__":
    main()
