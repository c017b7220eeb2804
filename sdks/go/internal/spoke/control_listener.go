package spoke

import (
	"context"
	"log/slog"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// Hints of the hub to all instances of a processor: each reads all of the control topic from now on, committing nothing. A hint
// that is lost or comes twice changes nothing that matters.
type controlListener struct {
	client    *kgo.Client
	processor string
	registry  *schemaRegistry
	log       *slog.Logger
	onCancel  func(*wire.Control)
	readers   map[int32]*wire.Reader[wire.Control]
}

// listen returns when it is known where the topic ends: hints from then on are read.
func (c *controlListener) listen(ctx context.Context, config Config, topic string) error {
	onRetry := func(err error) { c.log.Warn("cannot read the control topic, trying again", "error", err.Error()) }
	client, err := kgo.NewClient(config.kafka()...)
	if err != nil {
		return err
	}
	c.client = client
	ends, err := retrying(ctx, onRetry, func() (kadm.ListedOffsets, error) {
		listed, err := kadm.NewClient(client).ListEndOffsets(ctx, topic)
		if err == nil {
			err = listed.Error()
		}
		return listed, err
	})
	if err != nil {
		return err
	}
	starts := map[int32]kgo.Offset{}
	for partition, end := range ends[topic] {
		starts[partition] = kgo.NewOffset().At(end.Offset)
	}
	client.AddConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts})
	go c.poll(ctx)
	return nil
}

func (c *controlListener) poll(ctx context.Context) {
	for ctx.Err() == nil {
		c.client.PollFetches(ctx).EachRecord(func(record *kgo.Record) {
			if string(record.Key) != c.processor {
				return
			}
			control, err := c.read(ctx, record.Value)
			if err != nil {
				c.log.Warn("a control record cannot be read", "offset", record.Offset, "error", err.Error())
				return
			}
			if control.Processor == c.processor && control.Kind == "CANCEL" {
				c.onCancel(control)
			}
		})
	}
}

func (c *controlListener) read(ctx context.Context, value []byte) (*wire.Control, error) {
	id, body, err := wire.Split(value)
	if err != nil {
		return nil, err
	}
	if c.readers[id] == nil {
		onRetry := func(err error) {
			c.log.Warn("cannot read a schema, trying again", "schemaId", id, "error", err.Error())
		}
		text, err := retrying(ctx, onRetry, func() (string, error) { return c.registry.schema(ctx, id) })
		if err != nil {
			return nil, err
		}
		if c.readers[id], err = wire.NewControlReader(text); err != nil {
			delete(c.readers, id)
			return nil, err
		}
	}
	return c.readers[id].Read(body)
}
