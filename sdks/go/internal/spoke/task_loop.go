package spoke

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/scheduling"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// From tasks on the window topic to answers on the result topic. Redelivery: a task runs again and is answered again, which the
// hub drops. A crash repeats what was not committed. A poison record is answered from its headers or dead-lettered.
// Back-pressure: partitions pause while too much is unfinished.

// slotsWithoutWorkers: WINDLASS_WORKERS=0.
const slotsWithoutWorkers = 16

// Memory under load is mostly what waits, and a few megabytes are enough to keep every slot busy.
var intakeLimits = scheduling.Limits{OpenPerPartition: 1_000, OpenBytes: 64 << 20, EnoughBytes: 1 << 20}

// job is a task that has come.
type job struct {
	record *kgo.Record
	taskID string
	// news tells its run that it is cancelled.
	news chan struct{}
}

type taskLoop struct {
	ctx        context.Context
	algorithms map[string]*definition.Algorithm
	answers    *answers
	reader     *taskReader
	abandoned  *abandonedWork
	results    resultCollector
	source     *taskSource
	member     string
	slots      int
	log        *slog.Logger

	mutex      sync.Mutex
	intake     *scheduling.Intake
	jobs       map[string]*job
	cancelled  *scheduling.RecentlyCancelled
	draining   bool
	commitSoon *time.Timer
	idle       sync.Cond
	committing sync.Mutex
	// room is told when something has been finished or lost.
	room chan struct{}
}

func newTaskLoop(ctx context.Context, processor Processor, config Config, answers *answers, registry *schemaRegistry, log *slog.Logger) *taskLoop {
	made := &taskLoop{
		ctx: ctx, algorithms: processor.ByRef, answers: answers, member: config.Member, slots: config.Workers, log: log,
		reader:    &taskReader{registry: registry, log: log, readers: map[int32]*wire.Reader[wire.Task]{}},
		abandoned: &abandonedWork{log: log}, intake: scheduling.NewIntake(intakeLimits), jobs: map[string]*job{},
		cancelled: scheduling.NewRecentlyCancelled(rememberedCancellations), room: make(chan struct{}, 1),
	}
	if made.slots == 0 {
		made.slots = slotsWithoutWorkers
	}
	made.idle.L = &made.mutex
	return made
}

func (l *taskLoop) holds(partition int32) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.intake.Holds(partition)
}

func (l *taskLoop) load() (inFlight int32, lag *int64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if records, isKnown := l.intake.Lag(); isKnown {
		lag = &records
	}
	return int32(l.intake.Running()), lag
}

func (l *taskLoop) taken(partition int32, over scheduling.TakeOver) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.intake.Take(partition, over)
}

func (l *taskLoop) lost(partitions []int32) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, one := range partitions {
		l.forget(l.intake.Lose(one))
	}
	l.pump()
	l.tellRoom()
}

func (l *taskLoop) tellRoom() {
	select {
	case l.room <- struct{}{}:
	default:
	}
}

// awaitRoom returns when more work can be used, or the context ends.
func (l *taskLoop) awaitRoom(ctx context.Context) {
	for ctx.Err() == nil {
		l.mutex.Lock()
		isStocked := l.intake.IsStocked()
		l.mutex.Unlock()
		if !isStocked {
			return
		}
		select {
		case <-l.room:
		case <-ctx.Done():
		}
	}
}

func (l *taskLoop) forget(entries []*scheduling.Entry) {
	for _, entry := range entries {
		if one := entry.Payload.(*job); l.jobs[one.taskID] == one {
			delete(l.jobs, one.taskID)
		}
	}
}

func (l *taskLoop) received(partition int32, records []*kgo.Record, end int64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.draining {
		return
	}
	entries := make([]*scheduling.Entry, len(records))
	for i, record := range records {
		id, _ := headerText(record.Headers, headerID)
		entries[i] = &scheduling.Entry{
			Partition: partition, Offset: record.Offset, Key: string(record.Key), Bytes: len(record.Value),
			Payload: &job{record, id, make(chan struct{}, 1)},
		}
	}
	added, dropped := l.intake.Add(partition, entries, end)
	l.forget(dropped)
	for _, entry := range added {
		if one := entry.Payload.(*job); one.taskID != "" {
			l.jobs[one.taskID] = one
		}
	}
	l.source.steer(l.intake.Flow())
	l.pump()
}

// pump starts what can start; the caller holds the mutex.
func (l *taskLoop) pump() {
	for !l.draining {
		turn := l.intake.Next(l.slots)
		if turn == nil {
			return
		}
		go l.run(turn)
	}
}

func (l *taskLoop) run(turn *scheduling.Turn) {
	send := l.outcome(turn)
	if send != nil {
		send(func() { l.finish(turn) })
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.intake.Ran(turn)
	if l.intake.Running() == 0 {
		l.idle.Broadcast()
	}
	l.pump()
	l.tellRoom()
}

// outcome runs a task, and returns what sends its answer; nil: the process stops.
func (l *taskLoop) outcome(turn *scheduling.Turn) func(acknowledged func()) {
	one := turn.Entry.Payload.(*job)
	fail := func(code, message string) func(func()) {
		l.log.Error("a task cannot be run", "partition", turn.Entry.Partition, "offset", turn.Entry.Offset, "code", code, "reason", message)
		return func(acknowledged func()) {
			l.answers.sendError(one.record, execution.AnswerError(code, message), acknowledged)
		}
	}
	if turn.Deaths >= scheduling.PoisonDeaths {
		return fail("POISONED", fmt.Sprintf("the task has ended its process %d times", scheduling.PoisonDeaths))
	}
	if turn.Alone && l.announce(turn) != nil {
		return nil
	}
	task, err := l.reader.read(l.ctx, one.record.Value)
	if l.ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fail("BAD_TASK", err.Error())
	}
	items := execution.RunTask(l.ctx, task, l.algorithms, l.surroundings(one, task))
	to := address{taskID: task.TaskID, home: task.HomePartition}
	return func(acknowledged func()) { l.answers.send(one.record, to, "RESULT", items, acknowledged) }
}
