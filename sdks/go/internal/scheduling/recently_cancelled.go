package scheduling

import "slices"

// Cancellation is a hint of the hub about one task.
type Cancellation struct {
	// ExecutionIDs are concerned; empty: all of the task's.
	ExecutionIDs []string
	Reason       string
}

// Concerns tells whether an execution is meant.
func (c Cancellation) Concerns(executionID string) bool {
	return len(c.ExecutionIDs) == 0 || slices.Contains(c.ExecutionIDs, executionID)
}

// RecentlyCancelled remembers the newest so many: a hint may overtake its task.
type RecentlyCancelled struct {
	limit  int
	order  []string
	byTask map[string][]Cancellation
}

// NewRecentlyCancelled remembers so many tasks.
func NewRecentlyCancelled(limit int) *RecentlyCancelled {
	return &RecentlyCancelled{limit: limit, byTask: map[string][]Cancellation{}}
}

// Add remembers one more, and forgets the oldest task over the limit.
func (r *RecentlyCancelled) Add(taskID string, one Cancellation) {
	if _, known := r.byTask[taskID]; !known {
		r.order = append(r.order, taskID)
		if len(r.order) > r.limit {
			delete(r.byTask, r.order[0])
			r.order = r.order[1:]
		}
	}
	// The same hint again, or one about other executions: a handful is kept, all is all.
	if known := r.byTask[taskID]; len(known) < 16 {
		r.byTask[taskID] = append(known, one)
	}
}

// Of is what is known of a task.
func (r *RecentlyCancelled) Of(taskID string) []Cancellation { return r.byTask[taskID] }
