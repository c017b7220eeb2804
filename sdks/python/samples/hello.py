"""The smallest processor: the mean of one channel over each window."""

import windlass as w


@w.algorithm(on="cycle@1", result=w.double("MB"))
def mean(context: w.Context) -> float:
    return float(context.signals.array("heap").mean())


hello = w.Processor("hello", [mean])

if __name__ == "__main__":
    hello.run()
