//! Algorithms that answer with what they were given: every kind of value, both ways.

use windlass::{
    AnyAlgorithm, ResultType, Source, Value, avro, boolean, bytes, double, doubles, field, list, long, none,
    optional_field, read_as, remote, same, string, struct_of,
};

use crate::declared;

const LEVEL: &str = r#"{
  "type": "record", "name": "Level",
  "fields": [
    { "name": "level", "type": "double" },
    { "name": "mode", "type": { "type": "enum", "name": "Mode", "symbols": ["LOW", "HIGH"] } },
    { "name": "count", "type": "int", "default": 0 },
    { "name": "note", "type": ["null", "string"], "default": null },
    { "name": "marks", "type": { "type": "array", "items": "long" }, "default": [] }
  ]
}"#;

fn echo<T>(name: &str, result: ResultType<T>, source: &impl Source<Value>) -> AnyAlgorithm {
    let given = same(source);
    declared(name)
        .needs(&given)
        .run(result.any(), move |c| given.get(c))
        .into()
}

pub fn all() -> Vec<AnyAlgorithm> {
    let given = remote::<Value>("given@1");
    let nested = struct_of([field("x", double("")), field("y", long(""))]);
    let everything = struct_of([
        field("level", double("bar")),
        field("count", long("")),
        field("ok", boolean()),
        field("name", string()),
        field("raw", bytes()),
        field("series", doubles("")),
        field("nested", nested),
        optional_field("maybe", double("")),
    ]);
    vec![
        echo("echo-double", double(""), &given),
        echo("echo-long", long(""), &given),
        echo("echo-boolean", boolean(), &given),
        echo("echo-string", string(), &given),
        echo("echo-bytes", bytes(), &given),
        echo("echo-array", doubles(""), &given),
        echo("echo-list", list(""), &given),
        echo("echo-struct", everything, &given),
        echo("echo-avro", avro(LEVEL), &given),
        echo("reads-avro", avro(LEVEL), &read_as("given@1", avro(LEVEL).any())),
        declared("none").run(none(), |_| Ok(())).into(),
    ]
}
