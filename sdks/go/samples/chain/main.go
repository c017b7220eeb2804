// Algorithms that feed each other: one task runs the whole chain.
package main

import windlass "github.com/windlass/windlass/sdks/go"

var indicator = windlass.NewAlgorithm(
	windlass.Spec{Name: "indicator", Version: "1", On: windlass.On("cycle@1")},
	windlass.Double("MB/s"),
	func(c *windlass.Context) (float64, error) {
		first, last := c.Signals[0], c.Signals[len(c.Signals)-1]
		seconds := float64(last.EventTimeUs-first.EventTimeUs) / 1e6
		return (last.Values["heap"] - first.Values["heap"]) / seconds / max(1, windlass.Number(c.Window.Metadata, "load")), nil
	},
)

var (
	now    = windlass.Same(indicator)
	recent = windlass.Previous(indicator, windlass.Span{Count: 20})
)

var deviation = windlass.NewAlgorithm(
	windlass.Spec{Name: "deviation", Version: "1", On: windlass.On("cycle@1"), Needs: []windlass.Need{now, recent}},
	windlass.StructOf(windlass.FieldNamed("score", windlass.Double("")), windlass.FieldNamed("usual", windlass.Double("MB/s"))),
	func(c *windlass.Context) (windlass.Struct, error) {
		sum := 0.0
		values := recent.Values(c)
		for _, value := range values {
			sum += value
		}
		usual := sum / max(1, float64(len(values)))
		return windlass.Struct{{Name: "score", Value: now.Get(c) - usual}, {Name: "usual", Value: usual}}, nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "condition", Algorithms: windlass.Algorithms{indicator, deviation}})
}
