// Sends signals as it is told, line by line (sdks/conformance/README.md says how).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

const startUs = 1_795_400_000_000_000

type call struct {
	Call, Source   string
	Count, Padding int
}

func (c call) life() []windlass.NewSignal {
	end := startUs + int64(c.Count)
	id := func(what any) string { return fmt.Sprintf("%s:%v", c.Source, what) }
	signals := []windlass.NewSignal{
		{Source: c.Source, ID: id("start"), Name: "life", Phase: "START", EventTimeUs: startUs, Correlation: c.Source},
	}
	for n := range c.Count {
		signals = append(signals, windlass.NewSignal{
			Source: c.Source, ID: id(n), Name: "sample", EventTimeUs: startUs + int64(n),
			Values: map[string]float64{"heap": float64(n)}, Units: map[string]string{"heap": "MB"},
			Metadata: map[string]any{"padding": strings.Repeat("x", c.Padding)},
		})
	}
	return append(signals,
		windlass.NewSignal{Source: c.Source, ID: id("stop"), Name: "life", Phase: "STOP", EventTimeUs: end, Correlation: c.Source},
		windlass.NewSignal{Source: c.Source, ID: id("end"), Name: "watermark", Phase: "WATERMARK", EventTimeUs: end},
	)
}

// waited is a context that tells that somebody waits for its end: then a call has begun.
type waited struct {
	context.Context
	once sync.Once
	is   chan struct{}
}

func (w *waited) Done() <-chan struct{} {
	w.tell()
	return w.Context.Done()
}

func (w *waited) tell() { w.once.Do(func() { close(w.is) }) }

var telling sync.Mutex

func tell(answer map[string]any) {
	telling.Lock()
	defer telling.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	lines := bufio.NewScanner(os.Stdin)
	var limits struct{ BufferBytes, CloseTimeoutMs int }
	if lines.Scan(); json.Unmarshal(lines.Bytes(), &limits) != nil {
		log.Fatalf("no limits: %s", lines.Text())
	}
	publisher, err := windlass.NewSignalPublisher(ctx, windlass.SignalPublisherOptions{
		BufferBytes: limits.BufferBytes, CloseTimeout: time.Duration(limits.CloseTimeoutMs) * time.Millisecond,
	})
	if err != nil {
		log.Fatal(err)
	}
	tell(map[string]any{"ready": true})
	var calls sync.WaitGroup
	for lines.Scan() {
		var one call
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			log.Fatal(err)
		}
		begun := &waited{Context: ctx, is: make(chan struct{})}
		calls.Go(func() {
			defer begun.tell()
			if err := publisher.Publish(begun, one.life()...); err != nil {
				tell(map[string]any{"call": one.Call, "error": err.Error()})
			} else {
				tell(map[string]any{"call": one.Call, "ok": true})
			}
		})
		<-begun.is
	}
	_ = publisher.Close()
	calls.Wait()
	tell(map[string]any{"closed": true})
}
