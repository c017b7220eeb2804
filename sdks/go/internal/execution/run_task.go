// Package execution runs the executions of a task, wherever the task comes from.
package execution

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// CancelGrace is how long cancelled work may take to end before it is abandoned.
const CancelGrace = time.Second

// Surroundings of a running task.
type Surroundings struct {
	// Cancelled says why the hub cancelled an execution.
	Cancelled func(executionID string) (reason string, is bool)
	// CancelNews tells that Cancelled may have changed; nil: it never does.
	CancelNews <-chan struct{}
	Progress   func(*wire.Execution)
	// Fetch tries until a result that travels by reference is there, or the context ends.
	Fetch func(ctx context.Context, reference string) (*wire.Value, error)
	// Abandoned is called when an execution is left to itself, with a channel that closes when it has ended after all.
	Abandoned func(algorithm string, ended <-chan struct{})
	// WithLimits: limits of time are kept.
	WithLimits bool
	Trace      *definition.TraceContext
	Log        *slog.Logger
}

// NowUs is the time in microseconds since 1970, UTC.
func NowUs() int64 { return time.Now().UnixMicro() }

// RunTask runs a task's executions in order, up to the first that fails: what follows it is a new task of the hub.
func RunTask(ctx context.Context, task *wire.Task, algorithms map[string]*definition.Algorithm, around Surroundings) []wire.ResultItem {
	inputs := &taskInputs{task: task, made: map[string]any{}}
	signals := signalsOf(task.Pane.Signals)
	var items []wire.ResultItem
	for i := range task.Executions {
		run := &run{task: task, execution: &task.Executions[i], inputs: inputs, signals: signals, around: around}
		run.algorithm = algorithms[run.execution.Algorithm]
		item := run.item(ctx)
		items = append(items, item)
		if item.Error != nil {
			break
		}
	}
	return items
}

type run struct {
	task      *wire.Task
	execution *wire.Execution
	algorithm *definition.Algorithm
	inputs    *taskInputs
	signals   []definition.Signal
	around    Surroundings
}

func (r *run) item(ctx context.Context) wire.ResultItem {
	item := wire.ResultItem{
		ExecutionID: r.execution.ExecutionID, Attempt: r.execution.Attempt, Emissions: []wire.Emission{}, StartedAtUs: NowUs(),
	}
	result, emitted, failure := r.answer(ctx)
	if reason, is := r.around.Cancelled(r.execution.ExecutionID); is && r.algorithm != nil {
		result, emitted, failure = nil, nil, AnswerError("CANCELLED", reason)
	}
	item.Result, item.Error = result, failure
	if failure == nil && emitted != nil {
		item.Emissions = emitted
	}
	item.EndedAtUs = max(NowUs(), item.StartedAtUs)
	return item
}

func (r *run) answer(ctx context.Context) (*wire.Value, []wire.Emission, *wire.AlgorithmError) {
	if r.algorithm == nil {
		return nil, nil, AnswerError("NOT_HERE", r.execution.Algorithm+" is not an algorithm of this instance")
	}
	if _, is := r.around.Cancelled(r.execution.ExecutionID); is {
		return nil, nil, nil // The caller says so.
	}
	if missing := r.fetchInputs(ctx); missing != nil {
		return nil, nil, missing
	}
	given, err := r.inputs.of(r.algorithm.Needs, r.execution)
	if err != nil {
		return nil, nil, thrownError(err)
	}
	found := &emissions{key: r.task.Pane.Key, allowed: r.algorithm.Emits}
	returned, failure := r.supervise(ctx, given, found)
	if failure != nil {
		return nil, nil, failure
	}
	result, err := r.result(returned)
	if err != nil {
		return nil, nil, thrownError(err)
	}
	return result, found.items, nil
}

// result is what was returned as it travels, within its limits.
func (r *run) result(returned any) (*wire.Value, error) {
	if err := wire.CheckDepth(returned); err != nil {
		return nil, err
	}
	value, err := Conform(r.algorithm.Result, returned, "result")
	if err != nil {
		return nil, err
	}
	result, err := wire.ToValue(value)
	if err != nil {
		return nil, err
	}
	bytes, err := wire.EncodedBytes(result)
	if err != nil {
		return nil, &AnswerFault{"BAD_RESULT", err.Error()}
	}
	if bytes > wire.MaxResultBytes {
		return nil, &AnswerFault{"PAYLOAD_TOO_LARGE", fmt.Sprintf("result of %d bytes, limit resultBytes is %d", bytes, wire.MaxResultBytes)}
	}
	if most := r.algorithm.MaxResultBytes; most > 0 && bytes > most {
		return nil, &AnswerFault{"PAYLOAD_TOO_LARGE", fmt.Sprintf("result of %d bytes, limit maxResultBytes is %d", bytes, most)}
	}
	r.inputs.made[r.execution.Algorithm] = value
	return result, nil
}

// outcome of the algorithm's goroutine; died: it ended without returning.
type outcome struct {
	value any
	err   error
	died  bool
}

// supervise runs the algorithm in a goroutine of its own and waits for it no longer than it may take. Go cannot end a goroutine:
// one that does not end in time is left to itself, and whatever it still does has no effect.
func (r *run) supervise(parent context.Context, given map[*definition.Dependency]any, found *emissions) (any, *wire.AlgorithmError) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	limit := time.Duration(r.execution.TimeoutMs) * time.Millisecond
	var over <-chan time.Time
	if r.around.WithLimits {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		over = timer.C
		bounded, stop := context.WithTimeout(ctx, limit)
		defer stop()
		ctx = bounded
	}
	done := make(chan outcome, 1)
	ended := make(chan struct{})
	go r.call(r.context(ctx, given, found), done, ended)
	var grace <-chan time.Time
	for {
		select {
		case end := <-done:
			return r.ended(ctx, end)
		case <-over:
			select { // It may have ended at the very moment.
			case end := <-done:
				return r.ended(ctx, end)
			default:
			}
			r.around.Abandoned(r.execution.Algorithm, ended)
			return nil, r.timeout()
		case <-r.around.CancelNews:
			if reason, is := r.around.Cancelled(r.execution.ExecutionID); is && grace == nil {
				cancel(errors.New("cancelled: " + reason))
				grace = time.After(CancelGrace)
			}
		case <-grace:
			r.around.Abandoned(r.execution.Algorithm, ended)
			return nil, nil // It is cancelled, as the caller says.
		}
	}
}

func (r *run) timeout() *wire.AlgorithmError {
	return AnswerError("TIMEOUT", fmt.Sprintf("start-to-close limit of %d ms exceeded", r.execution.TimeoutMs))
}

func (r *run) ended(ctx context.Context, end outcome) (any, *wire.AlgorithmError) {
	switch {
	case end.died:
		return nil, AnswerError("WORKER_DIED", "the algorithm ended its goroutine")
	case end.err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, r.timeout()
	case end.err != nil:
		return nil, thrownError(end.err)
	}
	return end.value, nil
}

func (r *run) call(ctx *definition.Context, done chan<- outcome, ended chan<- struct{}) {
	end := outcome{died: true}
	defer func() {
		if value := recover(); value != nil {
			end = outcome{err: recovered(value)}
		}
		done <- end
		close(ended)
	}()
	value, err := r.algorithm.Run(ctx)
	end = outcome{value: value, err: err}
}

func (r *run) context(ctx context.Context, given map[*definition.Dependency]any, found *emissions) *definition.Context {
	execution := r.execution
	return &definition.Context{
		Context: ctx, Window: windowOf(&r.task.Pane), Signals: slices.Clone(r.signals),
		ExecutionID: execution.ExecutionID, Attempt: int(execution.Attempt), Trace: r.around.Trace, Log: r.around.Log,
		Inputs: given, OnEmit: found.add, OnProgress: func() {
			if ctx.Err() == nil {
				r.around.Progress(execution)
			}
		},
	}
}

func windowOf(pane *wire.Pane) definition.Window {
	return definition.Window{
		WindowID: pane.WindowID, WindowType: pane.WindowType, Key: pane.Key, StartUs: pane.StartUs, EndUs: pane.EndUs,
		Generation: int(pane.Generation), Revision: int(pane.Revision), Timing: pane.Timing, IsFinal: pane.IsFinal,
		Elements: pane.Elements, Added: pane.Added, Completeness: floatOf(pane.Completeness), GapUs: pane.GapUs,
		WatermarkUs: pane.WatermarkUs, ParentWindowID: pane.ParentWindowID, Metadata: pane.Metadata, Source: pane.Source, Lane: pane.Lane,
	}
}

func signalsOf(kept *[]wire.KeptSignal) []definition.Signal {
	if kept == nil {
		return nil
	}
	signals := make([]definition.Signal, len(*kept))
	for i, one := range *kept {
		values := make(map[string]float64, len(one.Values))
		for name, value := range one.Values {
			values[name] = float64(value)
		}
		signals[i] = definition.Signal{
			ID: one.ID, Name: one.Name, EventTimeUs: one.EventTimeUs, Phase: one.Phase, Values: values,
			Count: one.Count, Correlation: one.Correlation, Metadata: one.Metadata,
		}
	}
	return signals
}
