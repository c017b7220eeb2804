package main

import (
	"math/rand"
	"reflect"
	"testing"

	windlass "github.com/windlass/windlass/sdks/go"
)

func TestTheConditionIsThatOfItsSamplesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewSource(3))
	samples := make([]windlass.Signal, 20)
	for i := range samples {
		samples[i] = windlass.Signal{EventTimeUs: int64(i) * 100_000, Values: map[string]float64{
			"heapUsedBytes": random.Float64() * 1e7, "eventLoopDelayMs": random.Float64(), "gcPauseMs": float64(i % 3),
		}}
	}
	wanted := conditionOf(samples)
	random.Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
	if got := conditionOf(samples); !reflect.DeepEqual(got, wanted) {
		t.Fatalf("%v, not %v", got, wanted)
	}
	if cpu, _ := wanted.Get("cpuPercent"); cpu != nil {
		t.Fatalf("what was not measured is %v", cpu)
	}
	if at, _ := wanted.Get("atUs"); at != 950_000.0 {
		t.Fatalf("at %v", at)
	}
}

func TestAQuantileLiesBetweenItsNeighbours(t *testing.T) {
	for share, wanted := range map[float64]float64{0: 1, 0.5: 2.5, 0.95: 3.85, 1: 4} {
		if got := quantile([]float64{4, 1, 3, 2}, share); got < wanted-1e-12 || got > wanted+1e-12 {
			t.Errorf("%v: %v, not %v", share, got, wanted)
		}
	}
}
