package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Double is a 64-bit float whose JSON is a number, or the text of what JSON lacks.
type Double float64

// MarshalJSON writes NaN, infinities and minus zero as text.
func (d Double) MarshalJSON() ([]byte, error) {
	f := float64(d)
	switch {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	case f == 0 && math.Signbit(f):
		return []byte(`"-0"`), nil
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Double) UnmarshalJSON(text []byte) error {
	var name string
	if json.Unmarshal(text, &name) == nil && len(text) > 0 && text[0] == '"' {
		f, err := strconv.ParseFloat(name, 64)
		if math.IsNaN(f) {
			f = math.Float64frombits(0x7ff8_0000_0000_0000) // The one that other languages write.
		}
		*d = Double(f)
		return err
	}
	return json.Unmarshal(text, (*float64)(d))
}

type typedValue struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value,omitempty"`
}
type namedValue struct {
	Name  string `json:"name"`
	Value Value  `json:"value"`
}

// MarshalJSON says the value's type, because JSON cannot.
func (v Value) MarshalJSON() ([]byte, error) {
	kind, content := "", any(nil)
	switch one := FromValue(v).(type) {
	case nil:
		return []byte(`{"type":"null"}`), nil
	case bool:
		kind, content = "boolean", one
	case int64:
		kind, content = "long", strconv.FormatInt(one, 10)
	case float64:
		kind, content = "double", Double(one)
	case string:
		kind, content = "string", one
	case []byte:
		kind, content = "bytes", one
	case []float64:
		items := make([]Double, len(one))
		for i, item := range one {
			items[i] = Double(item)
		}
		kind, content = "array", items
	case []any:
		items := make([]*Value, len(one))
		for i, item := range one {
			items[i], _ = ToValue(item)
		}
		kind, content = "list", items
	case Struct:
		fields := make([]namedValue, len(one))
		for i, field := range one {
			inner, _ := ToValue(field.Value)
			fields[i] = namedValue{field.Name, *inner}
		}
		kind, content = "struct", fields
	}
	text, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return json.Marshal(typedValue{kind, text})
}

// UnmarshalJSON reads a value that says its type.
func (v *Value) UnmarshalJSON(text []byte) error {
	content, err := valueFromJSON(text)
	if err != nil {
		return err
	}
	made, err := ToValue(content)
	if err != nil {
		return err
	}
	*v = *made
	return nil
}

func valueFromJSON(text []byte) (any, error) {
	var typed typedValue
	if err := json.Unmarshal(text, &typed); err != nil {
		return nil, err
	}
	read := func(into any) error { return json.Unmarshal(typed.Value, into) }
	switch typed.Type {
	case "null":
		return nil, nil
	case "boolean":
		var one bool
		return scalar(&one, read)
	case "string":
		var one string
		return scalar(&one, read)
	case "long":
		var digits string
		if err := read(&digits); err != nil {
			return nil, err
		}
		return strconv.ParseInt(digits, 10, 64)
	case "double":
		var one Double
		err := read(&one)
		return float64(one), err
	case "bytes":
		var encoded string
		if err := read(&encoded); err != nil {
			return nil, err
		}
		return base64.StdEncoding.DecodeString(encoded)
	case "array":
		var items []Double
		err := read(&items)
		doubles := make([]float64, len(items))
		for i, item := range items {
			doubles[i] = float64(item)
		}
		return doubles, err
	case "list":
		var items []Value
		err := read(&items)
		list := make([]any, len(items))
		for i, item := range items {
			list[i] = FromValue(item)
		}
		return list, err
	case "struct":
		var fields []namedValue
		err := read(&fields)
		made := make(Struct, len(fields))
		for i, field := range fields {
			made[i] = Field{field.Name, FromValue(field.Value)}
		}
		return made, err
	}
	return nil, fmt.Errorf("'%s' is no type of a value", typed.Type)
}

func scalar[T any](into *T, read func(any) error) (any, error) {
	err := read(into)
	return *into, err
}
