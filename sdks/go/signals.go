package windlass

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/spoke"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// NewSignal is one event about a source, as a program sends it.
type NewSignal struct {
	// Source is the asset; also the record key, so everything about one source stays in order.
	Source string
	// ID is unique per event: a repeated id is a duplicate and changes nothing.
	ID string
	// Name is what kind of event; window types read signals by it.
	Name string
	// EventTimeUs is when it happened at the source: microseconds since 1970, UTC.
	EventTimeUs int64
	// Phase is POINT (the default), START, STOP or WATERMARK: everything of this source before its time has been sent.
	Phase string
	// Values by channel, at most 64.
	Values map[string]float64
	// Units in UCUM, by channel: the hub refuses a value in another unit than its channel has.
	Units map[string]string
	// Count of the samples it stands for; 0 counts as 1.
	Count int64
	// Correlation matches a STOP to its START; empty: none.
	Correlation string
	// Metadata: null, bool, numbers or text; at most 16 KiB.
	Metadata map[string]any
}

// SignalRefused is a signal that the hub could not take; Signal is the one.
type SignalRefused struct {
	Signal NewSignal
	reason string
}

func (e *SignalRefused) Error() string {
	return fmt.Sprintf("signal '%.200s' of '%.100s': %s", e.Signal.ID, e.Signal.Source, e.reason)
}

// SignalPublisherOptions of [NewSignalPublisher].
type SignalPublisherOptions struct {
	// Prefix of the hub's topics. Default: WINDLASS_PREFIX, else windlass.
	Prefix string
	// Log: default silent.
	Log *slog.Logger
	// BufferBytes of encoded signals may wait for Kafka's acknowledgement. Default 64 MiB.
	BufferBytes int
	// CloseTimeout is how long Close waits for what is being sent. Default 30 s.
	CloseTimeout time.Duration
}

const (
	defaultBufferBytes  = 64 << 20
	defaultCloseTimeout = 30 * time.Second
)

var (
	// ErrSignalBufferFull: so many bytes of signals wait already, because Kafka is away or slow. Nothing of this call is sent: keep
	// it, and call again later.
	ErrSignalBufferFull = spoke.ErrSignalBufferFull
	// ErrSignalPublisherClosed: the publisher was closed; whether Kafka has taken the signals of this call is not known. Sent again,
	// they change nothing.
	ErrSignalPublisherClosed = spoke.ErrSignalPublisherClosed
)

// SignalPublisher sends signals to the hub.
type SignalPublisher struct{ sender *spoke.SignalSender }

// NewSignalPublisher connects with everything from the environment, waiting until the schema registry is up; it gives up when the
// context ends.
func NewSignalPublisher(ctx context.Context, options SignalPublisherOptions) (*SignalPublisher, error) {
	config, err := configOf(os.Getenv)
	if err != nil {
		return nil, err
	}
	prefix := options.Prefix
	if prefix == "" {
		prefix = environment(os.Getenv).text("WINDLASS_PREFIX", "windlass")
	}
	log := options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	limits := spoke.SignalLimits{BufferBytes: options.BufferBytes, CloseTimeout: options.CloseTimeout}
	if limits.BufferBytes == 0 {
		limits.BufferBytes = defaultBufferBytes
	}
	if limits.CloseTimeout == 0 {
		limits.CloseTimeout = defaultCloseTimeout
	}
	sender, err := spoke.ConnectSignals(ctx, config, prefix, limits, log)
	if err != nil {
		return nil, err
	}
	return &SignalPublisher{sender}, nil
}

// Publish sends signals in the order given, after those of earlier calls, and returns when all in-sync replicas have them. While
// Kafka is away it waits; a signal may then arrive twice, which its id makes harmless. An error is a [*SignalRefused] for the first
// that is not valid (then nothing of this call is sent) or that the broker refuses, [ErrSignalBufferFull], [ErrSignalPublisherClosed]
// or the context's.
func (p *SignalPublisher) Publish(ctx context.Context, signals ...NewSignal) error {
	encoded := make([]spoke.EncodedSignal, len(signals))
	var mutex sync.Mutex
	var refused error
	for i, one := range signals {
		value, err := encodeSignal(one, p.sender.SchemaID)
		if err != nil {
			return err
		}
		encoded[i] = spoke.EncodedSignal{Source: one.Source, ID: one.ID, Value: value, Refused: func(cause error) {
			mutex.Lock()
			defer mutex.Unlock()
			if refused == nil {
				refused = &SignalRefused{one, cause.Error()}
			}
		}}
	}
	if err := p.sender.Send(ctx, encoded); err != nil {
		return err
	}
	mutex.Lock()
	defer mutex.Unlock()
	return refused
}

// Close waits for what is being sent, at most CloseTimeout, and disconnects; an error: not all of it was.
func (p *SignalPublisher) Close() error { return p.sender.Close() }

func encodeSignal(signal NewSignal, schemaID int32) ([]byte, error) {
	record, reason := recordOf(signal)
	if reason != "" {
		return nil, &SignalRefused{signal, reason}
	}
	value, err := wire.EncodeSignal(schemaID, record)
	if err != nil {
		return nil, &SignalRefused{signal, err.Error()}
	}
	if len(value) > wire.MaxSignalBytes {
		return nil, &SignalRefused{signal, fmt.Sprintf("%d bytes, the limit signalBytes is %d", len(value), wire.MaxSignalBytes)}
	}
	return value, nil
}

// maxWhole is the largest whole number that every language reads exactly.
const maxWhole = 1<<53 - 1

// recordOf is the record, or what is wrong with the signal.
func recordOf(signal NewSignal) (record *wire.Signal, reason string) {
	metadata, err := wire.PlainMetadata(signal.Metadata)
	switch {
	case !wire.IsSourceName(signal.Source):
		return nil, "a source has " + wire.SourceRule
	case !wire.IsText(signal.ID, wire.MaxIDLength):
		return nil, fmt.Sprintf("an id has 1 to %d characters (idLength), none a control character", wire.MaxIDLength)
	case signal.Correlation != "" && !wire.IsText(signal.Correlation, wire.MaxIDLength):
		return nil, fmt.Sprintf("a correlation has 1 to %d characters (idLength), none a control character", wire.MaxIDLength)
	case definition.CheckName("name", signal.Name) != nil:
		return nil, definition.CheckName("name", signal.Name).Error()
	case signal.EventTimeUs > maxWhole || signal.EventTimeUs < -maxWhole:
		return nil, fmt.Sprintf("EventTimeUs is %d; possible are %d to %d", signal.EventTimeUs, -maxWhole, maxWhole)
	case signal.Count < 0 || signal.Count > maxWhole:
		return nil, fmt.Sprintf("Count is %d; possible are 1 to %d", signal.Count, maxWhole)
	case len(signal.Values) > wire.MaxSignalValues:
		return nil, fmt.Sprintf("%d values, the limit signalValues is %d", len(signal.Values), wire.MaxSignalValues)
	case err != nil:
		return nil, err.Error()
	}
	made := &wire.Signal{
		Source: signal.Source, ID: signal.ID, Name: signal.Name, EventTimeUs: signal.EventTimeUs, Phase: signal.Phase,
		Values: make(map[string]wire.Double, len(signal.Values)), Count: max(1, signal.Count), Metadata: metadata, Units: signal.Units,
	}
	if made.Phase == "" {
		made.Phase = "POINT"
	}
	if signal.Correlation != "" {
		made.Correlation = &signal.Correlation
	}
	for channel, value := range signal.Values {
		made.Values[channel] = wire.Double(value)
	}
	return made, ""
}
