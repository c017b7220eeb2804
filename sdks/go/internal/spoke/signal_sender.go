package spoke

import (
	"context"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// closeTimeout is how long closing waits for what is being sent.
const closeTimeout = 30 * time.Second

// SignalSender writes to the hub's signals topic.
type SignalSender struct {
	// SchemaID is that of the signals' current schema.
	SchemaID  int32
	publisher *publisher
	topic     string
	origin    string
	end       context.CancelFunc
}

// EncodedSignal is a signal as it is sent. Refused: the broker will never take it.
type EncodedSignal struct {
	Source, ID string
	Value      []byte
	Refused    func(error)
}

// ConnectSignals waits until the schema registry is up; the client finds Kafka when it sends.
func ConnectSignals(ctx context.Context, config Config, prefix string, log *slog.Logger) (*SignalSender, error) {
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
	return &SignalSender{id, publisher, prefix + ".signals.v1", "/windlass/sdk/" + config.Instance, end}, nil
}

// Send returns when all are acknowledged or refused, or the context ends; what is not acknowledged then may still be sent.
func (s *SignalSender) Send(ctx context.Context, signals []EncodedSignal) error {
	answered := make(chan struct{}, len(signals))
	for _, one := range signals {
		headers := eventHeaders("signals", s.origin, nil)
		for i := range headers {
			if headers[i].Key == headerEventID {
				headers[i].Value = []byte(one.ID)
			}
		}
		record := &kgo.Record{Topic: s.topic, Key: []byte(one.Source), Value: one.Value, Headers: append(headers, header(headerID, one.ID))}
		s.publisher.push(record, func() { answered <- struct{}{} }, func(cause error) {
			one.Refused(cause)
			answered <- struct{}{}
		})
	}
	for range signals {
		select {
		case <-answered:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Close waits for what is being sent, and disconnects.
func (s *SignalSender) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := s.publisher.client.Flush(ctx)
	s.end()
	s.publisher.client.Close()
	return err
}
