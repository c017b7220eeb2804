package execution

import (
	"fmt"
	"math"
	"strings"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// Conform brings what an algorithm returned into its declared type; the error is an [AnswerFault] BAD_RESULT naming the place.
func Conform(declared definition.ResultType, value any, path string) (any, error) {
	if declared.Optional && value == nil {
		return nil, nil
	}
	switch declared.Type {
	case "none":
		if value == nil {
			return nil, nil
		}
	case "double":
		switch one := value.(type) {
		case float64:
			return one, nil
		case float32:
			return float64(one), nil
		}
	case "long":
		if whole, ok := wholeOf(value); ok {
			return whole, nil
		}
	case "boolean":
		if one, ok := value.(bool); ok {
			return one, nil
		}
	case "string":
		if one, ok := value.(string); ok {
			return one, nil
		}
	case "bytes":
		if one, ok := value.([]byte); ok {
			return one, nil
		}
	case "array":
		switch one := value.(type) {
		case []float64:
			if one == nil {
				one = []float64{}
			}
			return one, nil
		case []any:
			return one, nil
		}
	case "avro":
		return takeAvro(declared.AvroNode, value, place{path: path})
	case "struct":
		if given, ok := structOf(value); ok {
			return conformStruct(declared, given, path)
		}
	}
	return nil, mismatch(path, declared.Type, value)
}

func conformStruct(declared definition.ResultType, given wire.Struct, path string) (any, error) {
	known := make(map[string]bool, len(declared.Fields))
	made := make(wire.Struct, len(declared.Fields))
	for i, field := range declared.Fields {
		known[field.Name] = true
		value, isThere := given.Get(field.Name)
		if !isThere && field.Type.Type != "none" {
			return nil, missing(path+"."+field.Name, field.Type.Type)
		}
		one, err := Conform(field.Type, value, path+"."+field.Name)
		if err != nil {
			return nil, err
		}
		made[i] = wire.Field{Name: field.Name, Value: one}
	}
	for _, field := range given {
		if !known[field.Name] {
			return nil, mismatch(path+"."+field.Name, "no such field", field.Value)
		}
	}
	return made, nil
}

func structOf(value any) (wire.Struct, bool) {
	switch one := value.(type) {
	case wire.Struct:
		return one, true
	case map[string]any:
		return wire.StructOf(one), true
	}
	return nil, false
}

const maxWholeFloat = 1<<53 - 1

func wholeOf(value any) (int64, bool) {
	switch one := value.(type) {
	case int64:
		return one, true
	case int:
		return int64(one), true
	case int32:
		return int64(one), true
	case uint32:
		return int64(one), true
	case float64:
		if one == math.Trunc(one) && math.Abs(one) <= maxWholeFloat {
			return int64(one), true
		}
	}
	return 0, false
}

// shownCharacters of a wrong value.
const shownCharacters = 100

func mismatch(path, expected string, found any) error {
	text := "null"
	if found != nil {
		text = fmt.Sprintf("%T", found)
		switch found.(type) {
		case bool, int, int32, int64, float64, string:
			shown := []rune(strings.ToValidUTF8(fmt.Sprint(found), "?"))
			text += " " + string(shown[:min(len(shown), shownCharacters)])
		}
	}
	return &AnswerFault{"BAD_RESULT", fmt.Sprintf("%s is %s, declared is %s", path, text, expected)}
}

func missing(path, expected string) error {
	return &AnswerFault{"BAD_RESULT", fmt.Sprintf("%s is missing, declared is %s", path, expected)}
}
