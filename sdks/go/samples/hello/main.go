// The smallest processor: the mean of one channel over each window.
package main

import windlass "github.com/windlass/windlass/sdks/go"

var mean = windlass.NewAlgorithm(
	windlass.Spec{Name: "mean", Version: "1", On: windlass.On("cycle@1")},
	windlass.Double("MB"),
	func(c *windlass.Context) (float64, error) {
		sum := 0.0
		for _, signal := range c.Signals {
			sum += signal.Values["heap"]
		}
		return sum / float64(len(c.Signals)), nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "hello", Algorithms: windlass.Algorithms{mean}})
}
