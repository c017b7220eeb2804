package execution

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const (
	// fetchedAtOnce results for one execution.
	fetchedAtOnce = 4
	// cancelLook is how often it is looked whether an execution is cancelled while its inputs are fetched.
	cancelLook = 100 * time.Millisecond
)

// fetchInputs fetches what the execution is given by reference, for at most as long as it may work itself: its own limit runs from
// then on. It ends early when it is cancelled. An error says what could not be fetched, and why.
func (r *run) fetchInputs(parent context.Context) *wire.AlgorithmError {
	referred := r.inputs.referred(r.algorithm.Needs, r.execution)
	if len(referred) == 0 {
		return nil
	}
	ctx, stop := context.WithTimeout(parent, time.Duration(r.execution.TimeoutMs)*time.Millisecond)
	defer stop()
	go r.stopWhenCancelled(ctx, stop)
	var group sync.WaitGroup
	waiting := make(chan *wire.TaskInput)
	failed := make(chan error, len(referred))
	for range fetchedAtOnce {
		group.Go(func() {
			for one := range waiting {
				if err := r.fetch(ctx, one); err != nil {
					failed <- err
					stop()
				}
			}
		})
	}
	for _, one := range referred {
		waiting <- one
	}
	close(waiting)
	group.Wait()
	select {
	case err := <-failed:
		return AnswerError("INPUT_UNAVAILABLE", err.Error())
	default:
		return nil
	}
}

func (r *run) fetch(ctx context.Context, input *wire.TaskInput) error {
	reference := ""
	if input.Reference != nil {
		reference = *input.Reference
	}
	value, err := r.around.Fetch(ctx, reference)
	if err != nil {
		return fmt.Errorf("the result of %s on window %s: %w", input.Algorithm, input.WindowID, err)
	}
	input.Result = value
	return nil
}

func (r *run) stopWhenCancelled(ctx context.Context, stop context.CancelFunc) {
	look := time.NewTicker(cancelLook)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if _, is := r.around.Cancelled(r.execution.ExecutionID); is {
				stop()
			}
		}
	}
}
