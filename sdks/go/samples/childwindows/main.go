// Child windows: each stretch above a level becomes a window of its own, on which other algorithms run.
package main

import windlass "github.com/windlass/windlass/sdks/go"

const level = 80

var peaks = windlass.NewAlgorithm(
	windlass.Spec{Name: "peaks", Version: "1", On: windlass.On("run@1"), Emits: []string{"peak@1"}},
	windlass.None(),
	func(c *windlass.Context) (any, error) {
		var inside *windlass.ChildWindow
		var height float64
		for _, signal := range c.Signals {
			load := signal.Values["load"]
			switch {
			case load > level && inside == nil:
				inside, height = &windlass.ChildWindow{WindowType: "peak@1", StartUs: signal.EventTimeUs}, load
			case load > level:
				height = max(height, load)
			case inside != nil:
				inside.EndUs, inside.Metadata = signal.EventTimeUs, map[string]any{"height": height}
				if err := c.Emit(*inside); err != nil {
					return nil, err
				}
				inside = nil
			}
		}
		return nil, nil // A stretch that goes on at the end of the window is not over yet.
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "peaks", Algorithms: windlass.Algorithms{peaks}})
}
