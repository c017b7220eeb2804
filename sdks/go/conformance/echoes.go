package main

import windlass "github.com/windlass/windlass/sdks/go"

const levelSchema = `{
  "type": "record", "name": "Level",
  "fields": [
    { "name": "level", "type": "double" },
    { "name": "mode", "type": { "type": "enum", "name": "Mode", "symbols": ["LOW", "HIGH"] } },
    { "name": "count", "type": "int", "default": 0 },
    { "name": "note", "type": ["null", "string"], "default": null },
    { "name": "marks", "type": { "type": "array", "items": "long" }, "default": [] }
  ]
}`

func echo[T any](name string, result windlass.Result[T], source windlass.Source[any]) windlass.AnyAlgorithm {
	given := windlass.Same(source)
	return windlass.NewAlgorithm(spec(name, given), windlass.AnyOf(result), func(c *windlass.Context) (any, error) {
		return given.Get(c), nil
	})
}

// echoes answer with what they were given: every kind of value, both ways.
func echoes() windlass.Algorithms {
	given := windlass.RemoteOf[any]("given@1")
	level := windlass.Avro(levelSchema)
	everything := windlass.StructOf(
		windlass.FieldNamed("level", windlass.Double("bar")),
		windlass.FieldNamed("count", windlass.Long("")),
		windlass.FieldNamed("ok", windlass.Boolean()),
		windlass.FieldNamed("name", windlass.String()),
		windlass.FieldNamed("raw", windlass.Bytes()),
		windlass.FieldNamed("series", windlass.Doubles("")),
		windlass.FieldNamed("nested", windlass.StructOf(
			windlass.FieldNamed("x", windlass.Double("")), windlass.FieldNamed("y", windlass.Long("")),
		)),
		windlass.OptionalField("maybe", windlass.Double("")),
	)
	return windlass.Algorithms{
		echo("echo-double", windlass.Double(""), given),
		echo("echo-long", windlass.Long(""), given),
		echo("echo-boolean", windlass.Boolean(), given),
		echo("echo-string", windlass.String(), given),
		echo("echo-bytes", windlass.Bytes(), given),
		echo("echo-array", windlass.Doubles(""), given),
		echo("echo-list", windlass.List(""), given),
		echo("echo-struct", everything, given),
		echo("echo-avro", level, given),
		echo("reads-avro", level, windlass.ReadAs("given@1", windlass.AnyOf(level))),
		windlass.NewAlgorithm(spec("none"), windlass.None(), func(*windlass.Context) (any, error) { return nil, nil }),
	}
}
