"""A processor that depends on stubs, which `windlass generate --lang python` made of e2e/src/stubs/*.yaml."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dependant import busy, grade, processor, wear

import windlass as w

WINDOW = {"metadata": {"load": 50.0}}
COURSE = {"score": 1.0, "usual": 2.0, "span": {"from-us": 3, "hot": False}}
INPUTS = {"now": 5.0, "before": [1.0, 2.0, 3.0], "course": COURSE}


@pytest.mark.parametrize(("fit", "wanted"), [({"fit": True}, 0.75), ({"fit": False}, 3.0), ({}, 3.0)])
def test_it_runs(fit: Any, wanted: float) -> None:
    assert wear.run_local(w.task_for(wear, inputs={**INPUTS, **fit}, window=WINDOW)).value == wanted


def test_it_reads_what_an_avro_schema_says() -> None:
    found = {"grade": "GOOD", "level": 1.0, "hours": 7, "trend": np.array([2.0]), "parts": {"wheel": {"worn": True}}}
    assert grade.run_local(w.task_for(grade, inputs={"condition": found})).value == "GOOD 7 2.0 True"


def test_it_opens_child_windows_by_their_stub() -> None:
    (emission,) = busy.run_local(w.task_for(busy, inputs={"samples": 1})).emissions
    assert (emission["windowType"], emission["metadata"]) == ("peak@1", {"height": 2.0})


def test_it_tells_the_hub_what_it_expects_to_read() -> None:
    reads = {"type": "double", "unit": "MPa/s"}
    assert processor.registration()["algorithms"][0]["dependencies"][:2] == [
        {"algorithm": "indicator@2", "relation": "same", "reads": reads},
        {"algorithm": "indicator@2", "relation": {"previous": 3}, "reads": reads},
    ]


def test_an_input_that_must_be_there_is_and_another_is_told() -> None:
    maybe = w.same(w.remote("a@1"), on_missing="runWithout")
    other = w.remote("b@1")

    @w.algorithm(on="t@1", needs={"maybe": maybe}, result=w.boolean())
    def looks(context: w.Context) -> bool:
        return context.lookup(maybe) is None

    @w.algorithm(on="t@1", needs={"maybe": maybe}, result=w.items())
    def gets(context: w.Context) -> list[Any]:
        return [context.get(maybe)]

    @w.algorithm(on="t@1", needs={"maybe": maybe}, result=w.items())
    def gets_another(context: w.Context) -> list[Any]:
        return [context.get(other)]

    assert looks.run_local(w.task_for(looks)).value
    for one, told in ((gets, "the input 'maybe' is not there"), (gets_another, "b@1.* is not among the needs")):
        failed = one.run_local(w.task_for(one))
        assert failed.error is not None
        assert not failed.error["retryable"]
        with pytest.raises(w.AlgorithmFailed, match=told):
            _ = failed.value
