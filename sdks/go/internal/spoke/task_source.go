package spoke

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/windlass/windlass/sdks/go/internal/scheduling"
)

// The window topic as a member of the processor's group. Redelivery: tasks come again after a crash or a rebalance, and are
// harmless. Rebalance: tasks of lost partitions are dropped unless they run already, whose answers are duplicates at worst.
// Poison: see scheduling. Back-pressure: the loop pauses partitions. The client's own goroutines keep the session.

const (
	maxPartitionBytes = 512 << 10
	// maxFetchBytes of one answer of a broker; a larger record comes alone.
	maxFetchBytes    = 512 << 10
	maxFetchWait     = 100 * time.Millisecond
	rebalanceTimeout = 30 * time.Second
	commitTimeout    = 10 * time.Second
)

// position is what is committed for a partition.
type position struct {
	partition int32
	offset    int64
	claim     scheduling.Claim
}

type taskSource struct {
	client               *kgo.Client
	topic, group, member string
	loop                 *taskLoop
	log                  *slog.Logger

	mutex sync.Mutex
	// assigned holds, for each partition of ours, how often partitions have been assigned when it came.
	assigned map[int32]int
	rounds   int
}

func newTaskSource(config Config, topic, group string, loop *taskLoop, log *slog.Logger) (*taskSource, error) {
	made := &taskSource{topic: topic, group: group, member: config.Member, loop: loop, log: log, assigned: map[int32]int{}}
	lost := func(_ context.Context, client *kgo.Client, lost map[string][]int32) { made.lost(client, lost[topic]) }
	client, err := kgo.NewClient(append(config.kafka(),
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(config.SessionTimeout), kgo.HeartbeatInterval(config.SessionTimeout/5), kgo.RebalanceTimeout(rebalanceTimeout),
		kgo.FetchMaxWait(maxFetchWait), kgo.FetchMaxPartitionBytes(maxPartitionBytes), kgo.FetchMaxBytes(maxFetchBytes),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, got map[string][]int32) { made.got(got[topic]) }),
		kgo.OnPartitionsRevoked(lost), kgo.OnPartitionsLost(lost),
	)...)
	made.client = client
	return made, err
}

func (s *taskSource) got(partitions []int32) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.rounds++
	for _, one := range partitions {
		s.assigned[one] = s.rounds
	}
}

func (s *taskSource) lost(client *kgo.Client, partitions []int32) {
	s.mutex.Lock()
	for _, one := range partitions {
		delete(s.assigned, one)
	}
	s.mutex.Unlock()
	s.loop.lost(partitions)
	// A client remembers what was paused.
	client.ResumeFetchPartitions(map[string][]int32{s.topic: partitions})
}

func (s *taskSource) round(partition int32) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.assigned[partition]
}

// poll hands tasks over until the context ends.
func (s *taskSource) poll(ctx context.Context) {
	for ctx.Err() == nil {
		s.loop.awaitRoom(ctx)
		fetches := s.client.PollFetches(ctx)
		fetches.EachError(func(topic string, partition int32, err error) {
			if ctx.Err() == nil {
				s.log.Warn("cannot consume, trying again", "topic", topic, "partition", partition, "error", err.Error())
			}
		})
		fetches.EachPartition(func(fetched kgo.FetchTopicPartition) {
			if len(fetched.Records) > 0 {
				s.receive(ctx, fetched)
			}
		})
		s.client.AllowRebalance()
	}
}

// receive takes the partition first where it is new: until then nothing of it may run.
func (s *taskSource) receive(ctx context.Context, fetched kgo.FetchTopicPartition) {
	partition := fetched.Partition
	round := s.round(partition)
	if !s.loop.holds(partition) {
		onRetry := func(err error) {
			s.log.Warn("cannot take a partition yet, trying again", "partition", partition, "error", err.Error())
			s.client.AllowRebalance()
		}
		_, err := retrying(ctx, onRetry, func() (struct{}, error) {
			if round == 0 || s.round(partition) != round {
				return struct{}{}, final{kerr.RebalanceInProgress}
			}
			return struct{}{}, s.take(ctx, partition, fetched.Records[0].Offset, fetched.HighWatermark)
		})
		if err != nil {
			return // No longer ours, or stopping: others read it again.
		}
	}
	records := make([]*kgo.Record, len(fetched.Records))
	for i, record := range fetched.Records {
		records[i] = detached(record)
	}
	s.loop.received(partition, records, fetched.HighWatermark)
}

// detached is a record with bytes of its own: those of a fetched one keep the whole answer of the broker, and the records of one
// answer are done at very different times.
func detached(record *kgo.Record) *kgo.Record {
	made := &kgo.Record{Partition: record.Partition, Offset: record.Offset, Key: bytes.Clone(record.Key), Value: bytes.Clone(record.Value)}
	for _, one := range record.Headers {
		made.Headers = append(made.Headers, kgo.RecordHeader{Key: strings.Clone(one.Key), Value: bytes.Clone(one.Value)})
	}
	return made
}

func (s *taskSource) take(ctx context.Context, partition int32, offset, end int64) error {
	admin := kadm.NewClient(s.client)
	committed, err := admin.FetchOffsets(ctx, s.group)
	if err != nil {
		return err
	}
	groups, err := admin.DescribeGroups(ctx, s.group)
	if err != nil {
		return err
	}
	if err := groups.Error(); err != nil {
		return err
	}
	taking := scheduling.Taking{Committed: -1, Offset: offset, End: end, Instance: s.member}
	if one, isThere := committed.Lookup(s.topic, partition); isThere {
		if one.Err != nil {
			return one.Err
		}
		taking.Committed, taking.Previous = one.At, scheduling.DecodeClaim(one.Metadata)
	}
	taking.IsAlive = func(holder string) bool {
		for _, member := range groups[s.group].Members {
			if member.ClientID == holder {
				return true
			}
		}
		return false
	}
	over := taking.Judge()
	claim := scheduling.Claim{Holder: s.member, Deaths: over.Deaths}
	if err := s.commit(ctx, []position{{partition, offset, claim}}); err != nil {
		return err
	}
	if over.Deaths > 0 {
		s.log.Warn("tasks are run one at a time: their last holder died", "partition", partition, "deaths", over.Deaths, "until", over.SuspectUntil)
	}
	s.loop.taken(partition, over)
	return nil
}

// commit fails when the membership has changed or Kafka cannot be reached.
func (s *taskSource) commit(ctx context.Context, positions []position) error {
	if len(positions) == 0 {
		return nil
	}
	offsets := map[int32]kgo.EpochOffset{}
	claims := map[int32]string{}
	for _, one := range positions {
		offsets[one.partition] = kgo.EpochOffset{Epoch: -1, Offset: one.offset}
		claims[one.partition] = one.claim.Encode()
	}
	ctx, cancel := context.WithTimeout(kgo.PreCommitFnContext(ctx, func(request *kmsg.OffsetCommitRequest) error {
		for i := range request.Topics {
			for j := range request.Topics[i].Partitions {
				claim := claims[request.Topics[i].Partitions[j].Partition]
				request.Topics[i].Partitions[j].Metadata = &claim
			}
		}
		return nil
	}), commitTimeout)
	defer cancel()
	var failure error
	s.client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{s.topic: offsets},
		func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
			failure = err
			if err != nil || response == nil {
				return
			}
			for _, topic := range response.Topics {
				for _, one := range topic.Partitions {
					if err := kerr.ErrorForCode(one.ErrorCode); err != nil {
						failure = err
					}
				}
			}
		})
	return failure
}

func (s *taskSource) steer(pause, resume []int32) {
	if len(pause) > 0 {
		s.client.PauseFetchPartitions(map[string][]int32{s.topic: pause})
	}
	if len(resume) > 0 {
		s.client.ResumeFetchPartitions(map[string][]int32{s.topic: resume})
	}
}
