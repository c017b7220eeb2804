package spoke

import (
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const heartbeatInterval = 5 * time.Second

// heartbeats tell the hub every 5 s that this instance lives, what it runs and how far it is behind.
type heartbeats struct {
	publisher *publisher
	topic     string
	schemaID  int32
	first     wire.Heartbeat
	load      func() (int32, *int64)

	mutex  sync.Mutex
	state  string
	ticker *time.Ticker
}

func (h *heartbeats) start() {
	h.first.StartedAtUs = execution.NowUs()
	h.ticker = time.NewTicker(heartbeatInterval)
	h.say("RUNNING")
	go func() {
		for range h.ticker.C {
			h.mutex.Lock()
			state := h.state
			h.mutex.Unlock()
			if state == "STOPPED" {
				return
			}
			h.say(state)
		}
	}()
}

// say tells a state, now and from now on.
func (h *heartbeats) say(state string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.state == "STOPPED" {
		return
	}
	h.state = state
	beat := h.first
	beat.State, beat.AtUs = state, execution.NowUs()
	beat.InFlight, beat.LagRecords = h.load()
	value, err := wire.EncodeHeartbeat(h.schemaID, &beat)
	if err != nil {
		panic(err) // Texts and numbers always are Avro.
	}
	headers := eventHeaders("heartbeats", "/processors/"+beat.Processor+"/"+beat.Instance, nil)
	h.publisher.push(&kgo.Record{Topic: h.topic, Key: []byte(beat.Processor), Value: value, Headers: headers}, func() {}, func(error) {})
}
