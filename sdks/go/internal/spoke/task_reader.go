package spoke

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// taskReader decodes tasks, each with the schema that it was written with.
type taskReader struct {
	registry *schemaRegistry
	log      *slog.Logger

	mutex   sync.Mutex
	readers map[int32]*wire.Reader[wire.Task]
}

// read decodes a task; an error says why it cannot be read. The world's trouble is waited for.
func (r *taskReader) read(ctx context.Context, value []byte) (*wire.Task, error) {
	id, body, err := wire.Split(value)
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	reader := r.readers[id]
	r.mutex.Unlock()
	if reader == nil {
		onRetry := func(err error) {
			r.log.Warn("cannot read a schema, trying again", "schemaId", id, "error", err.Error())
		}
		text, err := retrying(ctx, onRetry, func() (string, error) { return r.registry.schema(ctx, id) })
		if err != nil {
			return nil, err
		}
		if reader, err = wire.NewTaskReader(text); err != nil {
			return nil, err
		}
		r.mutex.Lock()
		r.readers[id] = reader
		r.mutex.Unlock()
	}
	task, err := reader.Read(body)
	if err != nil {
		return nil, err
	}
	if len(task.Executions) == 0 {
		return nil, errors.New("the task has no executions")
	}
	for _, input := range task.Inputs {
		if err := input.Result.CheckDepth(); err != nil {
			return nil, err
		}
	}
	return task, nil
}
