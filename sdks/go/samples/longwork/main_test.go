package main

import (
	"context"
	"math"
	"testing"

	"github.com/windlass/windlass/sdks/go/windlasstest"
)

func TestARecordedWindowIsSmooth(t *testing.T) {
	task, err := windlasstest.LoadTask("../../../python/samples/tasks/long_work.json")
	if err != nil {
		t.Fatal(err)
	}
	found := windlasstest.RunLocal(context.Background(), task, smooth)[0]
	series, _ := found.Value.([]float64)
	if len(series) != 6 {
		t.Fatalf("%+v", found)
	}
	for _, one := range series {
		if mean := (110.0 + 190 + 195 + 120 + 185 + 105) / 6; math.Abs(one-mean) > 1e-6*mean {
			t.Errorf("%v is not the mean %v", one, mean)
		}
	}
}

func TestAWindowWithoutSignalsIsNotTriedAgain(t *testing.T) {
	found := windlasstest.RunLocal(context.Background(), windlasstest.TaskFor(smooth), smooth)[0]
	if found.Error == nil || found.Error.Retryable {
		t.Fatalf("%+v", found)
	}
}
