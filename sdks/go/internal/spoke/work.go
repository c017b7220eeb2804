package spoke

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const (
	progressInterval = time.Second
	// maxAbandoned goroutines may be left to themselves; beyond it the process drains and ends, for whoever watches over it to start
	// it anew: each may keep a core busy and memory alive.
	maxAbandoned = 16
)

// surroundings of a task's work.
func (l *taskLoop) surroundings(one *job, task *wire.Task) execution.Surroundings {
	var mutex sync.Mutex
	var last time.Time
	return execution.Surroundings{
		WithLimits: true, CancelNews: one.news, Trace: traceOf(one.record.Headers), Log: l.log,
		Cancelled: func(executionID string) (string, bool) { return l.isCancelled(task.TaskID, executionID) },
		Abandoned: l.abandoned.add,
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

// abandonedWork is work that does not end although its limit has passed.
type abandonedWork struct {
	log *slog.Logger
	// tooMany is called when more work was abandoned than may be.
	tooMany func(error)

	mutex sync.Mutex
	count int
}

// add counts work that does not end; Go cannot end it.
func (a *abandonedWork) add(algorithm string, ended <-chan struct{}) {
	a.mutex.Lock()
	a.count++
	count := a.count
	a.mutex.Unlock()
	a.log.Warn("work over its limit, or cancelled, is left to itself", "algorithm", algorithm, "abandoned", count)
	if count > maxAbandoned {
		a.tooMany(fmt.Errorf("%d executions do not end although their limit has passed, at most %d may (maxAbandoned): algorithms should look at their context", count, maxAbandoned))
	}
	go func() {
		<-ended
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.count--
	}()
}
