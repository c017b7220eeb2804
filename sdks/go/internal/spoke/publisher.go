package spoke

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
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
	// partitions of the result topic, as far as the client knows.
	partitions *atomic.Int32
}

// noSuchPartition: a record names a partition that its topic has not.
type noSuchPartition struct {
	topic                 string
	partition, partitions int32
}

func (e noSuchPartition) Error() string {
	return fmt.Sprintf("%s has no partition %d: it has %d", e.topic, e.partition, e.partitions)
}

// newPublisher: records of the result topic go to the partition they name, all others to that of their key.
func newPublisher(ctx context.Context, config Config, resultTopic string, log *slog.Logger) (*publisher, error) {
	known := &atomic.Int32{}
	partition := func(topic string) func(*kgo.Record, int) int {
		return func(record *kgo.Record, partitions int) int {
			if topic == resultTopic {
				known.Store(int32(partitions))
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
		// Who sends bounds what waits; the client would block, whatever context the caller has.
		kgo.MaxBufferedRecords(math.MaxInt),
	)...)
	return &publisher{client, log, ctx, known}, err
}

// push sends; acknowledged: all in-sync replicas have it; refused: the broker will never take it, it is too large for the topic or
// for a partition that the topic has not ([noSuchPartition]).
func (p *publisher) push(record *kgo.Record, acknowledged func(), refused func(error)) {
	p.client.Produce(p.ctx, record, func(_ *kgo.Record, err error) {
		switch {
		case err == nil:
			acknowledged()
		case errors.Is(err, kerr.MessageTooLarge) || errors.Is(err, kerr.RecordListTooLarge):
			// It may have been its batch that was too large. What answers comes back here: not in this callback.
			go p.pushAlone(record, acknowledged, refused)
		case p.ctx.Err() != nil || errors.Is(err, kgo.ErrClientClosed):
		case record.Partition >= p.partitions.Load() && p.partitions.Load() > 0:
			go p.pushMisplaced(record, acknowledged, refused)
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

// pushMisplaced asks Kafka: what the client knows may be older than the partition.
func (p *publisher) pushMisplaced(record *kgo.Record, acknowledged func(), refused func(error)) {
	listed, err := kadm.NewClient(p.client).ListTopics(p.ctx, record.Topic)
	if err == nil {
		err = listed.Error()
	}
	if partitions := int32(len(listed[record.Topic].Partitions)); err == nil && partitions <= record.Partition {
		refused(noSuchPartition{record.Topic, record.Partition, partitions})
		return
	}
	p.client.ForceMetadataRefresh()
	time.AfterFunc(repeatAfter, func() { p.push(again(record), acknowledged, refused) })
}

func again(record *kgo.Record) *kgo.Record {
	return &kgo.Record{Topic: record.Topic, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers}
}
