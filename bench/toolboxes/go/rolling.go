package main

import (
	"math"

	windlass "github.com/windlass/windlass/sdks/go"
	"gonum.org/v1/gonum/stat"
)

// rollingCount is how many values that follow each other are looked at.
const rollingCount = 32

var rolling = windlass.NewAlgorithm(
	spec("rolling"),
	windlass.StructOf(
		windlass.FieldNamed("mean", windlass.Double("")), windlass.FieldNamed("deviation", windlass.Double("")),
		windlass.FieldNamed("highestMean", windlass.Double("")), windlass.FieldNamed("highestDeviation", windlass.Double("")),
	),
	func(c *windlass.Context) (windlass.Struct, error) {
		all := values(c)
		mean, deviation := stat.PopMeanStdDev(all, nil)
		highestMean, highestDeviation := math.Inf(-1), 0.0
		for end := rollingCount; end <= len(all); end++ {
			one, spread := stat.PopMeanStdDev(all[end-rollingCount:end], nil)
			highestMean, highestDeviation = max(highestMean, one), max(highestDeviation, spread)
		}
		return windlass.Struct{
			{Name: "mean", Value: mean}, {Name: "deviation", Value: deviation},
			{Name: "highestMean", Value: highestMean}, {Name: "highestDeviation", Value: highestDeviation},
		}, nil
	},
)
