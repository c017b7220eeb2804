// The toolbox on the Go SDK and gonum; what it must do is told in ../README.md.
package main

import windlass "github.com/windlass/windlass/sdks/go"

func main() {
	windlass.Main(windlass.Processor{Name: "toolbox", Algorithms: windlass.Algorithms{rolling, spectrum, threshold, trivial}})
}

func spec(name string, needs ...windlass.Need) windlass.Spec {
	return windlass.Spec{Name: name, Version: "1", On: windlass.On("bench@1"), Needs: needs}
}

var trivial = windlass.NewAlgorithm(spec("trivial"), windlass.Double(""), func(c *windlass.Context) (float64, error) {
	return 2 * windlass.Number(c.Window.Metadata, "load"), nil
})

var (
	statistics = windlass.Same(rolling)
	peaks      = windlass.Same(spectrum)
)

var threshold = windlass.NewAlgorithm(
	spec("threshold", statistics, peaks),
	windlass.StructOf(windlass.FieldNamed("score", windlass.Double("")), windlass.FieldNamed("alarm", windlass.Boolean())),
	func(c *windlass.Context) (windlass.Struct, error) {
		score := double(peaks.Get(c), "peakAmplitude") / windlass.Number(c.Window.Metadata, "limit")
		rolled := statistics.Get(c)
		alarm := score > 1 || double(rolled, "highestDeviation") > 3*double(rolled, "deviation")
		return windlass.Struct{{Name: "score", Value: score}, {Name: "alarm", Value: alarm}}, nil
	},
)

func double(of windlass.Struct, name string) float64 {
	value, _ := of.Get(name)
	number, _ := value.(float64)
	return number
}

func values(c *windlass.Context) []float64 {
	made := make([]float64, len(c.Signals))
	for i, one := range c.Signals {
		made[i] = one.Values["value"]
	}
	return made
}
