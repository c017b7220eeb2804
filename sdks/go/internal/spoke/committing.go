package spoke

import (
	"context"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/scheduling"
)

// What Kafka is told of how far the tasks are: at most every commitInterval, never before an answer is acknowledged, one commit at
// a time.

const commitInterval = 100 * time.Millisecond

// announce: Kafka knows that this task is run alone before it is, so its next death is its own.
func (l *taskLoop) announce(turn *scheduling.Turn) error {
	claim := scheduling.Claim{Holder: l.member, Deaths: turn.Deaths, Alone: true}
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
	err := l.source.commit(l.ctx, positionsOf(progress, l.member))
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
