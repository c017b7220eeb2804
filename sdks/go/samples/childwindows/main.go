// Child windows: each peak that an algorithm finds is a window of its own, for other algorithms.
package main

import windlass "github.com/windlass/windlass/sdks/go"

var peaks = windlass.NewAlgorithm(
	windlass.Spec{Name: "peaks", Version: "1", On: windlass.On("cycle@1"), Emits: []string{"peak@1"}},
	windlass.Long(""),
	func(c *windlass.Context) (int64, error) {
		found := int64(0)
		for _, signal := range c.Signals {
			if height := signal.Values["heap"]; height > 100 {
				found++
				at := signal.EventTimeUs
				child := windlass.ChildWindow{WindowType: "peak@1", StartUs: at, EndUs: at + 1_000_000, Metadata: map[string]any{"height": height}}
				if err := c.Emit(child); err != nil {
					return 0, err
				}
			}
		}
		return found, nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "peaks", Algorithms: windlass.Algorithms{peaks}})
}
