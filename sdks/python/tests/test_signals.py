"""A signal as a record: what travels, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

import windlass as w
from windlass.signals.signal_record import encode_signal
from windlass.wire.schemas import decode, split

AT_US = w.micros(datetime(2026, 11, 23, tzinfo=timezone.utc))
SAMPLE = w.NewSignal(source="unit-07", id="unit-07:3", name="sample", event_time_us=AT_US)


def test_a_signal_carries_what_was_given_and_the_defaults_of_the_rest() -> None:
    given = replace(
        SAMPLE,
        values={"heap": np.float64(1.5), "n": 2, "nan": float("nan")},
        metadata={"load": 3},
        units={"heap": "MB"},
    )
    schema_id, body = split(encode_signal(given, 7))
    record = decode("signals", body)
    assert schema_id == 7
    assert np.isnan(record["values"].pop("nan"))
    assert record == {
        "source": "unit-07",
        "id": "unit-07:3",
        "name": "sample",
        "eventTimeUs": AT_US,
        "phase": "POINT",
        "values": {"heap": 1.5, "n": 2.0},
        "count": 1,
        "correlation": None,
        "metadata": {"load": 3.0},
        "cause": None,
        "units": {"heap": "MB"},
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"source": ""}, "a source has 1 to 100 characters"),
        ({"source": " a"}, "no white space at its ends"),
        ({"id": "a\n"}, "an id has 1 to 200 characters"),
        ({"correlation": ""}, "a correlation has"),
        ({"name": "Sample"}, "'Sample' is no name"),
        ({"event_time_us": 1.5}, "event_time_us is 1.5, not whole microseconds"),
        ({"event_time_us": 2**53}, "not whole microseconds"),
        ({"phase": "BEGIN"}, "possible are POINT, START, STOP, WATERMARK"),
        ({"count": 0}, "count is 0"),
        ({"values": {f"v{at}": 1.0 for at in range(65)}}, "65 values, the limit signalValues is 64"),
        ({"values": {"heap": "1.5"}}, "the value of heap is '1.5', not a number"),
        ({"values": {1: 1.0}}, "is no signal"),
        ({"metadata": {"at": object()}}, r"metadata\.at is object"),
        ({"metadata": {"text": "x" * 20_000}}, "limit metadataBytes is 16384"),
        ({"units": {f"u{at}": "x" * 1_000 for at in range(70)}}, "the limit signalBytes is 65536"),
    ],
)
def test_what_the_hub_could_not_take_is_refused_naming_the_signal(wrong: Any, told: str) -> None:
    signal = replace(SAMPLE, **wrong)
    with pytest.raises(w.SignalRefused, match=told) as refused:
        encode_signal(signal, 7)
    assert refused.value.signal is signal
    assert refused.value.code == "SIGNAL_REFUSED"
