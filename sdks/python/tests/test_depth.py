"""Values that nest deeper than they may: refused before anything that calls itself for each level ends the process."""

from __future__ import annotations

from typing import Any

import pytest

import windlass as w
from windlass.wire.bounded import bounded, name_of
from windlass.wire.depth import is_record_too_deep, is_too_deep
from windlass.wire.schemas import Unreadable, decode_value, parsed
from windlass.wire.value import from_value, to_value


def encoded(levels: int) -> bytes:
    """Lists of one in each other, with nothing in the last."""
    return b"\x0e\x02" * (levels - 1) + b"\x0e\x00" + b"\x00" * (levels - 1)


def nested(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels - 1):
        made = [made]
    return made


def test_a_value_is_read_as_deep_as_it_may_be() -> None:
    value = decode_value(encoded(33))
    assert not is_record_too_deep(value)
    assert from_value(value) == nested(33)
    assert to_value(from_value(value)) is not None


@pytest.mark.parametrize("levels", [34, 400, 5_000, 200_000])
def test_a_value_that_would_end_the_stack_is_unreadable(levels: int) -> None:
    with pytest.raises(Unreadable, match="resultDepth"):
        decode_value(encoded(levels))


@pytest.mark.parametrize("levels", [34, 200_000])
def test_what_an_algorithm_nests_too_deep_is_its_bad_result(levels: int) -> None:
    @w.algorithm(on="cycle@1", result=w.items())
    def deep(_: w.Context) -> list[Any]:
        return nested(levels)

    assert is_too_deep(nested(levels))
    with pytest.raises(w.AlgorithmFailed, match="resultDepth"):
        _ = deep.run_local(w.task_for(deep)).value


def test_a_schema_that_holds_itself_keeps_its_names_and_ends() -> None:
    tree = {
        "type": "record",
        "name": "Node",
        "namespace": "a.b",
        "fields": [
            {"name": "next", "type": ["null", "Node"]},
            {"name": "leaf", "type": {"type": "record", "name": "Leaf", "fields": [{"name": "x", "type": "double"}]}},
            {"name": "other", "type": "Leaf"},
        ],
    }
    made = bounded(tree)
    fields = made["fields"]
    assert (name_of(fields[0]["type"][1]["name"]), fields[1]["type"]["name"], fields[2]["type"]) == (
        "a.b.Node",
        "a.b.Leaf",
        "a.b.Leaf",
    )
    assert parsed('{"type": "record", "name": "R", "fields": [{"name": "me", "type": "R"}]}')


def test_a_schema_that_does_not_is_the_same() -> None:
    plain = {"type": "record", "name": "R", "fields": [{"name": "x", "type": ["null", "double"]}]}
    assert bounded(plain) == {**plain, "namespace": ""}
