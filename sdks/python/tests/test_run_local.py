"""Algorithms on tasks, without servers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

import windlass as w


@w.algorithm(on="cycle@1", result=w.double("MB/s"))
def indicator(context: w.Context) -> float:
    heap = context.signals.array("heap")
    return float((heap[-1] - heap[0]) / context.signals.seconds[-1])


@w.algorithm(
    on="cycle@1",
    needs={"indicator": indicator, "recent": w.previous(indicator, 20)},
    result=w.struct(score=w.double(), usual=w.optional(w.double("MB/s"))),
)
async def deviation(context: w.Context) -> dict[str, float | None]:
    recent = w.values(context.inputs["recent"])
    usual = float(np.mean(recent)) if recent else None
    return {"score": context.inputs["indicator"] - (usual or 0.0), "usual": usual}


def heap(*values: float) -> list[dict[str, object]]:
    return [{"eventTimeUs": at * 1_000_000, "values": {"heap": value}} for at, value in enumerate(values)]


def test_a_chain_passes_its_results_on() -> None:
    task = w.task_for([indicator, deviation], signals=heap(10, 20, 30), inputs={"recent": [2.0, 4.0]})
    first, second = w.run_local([indicator, deviation], task)
    assert first.value == 10.0
    assert second.value == {"score": 7.0, "usual": 3.0}


def test_an_algorithm_runs_alone() -> None:
    assert indicator.run_local(w.task_for(indicator, signals=heap(1, 2))).value == 1.0


def test_a_function_stays_a_function() -> None:
    assert indicator.ref == "indicator@1"
    assert indicator.function.__name__ == "indicator"


def test_what_is_raised_is_told_with_its_stack() -> None:
    result = indicator.run_local(w.task_for(indicator))
    assert result.error is not None
    assert (result.error["class"], result.error["retryable"], result.error["code"]) == ("IndexError", True, None)
    assert "in indicator" in result.error["stack"]
    with pytest.raises(w.AlgorithmFailed, match="IndexError"):
        _ = result.value


def test_a_result_of_another_type_is_refused() -> None:
    @w.algorithm(on="cycle@1", result=w.double())
    def wrong(context: w.Context) -> float:
        return "x"  # type: ignore[return-value]

    error = wrong.run_local(w.task_for(wrong)).error
    assert error is not None
    assert (error["code"], error["message"]) == ("BAD_RESULT", "result is str 'x', declared is double")


def test_arrays_come_and_go_as_numpy() -> None:
    @w.algorithm(on="cycle@1", result=w.doubles())
    def squares(context: w.Context) -> npt.NDArray[np.float64]:
        return np.square(context.signals.array("heap"))

    value = squares.run_local(w.task_for(squares, signals=heap(1, 2, 3))).value
    assert isinstance(value, np.ndarray)
    assert value.tolist() == [1.0, 4.0, 9.0]


def test_children_are_emitted_with_the_windows_key() -> None:
    @w.algorithm(on="run@1", result=w.nothing(), emits=["peak@1"])
    def peaks(context: w.Context) -> None:
        context.emit("peak@1", start_us=int(np.int64(1)), end_us=5, metadata={"height": np.float64(2.5)})

    (child,) = peaks.run_local(w.task_for(peaks)).emissions
    assert (child["key"], child["startUs"], child["metadata"]) == ("source", 1, {"height": 2.5})


@pytest.mark.parametrize(
    ("emitted", "told"),
    [
        ({"window_type": "other@1", "start_us": 0, "end_us": 1}, "emits other@1, declared are peak@1"),
        ({"window_type": "peak@1", "start_us": 1, "end_us": 1}, r"a window \[1, 1\) is no window"),
        ({"window_type": "peak@1", "start_us": 0.5, "end_us": 1}, "whole microseconds"),
        ({"window_type": "peak@1", "start_us": 0, "end_us": 1, "key": ""}, "nameLength"),
        ({"window_type": "peak@1", "start_us": 0, "end_us": 1, "metadata": {"a": []}}, "metadata.a is list"),
    ],
)
def test_a_child_that_cannot_be_fails_the_algorithm(emitted: dict[str, object], told: str) -> None:
    @w.algorithm(on="run@1", result=w.nothing(), emits=["peak@1"])
    def peaks(context: w.Context) -> None:
        context.emit(**emitted)  # type: ignore[arg-type]

    result = peaks.run_local(w.task_for(peaks))
    assert result.error is not None
    assert (result.error["class"], result.error["retryable"]) == ("BadEmission", False)
    with pytest.raises(w.AlgorithmFailed, match=told):
        _ = result.value


def test_a_need_that_may_be_missing_is_none() -> None:
    @w.algorithm(on="cycle@1", needs={"maybe": w.same(indicator, on_missing="runWithout")}, result=w.boolean())
    def is_there(context: w.Context) -> bool:
        return context.inputs["maybe"] is not None

    assert is_there.run_local(w.task_for(is_there)).value is False


def test_the_registration_tells_what_is_declared() -> None:
    declared = w.Processor("condition", [indicator, deviation], version="2").registration()
    assert declared["algorithms"][1] == {
        "name": "deviation",
        "version": "1",
        "windows": [{"windowType": "cycle@1", "on": ["ON_TIME", "LATE"]}],
        "dependencies": [
            {"algorithm": "indicator@1", "relation": "same", "reads": {"type": "double", "unit": "MB/s"}},
            {
                "algorithm": "indicator@1",
                "relation": {"previous": 20},
                "reads": {"type": "double", "unit": "MB/s"},
            },
        ],
        "result": {
            "type": "struct",
            "fields": {
                "score": {"type": "double"},
                "usual": {"type": "double", "unit": "MB/s", "optional": True},
            },
        },
        "emits": [],
    }


@pytest.mark.parametrize("name", ["Bad Name", "", "1a", "a" * 101])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(w.DefinitionError, match="is no name"):
        w.Processor(name, [indicator])


def test_signals_are_arrays_of_the_algorithms_own() -> None:
    @w.algorithm(on="cycle@1", result=w.doubles())
    def spoils(context: w.Context) -> w.Doubles:
        heap = context.signals.array("heap")
        heap -= heap[0]
        context.signals.times_us[:] = 0
        return heap

    @w.algorithm(
        on="cycle@1", result=w.struct(heap=w.doubles(), seconds=w.doubles(), other=w.doubles(), first=w.double())
    )
    def looks(context: w.Context) -> dict[str, object]:
        signals = context.signals
        return {
            "heap": signals.array("heap"),
            "seconds": signals.seconds,
            "other": signals.array("other"),
            "first": signals[0].values["heap"],
        }

    signals = [{"eventTimeUs": at * 500_000, "values": {"heap": 3.0 + at}} for at in range(2)]
    _, looked = w.run_local([spoils, looks], w.task_for([spoils, looks], signals=signals))
    assert {name: list(one) for name, one in looked.value.items() if name in ("heap", "seconds")} == {
        "heap": [3.0, 4.0],
        "seconds": [0.0, 0.5],
    }
    assert looked.value["first"] == 3.0
    assert [one != one for one in looked.value["other"]] == [True, True]
