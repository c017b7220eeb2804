//! What travels is the same bytes in every language.

use std::collections::BTreeMap;
use std::fs;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::codec::{Codec, Family, encode, encoded_bytes, read_value, split};
use super::keys::{murmur2, partition_of, slot_of};
use super::result::{Heartbeat, ResultItem, ResultRecord};
use super::signal::Signal;
use super::task::{Control, Task};

const GOLDEN: &str = "../conformance/golden";

fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&fs::read_to_string(format!("{GOLDEN}/{name}.json")).unwrap()).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GoldenFile {
    schema_id: u32,
    records: Vec<GoldenRecord>,
}

#[derive(Deserialize)]
struct GoldenRecord {
    name: String,
    value: Json,
    hex: String,
}

fn schema(family: &str) -> String {
    fs::read_to_string(format!("../../schemas/{family}/value.avsc")).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Both ways. Fields of a map have no order, and lie in another where a record has several: it is read again then.
fn check<T: Serialize + DeserializeOwned>(family: &str) -> Vec<T> {
    let codec = Codec::new(&schema(family)).unwrap();
    let file: GoldenFile = read(family);
    assert!(!file.records.is_empty());
    let each = file.records.into_iter().map(|one| {
        let wanted: T = serde_json::from_value(one.value).unwrap_or_else(|error| panic!("{}: {error}", one.name));
        let as_json = |record: &T| serde_json::to_string(record).unwrap();
        let written = bytes(&one.hex);
        let (id, body) = split(&written).unwrap();
        assert_eq!(id, file.schema_id);
        let decoded: T = codec.read(body).unwrap_or_else(|error| panic!("{}: {error}", one.name));
        assert_eq!(as_json(&decoded), as_json(&wanted), "{}", one.name);
        let encoded = codec
            .encode(file.schema_id, &wanted)
            .unwrap_or_else(|error| panic!("{}: {error}", one.name));
        if one.name != "everything" {
            assert_eq!(hex(&encoded), one.hex, "{}", one.name);
        }
        let again: T = codec.read(&encoded[5..]).unwrap();
        assert_eq!(as_json(&again), as_json(&wanted), "{}", one.name);
        wanted
    });
    each.collect()
}

#[test]
fn tasks_are_the_same_bytes_as_elsewhere() {
    check::<Task>("windows");
}

#[test]
fn results_are_the_same_bytes_as_elsewhere() {
    for record in check::<ResultRecord>("results") {
        for item in record.items.iter().filter(|item| item.result.is_some()) {
            let with = |item: &ResultItem| {
                let items = vec![item.clone()];
                encode(
                    Family::Results,
                    1,
                    &ResultRecord {
                        items,
                        ..record.clone()
                    },
                )
                .unwrap()
                .len()
            };
            let without = ResultItem {
                result: None,
                ..item.clone()
            };
            let bytes = item.result.as_ref().map(encoded_bytes);
            assert_eq!(bytes, Some(with(item) - with(&without)), "{item:?}");
        }
    }
}

#[test]
fn heartbeats_are_the_same_bytes_as_elsewhere() {
    check::<Heartbeat>("heartbeats");
}

#[test]
fn control_records_are_the_same_bytes_as_elsewhere() {
    check::<Control>("control");
}

#[test]
fn signals_are_the_same_bytes_as_elsewhere() {
    check::<Signal>("signals");
}

#[derive(Deserialize)]
struct KeyFile {
    keys: Vec<KeyCase>,
}

#[derive(Deserialize)]
struct KeyCase {
    key: String,
    murmur2: i32,
    slot: i32,
    partitions: BTreeMap<String, i32>,
}

#[test]
fn keys_lie_where_they_lie_elsewhere() {
    let file: KeyFile = read("keys");
    for one in file.keys {
        let key = one.key.as_bytes();
        assert_eq!((murmur2(key), slot_of(key)), (one.murmur2, one.slot), "{}", one.key);
        for (partitions, partition) in one.partitions {
            assert_eq!(partition_of(key, partitions.parse().unwrap()), partition);
        }
    }
}

#[test]
fn schemas_are_those_of_the_repository() {
    for family in [Family::Results, Family::Heartbeats, Family::Signals] {
        assert_eq!(
            schema(family.name()),
            family.schema(),
            "npm run generate -w @windlass/contracts"
        );
    }
}

#[test]
fn a_value_that_would_end_the_stack_is_refused() {
    // A list of one, so many times, with null in the last.
    let deep = |levels| [[0x0e, 2].repeat(levels), vec![0; levels + 1]].concat();
    assert!(read_value(&deep(32)).is_ok());
    for levels in [33, 1_000_000] {
        assert!(read_value(&deep(levels)).unwrap_err().contains("resultDepth"));
        assert!(read_value(&deep(1)).is_ok());
    }
}

#[test]
fn what_is_not_in_the_wire_format_is_refused() {
    for value in [&b""[..], b"\0\0\0\0", b"not avro"] {
        assert!(split(value).is_err());
    }
    let bytes = bytes("000000000107");
    let (_, body) = split(&bytes).unwrap();
    assert!(Codec::new(&schema("control")).unwrap().read::<Control>(body).is_err());
}
