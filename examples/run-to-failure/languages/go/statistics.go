package main

import (
	"math"
	"slices"
)

func sum(values []float64) float64 {
	total := 0.0
	for _, value := range values {
		total += value
	}
	return total
}

func mean(values []float64) float64 { return sum(values) / float64(len(values)) }

func meanOrNil(values []float64) any {
	if len(values) == 0 {
		return nil
	}
	return mean(values)
}

func lastOrNil(values []float64) any {
	if len(values) == 0 {
		return nil
	}
	return values[len(values)-1]
}

// quantile interpolates between order statistics (type 7 of Hyndman and Fan); NaN of nothing.
func quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	place := float64(len(sorted)-1) * share
	below, above := sorted[int(math.Floor(place))], sorted[int(math.Ceil(place))]
	return below + (above-below)*(place-math.Floor(place))
}
