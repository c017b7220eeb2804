package main

import (
	"context"
	"testing"

	windlass "github.com/windlass/windlass/sdks/go"
	"github.com/windlass/windlass/sdks/go/windlasstest"
)

func TestTheDeviationIsFromWhatWasUsual(t *testing.T) {
	task := windlasstest.TaskFor(deviation)
	for _, one := range []struct {
		relation string
		value    float64
	}{{"SAME", 5}, {"PREVIOUS", 1}, {"PREVIOUS", 3}} {
		if err := windlasstest.Given(task, "indicator@1", one.relation, one.value); err != nil {
			t.Fatal(err)
		}
	}
	result := windlasstest.RunLocal(context.Background(), task, deviation)[0]
	if result.Error != nil || result.Value != 3.0 {
		t.Fatalf("%v, %+v", result.Value, result.Error)
	}
}

func TestAChainGivesItsOwnResults(t *testing.T) {
	chain := []windlass.AnyAlgorithm{indicator, deviation}
	results := windlasstest.RunLocal(context.Background(), windlasstest.TaskFor(chain...), chain...)
	if len(results) != 2 || results[1].Value != 0.0 {
		t.Fatalf("%+v", results)
	}
}
