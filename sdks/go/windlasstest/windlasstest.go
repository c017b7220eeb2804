// Package windlasstest runs algorithms here and now, without servers: on built tasks, and on those that `windlass task save` has
// written.
package windlasstest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	windlass "github.com/windlass/windlass/sdks/go"
	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// Task as the hub would send it.
type Task = wire.Task

// Result is what one algorithm answered.
type Result struct {
	// Algorithm is name@version.
	Algorithm string
	// Value as it travelled; nil when it failed.
	Value     any
	Error     *wire.AlgorithmError
	Emissions []wire.Emission
}

const fileFormat = "windlass-task/1"

// LoadTask reads a file of `windlass task save`.
func LoadTask(path string) (*Task, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Format string
		Task   Task
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: a task file is JSON: %w", path, err)
	}
	if file.Format != fileFormat {
		return nil, fmt.Errorf("%s: a task file has the format %q, this has %q", path, fileFormat, file.Format)
	}
	return &file.Task, nil
}

// TaskFor builds a task of a chain, in the order given: a window of one second, on time, of the first bound type. Change what should
// differ, and add signals with [Keep] and inputs with [Given].
func TaskFor(algorithms ...windlass.AnyAlgorithm) *Task {
	first := algorithms[0].Definition()
	task := &Task{TaskID: "task", Pane: wire.Pane{
		WindowID: "window", WindowType: first.Bindings[0].WindowType, Key: "source", Version: 1, EndUs: 1_000_000, Timing: "ON_TIME",
		Metadata: wire.Metadata{}, Lane: "TRY", DagRevision: 1, PolicyRevision: 1,
	}}
	for i, one := range algorithms {
		task.Executions = append(task.Executions, wire.Execution{
			ExecutionID: fmt.Sprintf("execution-%d", i), Algorithm: one.Definition().Ref(), Run: 1, Attempt: 1, TimeoutMs: 60_000,
		})
	}
	return task
}

// Keep adds signals that the window has kept, oldest first.
func Keep(task *Task, signals ...windlass.Signal) {
	var kept []wire.KeptSignal
	if task.Pane.Signals != nil {
		kept = *task.Pane.Signals
	}
	for _, one := range signals {
		values := make(map[string]wire.Double, len(one.Values))
		for channel, value := range one.Values {
			values[channel] = wire.Double(value)
		}
		kept = append(kept, wire.KeptSignal{
			ID: one.ID, Name: one.Name, EventTimeUs: one.EventTimeUs, Phase: cmp.Or(one.Phase, "POINT"), Values: values,
			Count: max(1, one.Count), Correlation: one.Correlation, Metadata: one.Metadata,
		})
	}
	task.Pane.Signals = &kept
}

// Given adds an upstream result: relation is SAME, PARENT, CHILDREN, PREVIOUS or MEMBERS; oldest first.
func Given(task *Task, algorithm, relation string, value any) error {
	result, err := wire.ToValue(value)
	if err != nil {
		return err
	}
	number := len(task.Inputs)
	task.Inputs = append(task.Inputs, wire.TaskInput{
		Algorithm: algorithm, Relation: relation, ExecutionID: fmt.Sprintf("input-%d", number), WindowID: fmt.Sprintf("window-%d", number),
		StartUs: task.Pane.StartUs, EndUs: task.Pane.EndUs, Metadata: wire.Metadata{}, Result: result,
	})
	return nil
}

// RunLocal runs a task's chain up to its first failure. Values are checked and pass as in production; limits of time are not kept.
func RunLocal(ctx context.Context, task *Task, algorithms ...windlass.AnyAlgorithm) []Result {
	byRef := map[string]*definition.Algorithm{}
	for _, one := range algorithms {
		byRef[one.Definition().Ref()] = one.Definition()
	}
	items := execution.RunTask(ctx, task, byRef, execution.Surroundings{
		Cancelled: func(string) (string, bool) { return "", false },
		Progress:  func(*wire.Execution) {},
		Fetch: func(context.Context, string) (*wire.Value, error) {
			return nil, errors.New("a local run fetches nothing; `windlass task save` writes results into the file")
		},
		Log: slog.New(slog.DiscardHandler),
	})
	results := make([]Result, len(items))
	for i, item := range items {
		results[i] = Result{Algorithm: task.Executions[i].Algorithm, Error: item.Error, Emissions: item.Emissions}
		if item.Result != nil {
			results[i].Value = wire.FromValue(*item.Result)
		}
	}
	return results
}
