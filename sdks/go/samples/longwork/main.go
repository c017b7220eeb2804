// Long work: it tells that it is alive, and ends when its context does.
package main

import (
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

var fit = windlass.NewAlgorithm(
	windlass.Spec{Name: "fit", Version: "1", On: windlass.On("cycle@1"), Timeout: 10 * time.Minute},
	windlass.Double(""),
	func(c *windlass.Context) (float64, error) {
		residual := 1.0
		for range 1_000 {
			if err := c.Err(); err != nil {
				return 0, err // Cancelled, or over its limit: nobody waits for the result.
			}
			c.Progress()
			residual *= 0.99
		}
		return residual, nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "fit", Algorithms: windlass.Algorithms{fit}})
}
