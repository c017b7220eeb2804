// Sends signals: a stretch of a unit's life with three samples in it, and word that nothing of it is missing.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

func main() {
	ctx := context.Background()
	publisher, err := windlass.NewSignalPublisher(ctx, windlass.SignalPublisherOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer publisher.Close()
	if err := publisher.Publish(ctx, life("unit-07", time.Now().UnixMicro())...); err != nil {
		log.Fatal(err)
	}
}

func life(unit string, startUs int64) []windlass.NewSignal {
	at := func(second int64) int64 { return startUs + second*1_000_000 }
	id := func(what any) string { return fmt.Sprintf("%s:%d:%v", unit, startUs, what) }
	signals := []windlass.NewSignal{{Source: unit, ID: id("start"), Name: "life", Phase: "START", EventTimeUs: at(0), Correlation: id("life")}}
	for second := range int64(3) {
		signals = append(signals, windlass.NewSignal{
			Source: unit, ID: id(second), Name: "sample", EventTimeUs: at(second),
			Values: map[string]float64{"heap": 40 + float64(second)}, Units: map[string]string{"heap": "MB"},
		})
	}
	return append(signals,
		windlass.NewSignal{Source: unit, ID: id("stop"), Name: "life", Phase: "STOP", EventTimeUs: at(3), Correlation: id("life")},
		windlass.NewSignal{Source: unit, ID: id("end"), Name: "watermark", Phase: "WATERMARK", EventTimeUs: at(4)},
	)
}
