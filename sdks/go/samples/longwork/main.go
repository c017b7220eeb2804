// Long work: it tells that it is alive, ends when its context does, and says which errors are not worth a retry.
package main

import (
	"errors"
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

const passes = 200

var smooth = windlass.NewAlgorithm(
	windlass.Spec{
		Name: "smooth", Version: "1", On: windlass.On("run@1"), Timeout: 10 * time.Minute,
		Retry: &windlass.RetryPolicy{Attempts: 3, Backoff: 5 * time.Second},
	},
	windlass.Doubles("MB"),
	func(c *windlass.Context) ([]float64, error) {
		if len(c.Signals) == 0 {
			return nil, windlass.NonRetryable(errors.New("the window keeps no signals"))
		}
		series := make([]float64, len(c.Signals))
		for i, signal := range c.Signals {
			series[i] = signal.Values["heap"]
		}
		for range passes {
			if err := c.Err(); err != nil {
				return nil, err // Cancelled, or over its limit: nobody waits for the result.
			}
			series = smoothed(series)
			c.Progress()
		}
		return series, nil
	},
)

func smoothed(series []float64) []float64 {
	last := len(series) - 1
	made := make([]float64, len(series))
	for i, one := range series {
		made[i] = (series[max(0, i-1)] + one + series[min(last, i+1)]) / 3
	}
	return made
}

func main() {
	windlass.Main(windlass.Processor{Name: "long-work", Algorithms: windlass.Algorithms{smooth}})
}
