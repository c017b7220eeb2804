package execution

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/twmb/avro"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

func TestWhatIsReturnedIsBroughtIntoItsDeclaredType(t *testing.T) {
	number := definition.ResultType{Type: "double"}
	maybe := number
	maybe.Optional = true
	record := definition.ResultType{Type: "struct", Fields: []definition.FieldType{
		{Name: "level", Type: number}, {Name: "count", Type: definition.ResultType{Type: "long"}}, {Name: "maybe", Type: maybe},
	}}
	for _, one := range []struct {
		declared     definition.ResultType
		given, taken any
		wrong        string
	}{
		{number, 1.5, 1.5, ""},
		{number, float32(0.5), 0.5, ""},
		{number, 1, nil, "result is int 1, declared is double"},
		{number, nil, nil, "result is null, declared is double"},
		{maybe, nil, nil, ""},
		{definition.ResultType{Type: "none"}, nil, nil, ""},
		{definition.ResultType{Type: "none"}, 1.0, nil, "result is float64 1, declared is none"},
		{definition.ResultType{Type: "long"}, 7, int64(7), ""},
		{definition.ResultType{Type: "long"}, int64(math.MaxInt64), int64(math.MaxInt64), ""},
		{definition.ResultType{Type: "long"}, 7.0, int64(7), ""},
		{definition.ResultType{Type: "long"}, 7.5, nil, "declared is long"},
		{definition.ResultType{Type: "long"}, math.Ldexp(1, 60), nil, "declared is long"},
		{definition.ResultType{Type: "array"}, []float64(nil), []float64{}, ""},
		{definition.ResultType{Type: "array"}, []any{nil, "a"}, []any{nil, "a"}, ""},
		{definition.ResultType{Type: "array"}, []int{1}, nil, "result is []int, declared is array"},
		{record, map[string]any{"maybe": nil, "count": 2, "level": 1.0},
			wire.Struct{{Name: "level", Value: 1.0}, {Name: "count", Value: int64(2)}, {Name: "maybe", Value: nil}}, ""},
		{record, wire.Struct{{Name: "level", Value: 1.0}}, nil, "result.count is missing, declared is long"},
		{record, map[string]any{"maybe": nil, "count": 2, "level": 1.0, "other": 1}, nil, "result.other is int 1, declared is no such field"},
		{record, map[string]any{"maybe": "x", "count": 2, "level": 1.0}, nil, "result.maybe is string x, declared is double"},
	} {
		taken, err := Conform(one.declared, one.given, "result")
		if one.wrong == "" && (err != nil || !reflect.DeepEqual(taken, one.taken)) {
			t.Errorf("%v as %s: %v, %v", one.given, one.declared.Type, taken, err)
		}
		var fault *AnswerFault
		if one.wrong != "" && (!errors.As(err, &fault) || fault.Code != "BAD_RESULT" || !strings.Contains(err.Error(), one.wrong)) {
			t.Errorf("%v as %s: %v, wanted %s", one.given, one.declared.Type, err, one.wrong)
		}
	}
}

func TestConformingAgainChangesNothing(t *testing.T) {
	list := definition.ResultType{Type: "array"}
	record := definition.ResultType{Type: "struct", Fields: []definition.FieldType{{Name: "b", Type: list}, {Name: "a", Type: list}}}
	once, err := Conform(record, map[string]any{"a": []float64{1}, "b": []any{"x"}}, "result")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := Conform(record, once, "result")
	if err != nil || !reflect.DeepEqual(once, twice) {
		t.Fatalf("%v, then %v, %v", once, twice, err)
	}
}

func TestWhatNestsTooDeepIsToldBeforeItIsWalked(t *testing.T) {
	schema := avro.MustParse(`{"type": "record", "name": "Node", "namespace": "a.b", "fields": [
		{"name": "next", "type": ["null", "Node"], "default": null}]}`)
	declared := definition.ResultType{Type: "avro", AvroNode: schema.Root().ExpandReferences()}
	nested := func(levels int) any {
		made := wire.Struct{}
		for range levels - 1 {
			made = wire.Struct{{Name: "next", Value: made}}
		}
		return made
	}
	taken, err := Conform(declared, nested(2), "result")
	wanted := wire.Struct{{Name: "next", Value: wire.Struct{{Name: "next", Value: nil}}}}
	if err != nil || !reflect.DeepEqual(taken, wanted) {
		t.Fatalf("%v %v", taken, err)
	}
	for levels, isFit := range map[int]bool{33: true, 34: false, 1_000_000: false} {
		if err := wire.CheckDepth(nested(levels)); (err == nil) != isFit {
			t.Errorf("%d levels: %v", levels, err)
		}
	}
}
