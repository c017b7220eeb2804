"""Long work: tells that it is alive, stops when the hub cancels it, and says which errors are not worth a retry."""

import numpy as np

import windlass as w

PASSES = 200


@w.algorithm(on="run@1", result=w.doubles("MB"), timeout="10m", retry=w.Retry(attempts=3, backoff="5s"))
def smooth(context: w.Context) -> w.Doubles:
    series = context.signals.array("heap")
    if len(series) == 0:
        raise w.NonRetryableError("the window keeps no signals")
    for _ in range(PASSES):
        around = np.pad(series, 1, mode="edge")
        series = (around[:-2] + series + around[2:]) / 3
        context.progress()
        context.raise_if_cancelled()
    return series


long_work = w.Processor("long-work", [smooth])

if __name__ == "__main__":
    long_work.run()
