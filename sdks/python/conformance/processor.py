"""The conformance processor of this SDK; what each algorithm does is told in sdks/conformance/README.md."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import windlass as w

ON = "conformance@1"
MAIN = "CONFORMANCE_MAIN_PID"
given: w.Remote[Any] = w.remote("given@1")


def fails() -> float:
    raise ValueError("out of range")


@w.algorithm(on=ON, result=w.double("%"))
def load(context: w.Context) -> float:
    value = context.window.metadata.get("load")
    return float(value) if isinstance(value, (int, float)) else 0.0


@w.algorithm(on=ON, needs={"load": load}, result=w.double())
def doubled(context: w.Context) -> float:
    return fails() if context.window.metadata.get("fail") is True else 2 * float(context.inputs["load"])


@w.algorithm(on=ON, needs={"doubled": doubled}, result=w.double())
async def plus(context: w.Context) -> float:
    return float(context.inputs["doubled"]) + 1


LEVEL = {
    "type": "record",
    "name": "Level",
    "fields": [
        {"name": "level", "type": "double"},
        {"name": "mode", "type": {"type": "enum", "name": "Mode", "symbols": ["LOW", "HIGH"]}},
        {"name": "count", "type": "int", "default": 0},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "marks", "type": {"type": "array", "items": "long"}, "default": []},
    ],
}

ECHOES: dict[str, w.ResultType[Any]] = {
    "double": w.double(),
    "long": w.long(),
    "boolean": w.boolean(),
    "string": w.string(),
    "bytes": w.binary(),
    "array": w.doubles(),
    "list": w.items(),
    "struct": w.struct(
        level=w.double("bar"),
        count=w.long(),
        ok=w.boolean(),
        name=w.string(),
        raw=w.binary(),
        series=w.doubles(),
        nested=w.struct(x=w.double(), y=w.long()),
        maybe=w.optional(w.double()),
    ),
    "avro": w.avro(LEVEL),
}


def echo_of(name: str, result: w.ResultType[Any]) -> w.Algorithm[Any]:
    @w.algorithm(name=f"echo-{name}", on=ON, needs={"given": given}, result=result)
    def echo(context: w.Context) -> Any:
        return context.inputs["given"]

    return echo


@w.algorithm(name="reads-avro", on=ON, needs={"given": w.remote("given@1", w.avro(LEVEL))}, result=w.avro(LEVEL))
def reads_avro(context: w.Context) -> Any:
    return context.inputs["given"]


@w.algorithm(on=ON, result=w.nothing())
def none(_: w.Context) -> None: ...


@w.algorithm(
    on=ON,
    needs={
        "same": w.same(given, on_missing="runWithout"),
        "parent": w.parent(given, on_missing="runWithout"),
        "children": w.children(given),
        "three": w.previous(given, 3),
        "hour": w.previous(given, "1h"),
        "ranged": w.same(w.remote("ranged@^1.0"), on_missing="runWithout"),
        "members": w.members(given),
    },
    result=w.items(),
)
def inputs(context: w.Context) -> list[str]:
    got = context.inputs

    def listed(label: str, name: str) -> list[str]:
        return [f"{label}:{one.window_id}={one.value}" for one in got[name]]

    def single(name: str) -> str:
        return f"{name}:{'none' if got[name] is None else got[name]}"

    return [
        single("same"),
        single("parent"),
        *listed("child", "children"),
        *listed("three", "three"),
        *listed("hour", "hour"),
        single("ranged"),
        *listed("member", "members"),
    ]


@w.algorithm(on=w.Binding(ON, timing=("EARLY", "ON_TIME", "LATE", "FINAL"), min_completeness=0.5), result=w.items())
def window(context: w.Context) -> list[Any]:
    at = context.window
    told: list[Any] = [at.key, at.window_type, at.start_us, at.end_us, at.generation, at.revision, at.timing]
    told += [at.is_final, at.elements, at.added, at.completeness, at.gap_us, at.watermark_us, at.parent_window_id]
    told += [at.lane, None if at.source is None else at.source.kind]
    told += [at.metadata.get("load"), at.metadata.get("shift"), context.execution_id, context.attempt]
    for one in context.signals:
        kept = [one.id, one.name, one.event_time_us, one.phase, one.count, one.values.get("heap"), one.correlation]
        told.append(kept)
    return told


@w.algorithm(on=ON, result=w.double())
def throws(context: w.Context) -> float:
    characters = context.window.metadata.get("characters")
    if isinstance(characters, float):
        raise ValueError("x" * int(characters))
    return fails()


@w.algorithm(
    on=ON,
    result=w.double(),
    timeout="30s",
    schedule_to_close="2m",
    retry=w.Retry(attempts=3, backoff="100ms", backoff_factor=2, max_backoff="1s", jitter=0, non_retryable=["TIMEOUT"]),
)
def refuses(_: w.Context) -> float:
    raise w.NonRetryableError("never")


@w.algorithm(on=ON, result=w.string())
def sleeps(context: w.Context) -> str:
    ms = context.window.metadata.get("sleepMs")
    ends = time.monotonic() + float(ms) / 1_000 if isinstance(ms, (int, float)) else float("inf")
    while time.monotonic() < ends:
        context.progress()
        context.raise_if_cancelled()
        time.sleep(max(0.0, min(0.1, ends - time.monotonic())))
    return "slept"


@w.algorithm(on=ON, result=w.string())
def busy(context: w.Context) -> str:
    ms = context.window.metadata.get("busyMs")
    ends = time.monotonic() + float(ms or 0) / 1_000
    while time.monotonic() < ends:
        pass
    return "busy"


@w.algorithm(on=ON, result=w.nothing())
def dies(_: w.Context) -> None:
    os._exit(3)


@w.algorithm(on=ON, result=w.nothing())
def kills(_: w.Context) -> None:
    os.kill(int(os.environ[MAIN]), signal.SIGKILL)
    time.sleep(60)


def letters(context: w.Context) -> str:
    return "x" * int(float(context.window.metadata.get("bytes") or 0))


@w.algorithm(on=ON, result=w.string())
def giant(context: w.Context) -> str:
    return letters(context)


@w.algorithm(on=ON, result=w.string(), max_result_bytes=100)
def small(context: w.Context) -> str:
    return letters(context)


NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"], "default": None}]}


def levels(context: w.Context) -> range:
    return range(1, int(float(context.window.metadata.get("levels") or 0)))


@w.algorithm(on=ON, result=w.items())
def deep(context: w.Context) -> list[Any]:
    nested: list[Any] = []
    for _ in levels(context):
        nested = [nested]
    return nested


@w.algorithm(on=ON, result=w.avro(NODE))
def deep_avro(context: w.Context) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for _ in levels(context):
        nested = {"next": nested}
    return nested


@w.algorithm(on=ON, result=w.nothing(), emits=["found@1"])
def emits(context: w.Context) -> None:
    at = context.window
    how = at.metadata.get("as")
    start, end = at.start_us, at.start_us + 1
    if how == "key":
        context.emit("found@1", start_us=start, end_us=end, key="unit-other", emission_key="second")
    elif how == "undeclared":
        context.emit("other@1", start_us=start, end_us=end)
    elif how == "empty":
        context.emit("found@1", start_us=start, end_us=start)
    else:
        windows = at.metadata.get("windows")
        for i in range(int(windows) if isinstance(windows, (int, float)) else 1):
            context.emit("found@1", start_us=start + i, end_us=end + i, metadata={"index": i})


@w.algorithm(on=ON, result=w.string())
def traces(context: w.Context) -> str:
    return context.trace.get("traceparent", "none")


conformance = w.Processor(
    name="conformance",
    version="7",
    algorithms=[
        load,
        doubled,
        plus,
        *(echo_of(name, result) for name, result in ECHOES.items()),
        reads_avro,
        none,
        inputs,
        window,
        throws,
        refuses,
        sleeps,
        busy,
        dies,
        kills,
        giant,
        small,
        deep,
        deep_avro,
        emits,
        traces,
    ],
)

if __name__ == "__main__":
    os.environ[MAIN] = str(os.getpid())
    conformance.run()
