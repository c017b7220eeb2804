package spoke

import (
	"github.com/windlass/windlass/sdks/go/internal/scheduling"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const rememberedCancellations = 10_000

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
