// A chain: an indicator, and how far it is from what was usual over the last twenty windows.
package main

import windlass "github.com/windlass/windlass/sdks/go"

var indicator = windlass.NewAlgorithm(
	windlass.Spec{Name: "indicator", Version: "1", On: windlass.On("cycle@1")},
	windlass.Double("MB/s"),
	func(c *windlass.Context) (float64, error) {
		if len(c.Signals) == 0 {
			return 0, nil
		}
		first, last := c.Signals[0], c.Signals[len(c.Signals)-1]
		seconds := float64(c.Window.EndUs-c.Window.StartUs) / 1e6
		return (last.Values["heap"] - first.Values["heap"]) / seconds, nil
	},
)

var (
	now    = windlass.Same(indicator)
	recent = windlass.Previous(indicator, windlass.Span{Count: 20})
)

var deviation = windlass.NewAlgorithm(
	windlass.Spec{Name: "deviation", Version: "1", On: windlass.On("cycle@1"), Needs: []windlass.Need{now, recent}},
	windlass.Double("MB/s"),
	func(c *windlass.Context) (float64, error) {
		usual := 0.0
		values := recent.Values(c)
		for _, value := range values {
			usual += value / float64(len(values))
		}
		return now.Get(c) - usual, nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "condition", Algorithms: windlass.Algorithms{indicator, deviation}})
}
