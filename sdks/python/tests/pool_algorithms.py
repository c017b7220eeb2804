"""Algorithms that worker processes of the tests import."""

from __future__ import annotations

import os
import time

import windlass as w


@w.algorithm(on="t@1", result=w.double())
def works(context: w.Context) -> float:
    return 1.5


@w.algorithm(on="t@1", result=w.nothing())
def dies(context: w.Context) -> None:
    os._exit(3)


@w.algorithm(on="t@1", result=w.nothing())
def spins(context: w.Context) -> None:
    while True:
        pass


@w.algorithm(on="t@1", result=w.string(), timeout="30s")
def sleeps(context: w.Context) -> str:
    while True:
        context.progress()
        context.raise_if_cancelled()
        time.sleep(0.01)


@w.algorithm(on="t@1", result=w.nothing())
def notes(context: w.Context) -> None:
    """That it was run, in a file."""
    with open(str(context.window.metadata["path"]), "a", encoding="utf-8") as file:
        file.write(f"{context.window.metadata['job']}\n")


processor = w.Processor("pool-test", [works, dies, spins, sleeps, notes])
