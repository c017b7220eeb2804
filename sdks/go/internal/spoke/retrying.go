package spoke

import (
	"context"
	"errors"
	"math/rand"
	"time"
)

// final marks an error that repeating does not mend.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// retrying repeats an action while the world is in trouble, without end; it ends at once with a final error, or the context.
func retrying[T any](ctx context.Context, onRetry func(error), action func() (T, error)) (T, error) {
	for failures := 0; ; failures++ {
		value, err := action()
		var last final
		if err == nil || errors.As(err, &last) {
			return value, err
		}
		if ctx.Err() != nil {
			return value, ctx.Err()
		}
		onRetry(err)
		wait := min(5*time.Second, 100*time.Millisecond<<min(failures, 10))
		select {
		case <-ctx.Done():
			return value, ctx.Err()
		case <-time.After(time.Duration(float64(wait) * (0.5 + rand.Float64()/2))):
		}
	}
}
