"""The samples, on tasks that a hub recorded (`windlass task save`) and on made ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import chain
import child_windows
import hello
import long_work
import numpy as np

import windlass as w

TASKS = Path(__file__).parents[1] / "samples" / "tasks"


def series(channel: str, *values: float) -> list[dict[str, Any]]:
    return [{"eventTimeUs": second * 1_000_000, "values": {channel: value}} for second, value in enumerate(values)]


def recorded(sample: str) -> Path:
    return TASKS / f"{sample}.json"


def test_hello_runs_a_recorded_window() -> None:
    assert hello.mean.run_local(recorded("hello")).value == 109.0


def test_chain_runs_a_recorded_window_with_the_inputs_it_had() -> None:
    assert chain.deviation.run_local(recorded("chain")).value == {"score": 0.0, "usual": 5.0}


def test_child_windows_runs_a_recorded_window() -> None:
    (first, second) = child_windows.peaks.run_local(recorded("child_windows")).emissions
    assert (first["metadata"], second["metadata"]) == ({"height": 95.0}, {"height": 85.0})
    assert [one["key"] for one in (first, second)] == ["pump-3", "pump-3"]


def test_long_work_runs_a_recorded_window() -> None:
    smooth = long_work.smooth.run_local(recorded("long_work")).value
    assert smooth.shape == (6,)
    np.testing.assert_allclose(smooth, np.mean([110, 190, 195, 120, 185, 105]), rtol=1e-6)


def test_hello_is_the_mean_of_a_channel() -> None:
    assert hello.mean.run_local(w.task_for(hello.mean, signals=series("heap", 1, 2, 6))).value == 3.0


def test_chain_is_an_indicator_and_how_far_it_is_from_its_usual() -> None:
    task = w.task_for(
        [chain.indicator, chain.deviation],
        signals=series("heap", 10, 20, 30),
        inputs={"recent": [2.0, 4.0]},
        window={"metadata": {"load": 2.0}},
    )
    assert [one.value for one in w.run_local(chain.condition, task)] == [5.0, {"score": 2.0, "usual": 3.0}]


def test_child_windows_are_one_for_each_stretch_above_the_level() -> None:
    task = w.task_for(child_windows.peaks, signals=series("load", 10, 90, 95, 20, 85, 5, 99))
    found = child_windows.peaks.run_local(task)
    assert found.error is None
    assert [(one["startUs"], one["endUs"], one["metadata"]) for one in found.emissions] == [
        (1_000_000, 3_000_000, {"height": 95.0}),
        (4_000_000, 5_000_000, {"height": 85.0}),
    ]


def test_long_work_is_an_array_and_an_error_that_is_not_retried() -> None:
    smooth = long_work.smooth.run_local(w.task_for(long_work.smooth, signals=series("heap", 3, 3, 3)))
    np.testing.assert_allclose(smooth.value, [3.0, 3.0, 3.0])
    empty = long_work.smooth.run_local(w.task_for(long_work.smooth))
    assert empty.error is not None
    assert (empty.error["class"], empty.error["retryable"]) == ("NonRetryableError", False)
