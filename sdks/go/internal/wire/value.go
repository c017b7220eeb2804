package wire

import (
	"fmt"
	"sort"
)

// Field is one field of a [Struct].
type Field struct {
	Name  string
	Value any
}

// Struct is an ordered record: its fields travel in this order, each name once.
type Struct []Field

// Get is the value of a field, and whether there is one.
func (s Struct) Get(name string) (any, bool) {
	for _, field := range s {
		if field.Name == name {
			return field.Value, true
		}
	}
	return nil, false
}

// Value is a result as Avro holds it; see [ToValue] and [FromValue].
type Value struct {
	Value any `avro:"value"`
}

type doubleArray struct {
	Items []float64 `avro:"items"`
}
type valueList struct {
	Items []Value `avro:"items"`
}
type valueMap struct {
	Fields []valueField `avro:"fields"`
}
type valueField struct {
	Name  string `avro:"name"`
	Value Value  `avro:"value"`
}

// A branch is always named: which one is meant is never left to a guess.
const (
	branchArray  = "io.windlass.v1.DoubleArray"
	branchList   = "io.windlass.v1.ValueList"
	branchStruct = "io.windlass.v1.ValueMap"
)

// UnfitError is a value that cannot travel.
type UnfitError struct{ Message string }

func (e *UnfitError) Error() string { return e.Message }

// ToValue takes nil, bool, int64, float64, string, []byte, []float64, []any and [Struct] (and maps, by name).
func ToValue(value any) (*Value, error) { return toValue(value, 0) }

func toValue(value any, depth int) (*Value, error) {
	if depth > MaxResultDepth {
		return nil, errTooDeep
	}
	tagged := func(branch string, content any) (*Value, error) {
		return &Value{map[string]any{branch: content}}, nil
	}
	switch v := value.(type) {
	case nil:
		return &Value{nil}, nil
	case bool:
		return tagged("boolean", v)
	case int64:
		return tagged("long", v)
	case int:
		return tagged("long", int64(v))
	case float64:
		return tagged("double", v)
	case string:
		return tagged("string", v)
	case []byte:
		return tagged("bytes", v)
	case []float64:
		return tagged(branchArray, doubleArray{v})
	case []any:
		items := make([]Value, len(v))
		for i, one := range v {
			item, err := toValue(one, depth+1)
			if err != nil {
				return nil, err
			}
			items[i] = *item
		}
		return tagged(branchList, valueList{items})
	case Struct:
		fields := make([]valueField, len(v))
		seen := make(map[string]bool, len(v))
		for i, one := range v {
			if seen[one.Name] {
				return nil, &UnfitError{fmt.Sprintf("a struct has the field '%s' twice", one.Name)}
			}
			seen[one.Name] = true
			item, err := toValue(one.Value, depth+1)
			if err != nil {
				return nil, err
			}
			fields[i] = valueField{one.Name, *item}
		}
		return tagged(branchStruct, valueMap{fields})
	case map[string]any:
		return toValue(StructOf(v), depth)
	default:
		return nil, &UnfitError{fmt.Sprintf("a %T cannot travel", value)}
	}
}

// StructOf orders a map's fields by name.
func StructOf(fields map[string]any) Struct {
	made := make(Struct, 0, len(fields))
	for name, value := range fields {
		made = append(made, Field{name, value})
	}
	sort.Slice(made, func(i, j int) bool { return made[i].Name < made[j].Name })
	return made
}

// FromValue is the inverse of [ToValue], also of decoded values.
func FromValue(value Value) any {
	content, isMap := value.Value.(map[string]any)
	if !isMap {
		return value.Value
	}
	for name, inner := range content {
		switch v := inner.(type) {
		case doubleArray:
			return v.Items
		case valueList:
			items := make([]any, len(v.Items))
			for i, one := range v.Items {
				items[i] = FromValue(one)
			}
			return items
		case valueMap:
			made := make(Struct, len(v.Fields))
			for i, one := range v.Fields {
				made[i] = Field{one.Name, FromValue(one.Value)}
			}
			return made
		}
		switch name {
		case "doubles":
			return doublesOf(inner.([]any))
		case "items":
			return listOf(inner.([]any))
		case "fields":
			return structOf(inner.([]any))
		}
		return inner
	}
	return nil
}

func doublesOf(items []any) []float64 {
	doubles := make([]float64, len(items))
	for i, one := range items {
		doubles[i] = one.(float64)
	}
	return doubles
}

func listOf(items []any) []any {
	list := make([]any, len(items))
	for i, one := range items {
		list[i] = FromValue(Value{one.(map[string]any)["value"]})
	}
	return list
}

func structOf(fields []any) Struct {
	made := make(Struct, len(fields))
	for i, one := range fields {
		field := one.(map[string]any)
		inner := field["value"].(map[string]any)
		made[i] = Field{field["name"].(string), FromValue(Value{inner["value"]})}
	}
	return made
}
