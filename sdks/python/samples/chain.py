"""Algorithms that feed each other: one task runs the whole chain in one worker process."""

from __future__ import annotations

from typing import TypedDict

import windlass as w


class CycleMetadata(TypedDict):
    load: float


cycle = w.WindowType[CycleMetadata]("cycle@1")


@w.algorithm(on=cycle, result=w.double("MB/s"))
def indicator(context: w.Context) -> float:
    heap = context.signals.array("heap")
    growth = (heap[-1] - heap[0]) / context.signals.seconds[-1]
    return float(growth / max(1.0, cycle.metadata(context)["load"]))


@w.algorithm(
    on=cycle,
    needs={"indicator": indicator, "recent": w.previous(indicator, 20)},
    result=w.struct(score=w.double(), usual=w.double("MB/s")),
)
def deviation(context: w.Context) -> dict[str, float]:
    recent = w.values(context.inputs["recent"])
    usual = sum(recent) / max(1, len(recent))
    return {"score": context.inputs["indicator"] - usual, "usual": usual}


condition = w.Processor("condition", [indicator, deviation])

if __name__ == "__main__":
    condition.run()
