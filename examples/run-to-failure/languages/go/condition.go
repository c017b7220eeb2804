package main

import (
	"cmp"
	"slices"

	windlass "github.com/windlass/windlass/sdks/go"
)

// conditionOf reduces a cycle's samples, in any order, to its condition.
func conditionOf(signals []windlass.Signal) windlass.Struct {
	ordered := slices.SortedStableFunc(slices.Values(signals), func(a, b windlass.Signal) int {
		return cmp.Compare(a.EventTimeUs, b.EventTimeUs)
	})
	heaps := measured(ordered, "heapUsedBytes")
	return windlass.Struct{
		{Name: "samples", Value: float64(len(ordered))},
		{Name: "atUs", Value: float64(ordered[0].EventTimeUs+ordered[len(ordered)-1].EventTimeUs) / 2},
		{Name: "floorBytes", Value: slices.Min(heaps)},
		{Name: "meanBytes", Value: mean(heaps)},
		{Name: "peakBytes", Value: slices.Max(heaps)},
		{Name: "afterMajorGcBytes", Value: lastOrNil(measured(ordered, "heapAfterMajorGcBytes"))},
		{Name: "gcPauseMs", Value: sum(measured(ordered, "gcPauseMs"))},
		{Name: "eventLoopDelayP95Ms", Value: quantile(measured(ordered, "eventLoopDelayMs"), 0.95)},
		{Name: "rssBytes", Value: meanOrNil(measured(ordered, "rssBytes"))},
		{Name: "cpuPercent", Value: meanOrNil(measured(ordered, "cpuPercent"))},
		{Name: "requestLatencyMs", Value: meanOrNil(measured(ordered, "requestLatencyMs"))},
		{Name: "requestsPerSecond", Value: meanOrNil(measured(ordered, "requestsPerSecond"))},
	}
}

// measured are the values of one channel; what was not measured is absent.
func measured(samples []windlass.Signal, channel string) []float64 {
	var values []float64
	for _, one := range samples {
		if value, isThere := one.Values[channel]; isThere {
			values = append(values, value)
		}
	}
	return values
}
