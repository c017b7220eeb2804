package spoke

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const repeatAfter = time.Second

// publisher sends records in the order they were given. A failure is repeated until it succeeds, so that an answer may be sent
// twice and is never lost.
type publisher struct {
	client *kgo.Client
	log    *slog.Logger
	ctx    context.Context
}

// newPublisher: records of the result topic go to the partition they name, all others to that of their key.
func newPublisher(ctx context.Context, config Config, resultTopic string, log *slog.Logger) (*publisher, error) {
	partition := func(topic string) func(*kgo.Record, int) int {
		return func(record *kgo.Record, partitions int) int {
			if topic == resultTopic {
				return int(record.Partition)
			}
			return wire.PartitionOf(record.Key, partitions)
		}
	}
	client, err := kgo.NewClient(append(config.kafka(),
		kgo.RecordPartitioner(kgo.BasicConsistentPartitioner(partition)),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchMaxBytes(wire.MaxRecordBytes+wire.RecordOverheadBytes),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerLinger(0),
	)...)
	return &publisher{client, log, ctx}, err
}

// push sends; acknowledged: all in-sync replicas have it; refused: the broker will never take it, it is too large for the topic.
func (p *publisher) push(record *kgo.Record, acknowledged func(), refused func(error)) {
	p.client.Produce(p.ctx, record, func(_ *kgo.Record, err error) {
		switch {
		case err == nil:
			acknowledged()
		case errors.Is(err, kerr.MessageTooLarge) || errors.Is(err, kerr.RecordListTooLarge):
			// It may have been its batch that was too large. What answers comes back here: not in this callback.
			go p.pushAlone(record, acknowledged, refused)
		case p.ctx.Err() != nil || errors.Is(err, kgo.ErrClientClosed):
		default:
			p.log.Warn("cannot publish, trying again", "topic", record.Topic, "error", err.Error())
			time.AfterFunc(repeatAfter, func() { p.push(again(record), acknowledged, refused) })
		}
	})
}

func (p *publisher) pushAlone(record *kgo.Record, acknowledged func(), refused func(error)) {
	_ = p.client.Flush(p.ctx)
	err := p.client.ProduceSync(p.ctx, again(record)).FirstErr()
	switch {
	case err == nil:
		acknowledged()
	case errors.Is(err, kerr.MessageTooLarge) || errors.Is(err, kerr.RecordListTooLarge):
		refused(err)
	default:
		p.push(again(record), acknowledged, refused)
	}
}

func again(record *kgo.Record) *kgo.Record {
	return &kgo.Record{Topic: record.Topic, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers}
}
