package windlass

import (
	"github.com/twmb/avro"

	"github.com/windlass/windlass/sdks/go/internal/definition"
)

// Result is what an algorithm answers with: name, unit and the Go type of its results.
type Result[T any] struct{ declared definition.ResultType }

func typed[T any](name, unit string) Result[T] {
	return Result[T]{declared: definition.ResultType{Type: name, Unit: unit}}
}

// Double is a 64-bit float; NaN and infinities travel unchanged. The unit is UCUM, for instance MB/s; it may be empty.
func Double(unit string) Result[float64] { return typed[float64]("double", unit) }

// Long is a 64-bit integer.
func Long(unit string) Result[int64] { return typed[int64]("long", unit) }

// Boolean is a truth value.
func Boolean() Result[bool] { return typed[bool]("boolean", "") }

// String is text in UTF-8.
func String() Result[string] { return typed[string]("string", "") }

// Bytes are any.
func Bytes() Result[[]byte] { return typed[[]byte]("bytes", "") }

// Doubles is a dense array of 64-bit floats.
func Doubles(unit string) Result[[]float64] { return typed[[]float64]("array", unit) }

// List is an ordered list of any values: nil, bool, int64, float64, string, []byte, []float64, []any, [Struct].
func List(unit string) Result[[]any] { return typed[[]any]("array", unit) }

// None is no value: the algorithm is there for what it emits. Its function returns nil.
func None() Result[any] { return typed[any]("none", "") }

// FieldOf declares a field of a struct.
type FieldOf = definition.FieldType

// FieldNamed declares a field, which must be there.
func FieldNamed[T any](name string, result Result[T]) FieldOf {
	return FieldOf{Name: name, Type: result.declared}
}

// OptionalField may also be nil.
func OptionalField[T any](name string, result Result[T]) FieldOf {
	declared := result.declared
	declared.Optional = true
	return FieldOf{Name: name, Type: declared}
}

// StructOf is a record of named fields, each with its own type and unit; they travel in this order, whatever the order given.
func StructOf(fields ...FieldOf) Result[Struct] {
	return Result[Struct]{declared: definition.ResultType{Type: "struct", Fields: fields}}
}

// Avro is what an Avro schema of your own says: a record is a [Struct], an enum its symbol, an int or long an int64. It panics on
// what is no Avro schema, as the declaration of a package variable.
func Avro(schema string) Result[Struct] {
	root := avro.MustParse(schema).Root()
	node := root.ExpandReferences()
	return Result[Struct]{declared: definition.ResultType{Type: "avro", Avro: schema, AvroNode: node}}
}

// AnyOf forgets the Go type: the value is checked when it is returned. For programs that do not know it.
func AnyOf[T any](result Result[T]) Result[any] { return Result[any]{declared: result.declared} }
