"""The deviation detector in Python. It answers what ../../src/model/deviation.ts answers, which tells what the fields mean."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import windlass as w

LEAST_INDICATORS = 4
CLAMP_SCALES = 3.0
REFERENCE_SCALES = 0.5

Indicator = dict[str, Any]

detector: dict[str, float] = json.loads((Path(__file__).parents[2] / "model.json").read_text())["detector"]


@w.algorithm(
    on="cycle@1",
    needs={"current": w.same(w.remote("indicator@1")), "recent": w.previous(w.remote("indicator@1"), 20)},
    result=w.struct(
        score=w.optional(w.double("1")),
        alarm=w.boolean(),
        changeAtUs=w.optional(w.double("us")),
        atUs=w.double("us"),
        floorBytes=w.double("By"),
        afterMajorGcBytes=w.optional(w.double("By")),
        requestsPerSecond=w.optional(w.double("Hz")),
    ),
)
def deviation(context: w.Context) -> dict[str, Any]:
    """Page's CUSUM over the steps of the heap's floor through the previous indicators, in any order, to the current one."""
    current: Indicator = context.inputs["current"]
    course = sorted([*w.values(context.inputs["recent"]), current], key=lambda one: one["atUs"])
    seen = {name: current[name] for name in ("atUs", "floorBytes", "afterMajorGcBytes", "requestsPerSecond")}
    if len(course) < LEAST_INDICATORS:
        return {"score": None, "alarm": False, "changeAtUs": None, **seen}
    score, change_at_us = 0.0, course[0]["atUs"]
    for before, after in pairwise(course):
        score = max(0.0, score + step(before, after) - REFERENCE_SCALES)
        if score == 0:
            change_at_us = after["atUs"]
    return {
        "score": score,
        "alarm": score > detector["threshold"],
        "changeAtUs": change_at_us if score > 0 else None,
        **seen,
    }


def step(before: Indicator, after: Indicator) -> float:
    """In scales of a healthy step, clamped."""
    rate: float = (after["floorBytes"] - before["floorBytes"]) / ((after["atUs"] - before["atUs"]) / 1e6)
    scales = (rate - detector["healthyRate"]) / detector["healthyRateScale"]
    return max(-CLAMP_SCALES, min(CLAMP_SCALES, scales))


processor = w.Processor("python", [deviation])

if __name__ == "__main__":  # worker processes import this module
    processor.run()
