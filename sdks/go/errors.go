package windlass

// NonRetryable wraps what an algorithm returns: the same input would fail again, so the hub does not retry.
func NonRetryable(err error) error {
	if err == nil {
		return nil
	}
	return nonRetryable{err}
}

type nonRetryable struct{ cause error }

func (e nonRetryable) Error() string   { return e.cause.Error() }
func (e nonRetryable) Unwrap() error   { return e.cause }
func (e nonRetryable) Retryable() bool { return false }
