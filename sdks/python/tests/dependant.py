"""A processor of another team: it knows ``health`` and the window types by their stubs alone."""

from __future__ import annotations

from windlass_stubs.health import condition, deviation, in_order, indicator, samples
from windlass_stubs.window_types import PeakMetadata, minute, peak, run

import windlass as w

before = w.previous(indicator, 3)
fit = w.parent(in_order, on_missing="runWithout")


@w.algorithm(
    on=minute,
    needs={"now": indicator, "before": before, "course": deviation, "fit": fit},
    result=w.double("1"),
)
def wear(context: w.Context) -> float:
    course = context.get(deviation)
    if not context.lookup(fit):
        return float(course["span"]["from-us"])
    recent = w.values(context.get(before))
    usual = sum(recent) / max(1, len(recent))
    return (context.get(indicator) - usual) / course["usual"] * (minute.metadata(context)["load"] / 100)


@w.algorithm(on=run, needs={"samples": samples}, result=w.nothing(), emits=[peak])
def busy(context: w.Context) -> None:
    context.emit(peak, start_us=context.window.start_us, end_us=context.window.end_us, metadata={"height": 2.0})


@w.algorithm(on=run, needs={"condition": condition}, result=w.string())
def grade(context: w.Context) -> str:
    """By a schema of the team's own: fields are found by name, and have their own types."""
    found = context.get(condition)
    worn = any(part["worn"] for part in found["parts"].values())
    return f"{found['grade']} {found['hours'] or 'new'} {found['trend'][0]:.1f} {worn}"


processor = w.Processor("wear", [wear, busy, grade], team="other")


def wrong(context: w.Context) -> object:
    """What mypy refuses: it complains of a comment here that is not needed."""
    context.get(indicator).strip()  # type: ignore[attr-defined]
    context.get(before).strip()  # type: ignore[attr-defined]
    context.get(before)[0].value.strip()  # type: ignore[attr-defined]
    context.get(deviation)["scores"]  # type: ignore[typeddict-item]
    context.get(deviation)["score"] + 1  # type: ignore[operator]
    assert context.get(condition)["grade"] == "BAD"  # type: ignore[comparison-overlap]
    context.lookup(fit).bit_length()  # type: ignore[union-attr]
    minute.metadata(context)["laod"]  # type: ignore[typeddict-item]
    minute.metadata(context)["operator"].strip()  # type: ignore[union-attr]
    height: PeakMetadata = {"height": "high", "load": 1.0}  # type: ignore[typeddict-item]
    run_here: w.Algorithm[float] = indicator  # type: ignore[assignment]
    return height, run_here
