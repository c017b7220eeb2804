package windlass

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

func sample(change func(*NewSignal)) NewSignal {
	one := NewSignal{Source: "unit-07", ID: "unit-07:1", Name: "sample", EventTimeUs: 1, Values: map[string]float64{"heap": 1}}
	change(&one)
	return one
}

func TestASignalThatTheHubCouldNotTakeIsRefusedBeforeItIsSent(t *testing.T) {
	many := map[string]float64{}
	for i := range 65 {
		many[fmt.Sprintf("c%d", i)] = 1
	}
	for wanted, change := range map[string]func(*NewSignal){
		"a source has 1 to 100 characters":        func(s *NewSignal) { s.Source = "" },
		"no white space at its ends":              func(s *NewSignal) { s.Source = "a " },
		"an id has 1 to 200 characters":           func(s *NewSignal) { s.ID = "" },
		"a correlation has 1 to 200":              func(s *NewSignal) { s.Correlation = "a\nb" },
		"name 'Sample' must match":                func(s *NewSignal) { s.Name = "Sample" },
		"EventTimeUs is 9223372036854775807":      func(s *NewSignal) { s.EventTimeUs = math.MaxInt64 },
		"Count is -1":                             func(s *NewSignal) { s.Count = -1 },
		"65 values, the limit signalValues is 64": func(s *NewSignal) { s.Values = many },
		"metadata.a is []int":                     func(s *NewSignal) { s.Metadata = map[string]any{"a": []int{1}} },
		"limit metadataBytes":                     func(s *NewSignal) { s.Metadata = map[string]any{"a": strings.Repeat("x", 17_000)} },
		"the limit signalBytes is 65536":          func(s *NewSignal) { s.Units = map[string]string{"heap": strings.Repeat("x", 70_000)} },
		"LOUD":                                    func(s *NewSignal) { s.Phase = "LOUD" },
	} {
		_, err := encodeSignal(sample(change), 1)
		var refused *SignalRefused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, wanted %s", err, wanted)
		}
	}
}

func TestASignalTravelsWithWhatWasNotSaid(t *testing.T) {
	record, wrong := recordOf(sample(func(s *NewSignal) { s.EventTimeUs = -1 }))
	if wrong != "" || record.Phase != "POINT" || record.Count != 1 || record.Correlation != nil || record.Values["heap"] != wire.Double(1) {
		t.Fatalf("%+v, %s", record, wrong)
	}
	if _, err := encodeSignal(sample(func(s *NewSignal) { s.Values = nil }), 1); err != nil {
		t.Fatal(err)
	}
}
