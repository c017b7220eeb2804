package spoke

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	// ErrSignalBufferFull: too much waits for Kafka; nothing of this call is sent.
	ErrSignalBufferFull = errors.New("the limit signalBufferBytes")
	// ErrSignalPublisherClosed: it is not known whether all of this call was sent.
	ErrSignalPublisherClosed = errors.New("the publisher was closed before Kafka had taken all signals")
)

// SignalLimits of a [SignalSender]: bytes that may be unacknowledged, and how long closing waits for them.
type SignalLimits struct {
	BufferBytes  int
	CloseTimeout time.Duration
}

// SignalSender writes to the hub's signals topic.
type SignalSender struct {
	// SchemaID is that of the signals' current schema.
	SchemaID  int32
	publisher *publisher
	topic     string
	origin    string
	limits    SignalLimits
	end       context.CancelFunc
	closed    chan struct{}
	once      sync.Once

	mutex sync.Mutex
	// unsent bytes are not acknowledged.
	unsent int
}

// EncodedSignal is a signal as it is sent. Refused: the broker will never take it.
type EncodedSignal struct {
	Source, ID string
	Value      []byte
	Refused    func(error)
}

// ConnectSignals waits until the schema registry is up; the client finds Kafka when it sends.
func ConnectSignals(ctx context.Context, config Config, prefix string, limits SignalLimits, log *slog.Logger) (*SignalSender, error) {
	registry := &schemaRegistry{url: config.SchemaRegistryURL, known: map[int32]string{}}
	onRetry := func(err error) { log.Warn("not ready, trying again", "error", err.Error()) }
	id, err := retrying(ctx, onRetry, func() (int32, error) { return registry.idOf(ctx, prefix, "signals") })
	if err != nil {
		return nil, err
	}
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	publisher, err := newPublisher(own, config, "", log)
	if err != nil {
		end()
		return nil, err
	}
	return &SignalSender{
		SchemaID: id, publisher: publisher, topic: prefix + ".signals.v1", origin: "/windlass/sdk/" + config.Instance,
		limits: limits, end: end, closed: make(chan struct{}),
	}, nil
}

// hold counts the bytes of a call that is about to be sent. A call that is alone may be of any size.
func (s *SignalSender) hold(signals []EncodedSignal) error {
	bytes := 0
	for _, one := range signals {
		bytes += len(one.Value)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.unsent > 0 && s.unsent+bytes > s.limits.BufferBytes {
		return fmt.Errorf("%d bytes of signals beside %d that Kafka has not taken yet: %w is %d", bytes, s.unsent, ErrSignalBufferFull, s.limits.BufferBytes)
	}
	s.unsent += bytes
	return nil
}

func (s *SignalSender) release(bytes int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.unsent -= bytes
}

// Send returns when all are acknowledged or refused, or the context ends; what is not acknowledged then may still be sent.
func (s *SignalSender) Send(ctx context.Context, signals []EncodedSignal) error {
	select {
	case <-s.closed:
		return ErrSignalPublisherClosed
	default:
	}
	if err := s.hold(signals); err != nil {
		return err
	}
	answered := make(chan struct{}, len(signals))
	for _, one := range signals {
		headers := eventHeaders("signals", s.origin, nil)
		for i := range headers {
			if headers[i].Key == headerEventID {
				headers[i].Value = []byte(one.ID)
			}
		}
		record := &kgo.Record{Topic: s.topic, Key: []byte(one.Source), Value: one.Value, Headers: append(headers, header(headerID, one.ID))}
		done := func() {
			s.release(len(one.Value))
			answered <- struct{}{}
		}
		s.publisher.push(record, done, func(cause error) {
			one.Refused(cause)
			done()
		})
	}
	for range signals {
		select {
		case <-answered:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.closed:
			return s.afterClosing()
		}
	}
	return nil
}

// afterClosing: it has waited, so there is an error only where something was left.
func (s *SignalSender) afterClosing() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.unsent == 0 {
		return nil
	}
	return ErrSignalPublisherClosed
}

// Close waits for what is being sent, and disconnects; an error: not all of it was. Again it changes nothing.
func (s *SignalSender) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.limits.CloseTimeout)
	defer cancel()
	// What failed and is to be repeated is not with the client: what is unsent counts, not what the client says.
	_ = s.publisher.client.Flush(ctx)
	s.once.Do(func() { close(s.closed) })
	s.end()
	s.publisher.client.Close()
	return s.afterClosing()
}
