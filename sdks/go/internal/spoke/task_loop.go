package spoke

import (
	"context"
	"errors"
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

const (
	rememberedCancellations = 10_000
	commitInterval          = 100 * time.Millisecond
	progressInterval        = time.Second
	// maxAbandoned goroutines may be left to themselves; beyond it the process drains and ends, for whoever watches over it to start
	// it anew: each may keep a core busy and memory alive.
	maxAbandoned = 16
	// slotsWithoutWorkers: WINDLASS_WORKERS=0.
	slotsWithoutWorkers = 16
)

// Memory under load is mostly what waits, and a few megabytes are enough to keep every slot busy.
var intakeLimits = scheduling.Limits{OpenPerPartition: 1_000, OpenBytes: 64 << 20, EnoughBytes: 2 << 20}

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
	registry   *schemaRegistry
	results    resultCollector
	source     *taskSource
	instance   string
	slots      int
	log        *slog.Logger
	// tooMany is called once when more work was abandoned than may be.
	tooMany func(error)

	mutex      sync.Mutex
	intake     *scheduling.Intake
	jobs       map[string]*job
	cancelled  *scheduling.RecentlyCancelled
	readers    map[int32]*wire.Reader[wire.Task]
	draining   bool
	abandoned  int
	commitSoon *time.Timer
	idle       sync.Cond
	committing sync.Mutex
	// room is told when something has been finished or lost.
	room chan struct{}
}

func newTaskLoop(ctx context.Context, processor Processor, config Config, answers *answers, registry *schemaRegistry, log *slog.Logger) *taskLoop {
	made := &taskLoop{
		ctx: ctx, algorithms: processor.ByRef, answers: answers, registry: registry, instance: config.Instance,
		slots: config.Workers, log: log, intake: scheduling.NewIntake(intakeLimits), jobs: map[string]*job{},
		cancelled: scheduling.NewRecentlyCancelled(rememberedCancellations), readers: map[int32]*wire.Reader[wire.Task]{}, room: make(chan struct{}, 1),
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

// cancel is a hint: losing it, or reading it twice, changes nothing but work.
func (l *taskLoop) cancel(control *wire.Control) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.cancelled.Add(control.TaskID, scheduling.Cancellation{ExecutionIDs: control.ExecutionIDs, Reason: control.Reason})
	if one := l.jobs[control.TaskID]; one != nil {
		select {
		case one.news <- struct{}{}:
		default:
		}
	}
}

func (l *taskLoop) isCancelled(taskID, executionID string) (string, bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, one := range l.cancelled.Of(taskID) {
		if one.Concerns(executionID) {
			return one.Reason, true
		}
	}
	return "", false
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
	task, err := l.read(one.record.Value)
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

func (l *taskLoop) surroundings(one *job, task *wire.Task) execution.Surroundings {
	var mutex sync.Mutex
	var last time.Time
	return execution.Surroundings{
		WithLimits: true, CancelNews: one.news, Trace: traceOf(one.record.Headers), Log: l.log,
		Cancelled: func(executionID string) (string, bool) { return l.isCancelled(task.TaskID, executionID) },
		Abandoned: l.abandon,
		Fetch:     l.results.fetch,
		Progress: func(running *wire.Execution) {
			mutex.Lock()
			defer mutex.Unlock()
			if time.Since(last) < progressInterval {
				return
			}
			last = time.Now()
			now := execution.NowUs()
			item := wire.ResultItem{ExecutionID: running.ExecutionID, Attempt: running.Attempt, Emissions: []wire.Emission{}, StartedAtUs: now, EndedAtUs: now}
			l.answers.send(one.record, address{taskID: task.TaskID, home: task.HomePartition}, "PROGRESS", []wire.ResultItem{item}, func() {})
		},
	}
}

// abandon counts work that does not end; Go cannot end it.
func (l *taskLoop) abandon(algorithm string, ended <-chan struct{}) {
	l.mutex.Lock()
	l.abandoned++
	count := l.abandoned
	l.mutex.Unlock()
	l.log.Warn("work over its limit, or cancelled, is left to itself", "algorithm", algorithm, "abandoned", count)
	if count > maxAbandoned {
		l.tooMany(fmt.Errorf("%d executions do not end although their limit has passed, at most %d may (maxAbandoned): algorithms should look at their context", count, maxAbandoned))
	}
	go func() {
		<-ended
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.abandoned--
	}()
}

// read decodes a task; an error says why it cannot be read. The world's trouble is waited for.
func (l *taskLoop) read(value []byte) (*wire.Task, error) {
	id, body, err := wire.Split(value)
	if err != nil {
		return nil, err
	}
	l.mutex.Lock()
	reader := l.readers[id]
	l.mutex.Unlock()
	if reader == nil {
		onRetry := func(err error) {
			l.log.Warn("cannot read a schema, trying again", "schemaId", id, "error", err.Error())
		}
		text, err := retrying(l.ctx, onRetry, func() (string, error) { return l.registry.schema(l.ctx, id) })
		if err != nil {
			return nil, err
		}
		if reader, err = wire.NewTaskReader(text); err != nil {
			return nil, err
		}
		l.mutex.Lock()
		l.readers[id] = reader
		l.mutex.Unlock()
	}
	task, err := reader.Read(body)
	if err == nil && len(task.Executions) == 0 {
		err = errors.New("the task has no executions")
	}
	return task, err
}

// announce: Kafka knows that this task is run alone before it is, so its next death is its own.
func (l *taskLoop) announce(turn *scheduling.Turn) error {
	claim := scheduling.Claim{Holder: l.instance, Deaths: turn.Deaths, Alone: true}
	onRetry := func(err error) { l.log.Warn("cannot commit, trying again", "error", err.Error()) }
	_, err := retrying(l.ctx, onRetry, func() (struct{}, error) {
		l.committing.Lock()
		defer l.committing.Unlock()
		if !l.holds(turn.Entry.Partition) {
			return struct{}{}, nil // Lost in the meantime: others announce it.
		}
		return struct{}{}, l.source.commit(l.ctx, []position{{turn.Entry.Partition, turn.Entry.Offset, claim}})
	})
	return err
}

func (l *taskLoop) finish(turn *scheduling.Turn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.forget([]*scheduling.Entry{turn.Entry})
	if l.intake.Finish(turn) && l.commitSoon == nil && !l.draining {
		l.commitSoon = time.AfterFunc(commitInterval, l.commitNow)
	}
	l.source.steer(l.intake.Flow())
	if turn.Alone {
		l.pump()
	}
	l.tellRoom()
}

func (l *taskLoop) commitNow() {
	l.committing.Lock()
	defer l.committing.Unlock()
	l.mutex.Lock()
	l.commitSoon = nil
	progress := l.intake.Uncommitted()
	isLate := l.draining
	l.mutex.Unlock()
	if isLate {
		return
	}
	err := l.source.commit(l.ctx, positionsOf(progress, l.instance))
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if err == nil {
		l.intake.Committed(progress)
		return
	}
	l.log.Debug("positions are not committed yet", "error", err.Error())
	if l.commitSoon == nil && l.ctx.Err() == nil {
		l.commitSoon = time.AfterFunc(commitInterval, l.commitNow)
	}
}

func positionsOf(progress []scheduling.Progress, holder string) []position {
	made := make([]position, len(progress))
	for i, one := range progress {
		made[i] = position{one.Partition, one.Offset, scheduling.Claim{Holder: holder, Deaths: one.Deaths}}
	}
	return made
}

// drain starts nothing more; it returns when what runs is answered, or at the deadline. What has not run stays uncommitted.
func (l *taskLoop) drain(ctx context.Context) {
	wake := context.AfterFunc(ctx, func() {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		l.idle.Broadcast()
	})
	defer wake()
	l.mutex.Lock()
	l.draining = true
	for l.intake.Running() > 0 && ctx.Err() == nil {
		l.idle.Wait()
	}
	l.mutex.Unlock()
	_ = l.answers.publisher.client.Flush(ctx)
	l.committing.Lock()
	defer l.committing.Unlock()
	l.mutex.Lock()
	positions := positionsOf(l.intake.Positions(), "")
	l.mutex.Unlock()
	if err := l.source.commit(l.ctx, positions); err != nil {
		l.log.Warn("positions could not be handed back", "error", err.Error())
	}
}
