"""Signals sent, samples run and results read on a real hub: where the environment names one (e2e/src/python-sdk.it.spec.ts does)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from confluent_kafka import Consumer, TopicPartition

import windlass as w
from windlass.wire.keys import partition_of
from windlass.wire.schemas import decode, split

pytestmark = pytest.mark.skipif("WINDLASS_RESULT_COLLECTOR_URL" not in os.environ, reason="there is no hub")

T = TypeVar("T")
SAMPLES = Path(__file__).parents[1] / "samples"
DEADLINE_S = 120.0
SECOND_US = 1_000_000
PUMPS = ("pump-1", "pump-2", "pump-3")
WINDOWS = 4
#: A sample each 100 ms; windows of a second.
START_US = w.micros("2026-03-01T00:00:00Z")


def eventually(ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
    ends = time.monotonic() + DEADLINE_S
    while not holds(found := ask()):
        assert time.monotonic() < ends, f"not within {DEADLINE_S} s; last was {found!r:.2000}"
        time.sleep(0.2)
    return found


@contextmanager
def running(sample: str, *, prints: str = "the processor runs") -> Iterator[None]:
    program = [sys.executable, str(SAMPLES / f"{sample}.py")]
    child = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said: list[str] = []
    while not said or prints not in said[-1]:
        said.append(child.stdout.readline())
        assert said[-1], f"{sample} ended: {said}"
    yield
    child.send_signal(signal.SIGTERM)
    child.stdout.read()
    assert child.wait(DEADLINE_S) == 0


def samples(source: str) -> list[w.NewSignal]:
    def one(at: int) -> w.NewSignal:
        heap = 100.0 + at * (1 + PUMPS.index(source))
        event_time_us = START_US + at * SECOND_US // 10
        return w.NewSignal(
            source=source,
            id=f"{source}:{at}",
            name="sample",
            event_time_us=event_time_us,
            values={"heap": heap},
            metadata={"load": 2.0},
        )

    end_us = START_US + (WINDOWS + 1) * SECOND_US
    watermark = w.NewSignal(source=source, id=f"{source}:end", name="sample", event_time_us=end_us, phase="WATERMARK")
    return [*(one(at) for at in range(10 * WINDOWS)), watermark]


@pytest.fixture(scope="module", autouse=True)
def computed() -> Iterator[None]:
    with running("hello"), running("chain"):
        with w.signal_publisher() as publisher:
            publisher.publish([one for pump in PUMPS for one in samples(pump)])
        rows = len(PUMPS) * WINDOWS
        eventually(lambda: w.results("mean@1"), lambda frame: len(frame) == rows)
        eventually(lambda: w.results("deviation@1"), lambda frame: len(frame) == rows)
        yield


def test_signals_lie_on_the_partition_of_their_source_in_order() -> None:
    topic = f"{os.environ['WINDLASS_PREFIX']}.signals.v1"
    consumer = Consumer({"bootstrap.servers": os.environ["WINDLASS_KAFKA_BROKERS"], "group.id": f"{topic}.test"})
    partitions = len(consumer.list_topics(topic).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, one, 0) for one in range(partitions)])
    wanted = sum(len(samples(pump)) for pump in PUMPS)
    found: list[Any] = []
    eventually(lambda: found.extend(consumer.consume(wanted, 0.2)), lambda _: len(found) >= wanted)
    consumer.close()
    for pump in PUMPS:
        mine = [one for one in found if one.key() == pump.encode()]
        assert {one.partition() for one in mine} == {partition_of(pump, partitions)}
        ids = [decode("signals", split(one.value())[1])["id"] for one in mine]
        assert ids == [one.id for one in samples(pump)]
        headers = dict(mine[0].headers())
        assert (headers["ce_id"], headers["ce_type"]) == (f"{pump}:0".encode(), b"io.windlass.signals.v1")


def test_results_are_a_frame_with_units_and_times() -> None:
    frame = w.results("mean@1", "pump-2")
    assert frame.attrs["units"] == {"result": "MB"}
    assert frame["result"].to_list() == [109.0, 129.0, 149.0, 169.0]
    assert str(frame["start_time"].dtype) == "datetime64[us, UTC]"
    assert frame["start_time"].to_list() == [
        pd.Timestamp(START_US + at * SECOND_US, unit="us", tz="UTC") for at in range(4)
    ]
    assert set(frame["state"]) == {"SUCCEEDED"}
    assert set(frame["window_type"]) == {"cycle@1"}
    assert frame["run"].to_list() == [0, 0, 0, 0]


def test_a_range_of_event_time_is_half_open() -> None:
    start = datetime.fromtimestamp(START_US / SECOND_US, timezone.utc)
    frame = w.results("mean@1", start=start + timedelta(seconds=1), end=start + timedelta(seconds=3))
    assert frame.groupby("source").size().to_dict() == dict.fromkeys(PUMPS, 2)


def test_structs_are_columns_with_the_units_that_the_algorithm_declares() -> None:
    from chain import deviation

    frame = w.results(deviation, "pump-1").sort_values("start_time")
    # The first window has nothing before it; each grows by 1 MB in 100 ms, at a load of 2.
    assert frame.attrs["units"] == {"result.usual": "MB/s"}
    np.testing.assert_allclose(frame["result.score"], [5.0, 0.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(frame["result.usual"], [0.0, 5.0, 5.0, 5.0])


def test_what_was_not_known_then_is_not_told() -> None:
    assert len(w.results("mean@1", as_of="2026-01-01")) == 0
    now = datetime.now(timezone.utc)
    assert len(w.results("mean@1", as_of=now)) == len(PUMPS) * WINDOWS


def test_a_table_and_a_stream_hold_the_same() -> None:
    table = w.results("mean@1", form="arrow")
    assert table.schema.field("result").type == pa.float64()
    assert table.schema.field("result").metadata == {b"unit": b"MB"}
    assert w.results("mean@1", form="stream").read_all().equals(table)


def test_the_hub_says_what_it_refuses() -> None:
    with pytest.raises(w.ResultsError, match="source") as told:
        w.results("mean@1", "x" * 200)
    assert not told.value.retryable
