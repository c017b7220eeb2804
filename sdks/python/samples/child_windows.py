"""An algorithm that finds windows: each stretch above a level becomes a window of its own, on which others run."""

import numpy as np

import windlass as w

LEVEL = 80.0


@w.algorithm(on="run@1", result=w.nothing(), emits=["peak@1"])
def peaks(context: w.Context) -> None:
    load, times = context.signals.array("load"), context.signals.times_us
    above = np.concatenate([[False], load > LEVEL, [False]])
    steps = np.flatnonzero(above[1:] != above[:-1])
    for first, after in zip(steps[::2], steps[1::2], strict=True):
        if after < len(load):  # a stretch that goes on at the end of the window is not over yet
            height = {"height": load[first:after].max()}
            context.emit("peak@1", start_us=times[first], end_us=times[after], metadata=height)


finder = w.Processor("peaks", [peaks])

if __name__ == "__main__":
    finder.run()
