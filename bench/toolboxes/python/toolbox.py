"""The toolbox on the Python SDK and numpy; what it must do is told in ../README.md."""

from __future__ import annotations

from typing import Any

import numpy as np

import windlass as w

ROLLING = 32


@w.algorithm(
    name="rolling",
    version="1",
    on="bench@1",
    result=w.struct(mean=w.double(), deviation=w.double(), highestMean=w.double(), highestDeviation=w.double()),
)
def rolling(context: w.Context) -> dict[str, float]:
    values = context.signals.array("value")
    stretches = np.lib.stride_tricks.sliding_window_view(values, ROLLING)
    return {
        "mean": float(values.mean()),
        "deviation": float(values.std()),
        "highestMean": float(stretches.mean(axis=1).max()),
        "highestDeviation": float(stretches.std(axis=1).max()),
    }


@w.algorithm(
    name="spectrum",
    version="1",
    on="bench@1",
    result=w.struct(peakHz=w.double("Hz"), peakAmplitude=w.double(), amplitudes=w.doubles()),
)
def spectrum(context: w.Context) -> dict[str, Any]:
    values = context.signals.array("value")
    count = len(values)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(count) / count)
    amplitudes = 2 * np.abs(np.fft.rfft((values - values.mean()) * window)) / window.sum()
    peak = 1 + int(amplitudes[1:].argmax())
    rate = float(context.window.metadata["rate"])  # type: ignore[arg-type]
    return {"peakHz": peak * rate / count, "peakAmplitude": float(amplitudes[peak]), "amplitudes": amplitudes}


@w.algorithm(
    name="threshold",
    version="1",
    on="bench@1",
    needs={"rolling": rolling, "spectrum": spectrum},
    result=w.struct(score=w.double(), alarm=w.boolean()),
)
def threshold(context: w.Context) -> dict[str, Any]:
    statistics, peaks = context.inputs["rolling"], context.inputs["spectrum"]
    score = peaks["peakAmplitude"] / context.window.metadata["limit"]
    return {"score": score, "alarm": score > 1 or statistics["highestDeviation"] > 3 * statistics["deviation"]}


@w.algorithm(name="trivial", version="1", on="bench@1", result=w.double())
def trivial(context: w.Context) -> float:
    return 2 * float(context.window.metadata["load"])  # type: ignore[arg-type]


toolbox = w.Processor("toolbox", [rolling, spectrum, threshold, trivial])

if __name__ == "__main__":  # worker processes import this module
    toolbox.run()
