package main

import (
	"context"
	"testing"

	"github.com/windlass/windlass/sdks/go/windlasstest"
)

func TestEachStretchAboveTheLevelOfARecordedWindowIsAWindow(t *testing.T) {
	task, err := windlasstest.LoadTask("../../../python/samples/tasks/child_windows.json")
	if err != nil {
		t.Fatal(err)
	}
	found := windlasstest.RunLocal(context.Background(), task, peaks)[0]
	if found.Error != nil || len(found.Emissions) != 2 {
		t.Fatalf("%+v", found)
	}
	for i, height := range []float64{95, 85} {
		if one := found.Emissions[i]; one.Key != "pump-3" || one.Metadata["height"] != height {
			t.Errorf("%+v", one)
		}
	}
}
