"""What every SDK reads and writes in the same way: the golden files of the conformance suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windlass.definition.dependency import Dependency, Remote
from windlass.scheduling.take_over import POISON_DEATHS, SUSPECT_OFFSETS, Claim, take_over
from windlass.wire.keys import murmur2, partition_of, slot_of
from windlass.wire.record_json import record_from_json, record_to_json
from windlass.wire.schemas import decode, encode, schema_text, split

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "conformance" / "golden"
FAMILIES = ("windows", "results", "heartbeats", "control", "signals")


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


RECORDS = [
    pytest.param(family, golden(family)["schemaId"], record, id=f"{family}: {record['name']}")
    for family in FAMILIES
    for record in golden(family)["records"]
]


@pytest.mark.parametrize(("family", "schema_id", "record"), RECORDS)
def test_a_record_is_the_same_bytes(family: Any, schema_id: int, record: Any) -> None:
    assert encode(family, schema_id, record_from_json(family, record["value"])).hex() == record["hex"]


@pytest.mark.parametrize(("family", "schema_id", "record"), RECORDS)
def test_bytes_are_the_same_record(family: Any, schema_id: int, record: Any) -> None:
    told, body = split(bytes.fromhex(record["hex"]))
    assert told == schema_id
    assert record_to_json(family, decode(family, body)) == record["value"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_packed_schemas_are_the_hubs(family: Any) -> None:
    assert json.loads(schema_text(family)) == json.loads((ROOT.parent / f"schemas/{family}/value.avsc").read_text())


def test_keys_lie_where_java_puts_them() -> None:
    for case in golden("keys")["keys"]:
        assert murmur2(case["key"].encode()) == case["murmur2"] & 0x7FFFFFFF
        assert slot_of(case["key"]) == case["slot"]
        for partitions, partition in case["partitions"].items():
            assert partition_of(case["key"], int(partitions)) == partition


def test_previous_windows_are_named_by_the_same_texts() -> None:
    for case in golden("previous")["texts"]:
        names = {
            "count": "count",
            "gap": "gap",
            "withinUs": "within_us",
            "durationUs": "duration_us",
            "gapUs": "gap_us",
        }
        span = {names[name]: amount for name, amount in case["previous"].items()}
        assert Dependency(Remote("a@1"), "previous", **span).previous_key == case["text"]


def test_taking_over_counts_deaths_alike() -> None:
    told = golden("take-over")
    assert (told["suspectOffsets"], told["poisonDeaths"]) == (SUSPECT_OFFSETS, POISON_DEATHS)
    for case in told["cases"]:
        taken = take_over(
            Claim.decode(case["metadata"]),
            offset=case["offset"],
            committed_offset=case["committedOffset"],
            end_offset=case["endOffset"],
            instance=case["instance"],
            is_alive=lambda holder, members=tuple(case["members"]): holder in members,  # type: ignore[misc]
        )
        assert taken.deaths == case["deaths"], case["name"]
        assert taken.suspect_until == case["suspectUntil"], case["name"]
