package main

import (
	"context"
	"reflect"
	"testing"

	windlass "github.com/windlass/windlass/sdks/go"
	"github.com/windlass/windlass/sdks/go/windlasstest"
)

func found(score, usual float64) windlass.Struct {
	return windlass.Struct{{Name: "score", Value: score}, {Name: "usual", Value: usual}}
}

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
	if result.Error != nil || !reflect.DeepEqual(result.Value, found(3, 2)) {
		t.Fatalf("%v, %+v", result.Value, result.Error)
	}
}

func TestAChainGivesItsOwnResults(t *testing.T) {
	chain := []windlass.AnyAlgorithm{indicator, deviation}
	task := windlasstest.TaskFor(chain...)
	task.Pane.Metadata["load"] = 2.0
	windlasstest.Keep(task,
		windlass.Signal{EventTimeUs: 0, Values: map[string]float64{"heap": 10}},
		windlass.Signal{EventTimeUs: 2_000_000, Values: map[string]float64{"heap": 30}},
	)
	results := windlasstest.RunLocal(context.Background(), task, chain...)
	if len(results) != 2 || results[0].Value != 5.0 || !reflect.DeepEqual(results[1].Value, found(5, 0)) {
		t.Fatalf("%+v", results)
	}
}

func TestARecordedTaskRunsWithTheInputsItHad(t *testing.T) {
	task, err := windlasstest.LoadTask("../../../python/samples/tasks/chain.json")
	if err != nil {
		t.Fatal(err)
	}
	results := windlasstest.RunLocal(context.Background(), task, indicator, deviation)
	if last := results[len(results)-1]; !reflect.DeepEqual(last.Value, found(0, 5)) {
		t.Fatalf("%+v", results)
	}
}
