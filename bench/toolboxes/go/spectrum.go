package main

import (
	"math"
	"math/cmplx"

	windlass "github.com/windlass/windlass/sdks/go"
	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/stat"
)

var spectrum = windlass.NewAlgorithm(
	spec("spectrum"),
	windlass.StructOf(
		windlass.FieldNamed("peakHz", windlass.Double("Hz")), windlass.FieldNamed("peakAmplitude", windlass.Double("")),
		windlass.FieldNamed("amplitudes", windlass.Doubles("")),
	),
	func(c *windlass.Context) (windlass.Struct, error) {
		all := values(c)
		count := len(all)
		mean, total := stat.Mean(all, nil), 0.0
		for i := range all {
			weight := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(count))
			all[i] = (all[i] - mean) * weight
			total += weight
		}
		amplitudes := make([]float64, count/2+1)
		peak := 1
		for k, one := range fourier.NewFFT(count).Coefficients(nil, all) {
			amplitudes[k] = 2 * cmplx.Abs(one) / total
			if k > 1 && amplitudes[k] > amplitudes[peak] {
				peak = k
			}
		}
		hz := float64(peak) * windlass.Number(c.Window.Metadata, "rate") / float64(count)
		return windlass.Struct{
			{Name: "peakHz", Value: hz}, {Name: "peakAmplitude", Value: amplitudes[peak]}, {Name: "amplitudes", Value: amplitudes},
		}, nil
	},
)
