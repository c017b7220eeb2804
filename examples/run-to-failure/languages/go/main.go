// The condition indicator in Go. It answers what ../../src/model/indicator.ts answers, which tells what the fields mean.
package main

import (
	"errors"

	windlass "github.com/windlass/windlass/sdks/go"
)

var (
	bytes        = windlass.Double("By")
	milliseconds = windlass.Double("ms")
)

var indicator = windlass.NewAlgorithm(
	windlass.Spec{Name: "indicator", Version: "1", On: windlass.On("cycle@1")},
	windlass.StructOf(
		windlass.FieldNamed("samples", windlass.Double("1")),
		windlass.FieldNamed("atUs", windlass.Double("us")),
		windlass.FieldNamed("floorBytes", bytes),
		windlass.FieldNamed("meanBytes", bytes),
		windlass.FieldNamed("peakBytes", bytes),
		windlass.OptionalField("afterMajorGcBytes", bytes),
		windlass.FieldNamed("gcPauseMs", milliseconds),
		windlass.FieldNamed("eventLoopDelayP95Ms", milliseconds),
		windlass.OptionalField("rssBytes", bytes),
		windlass.OptionalField("cpuPercent", windlass.Double("%")),
		windlass.OptionalField("requestLatencyMs", milliseconds),
		windlass.OptionalField("requestsPerSecond", windlass.Double("Hz")),
	),
	func(c *windlass.Context) (windlass.Struct, error) {
		if len(c.Signals) == 0 {
			return nil, windlass.NonRetryable(errors.New("the window carries no samples: does its type keep signals?"))
		}
		return conditionOf(c.Signals), nil
	},
)

func main() {
	windlass.Main(windlass.Processor{Name: "go", Algorithms: windlass.Algorithms{indicator}})
}
