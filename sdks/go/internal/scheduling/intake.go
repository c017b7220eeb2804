package scheduling

// Entry is a task that has come and is not finished.
type Entry struct {
	Partition int32
	Offset    int64
	// Key of the record: the source (or group).
	Key   string
	Bytes int
	// Payload is the caller's.
	Payload any

	tracker *OffsetTracker
}

// Progress is what is committed for a partition.
type Progress struct {
	Partition int32
	Offset    int64
	// Deaths counted against the task at this offset.
	Deaths int
}

// Turn is the next thing to run; Alone: nothing else may run beside it.
type Turn struct {
	Entry *Entry
	Alone bool
	// Deaths: processes it has killed, as far as is known.
	Deaths int
}

// Limits beyond which partitions are paused: unfinished tasks of one, bytes of all. EnoughBytes: no more is asked for while so many
// bytes are unfinished and something among them can run.
type Limits struct {
	OpenPerPartition int
	OpenBytes        int
	EnoughBytes      int
}

type partition struct {
	tracker   *OffsetTracker
	takeOver  TakeOver
	committed int64
	end       int64
	paused    bool
}

// Intake is everything a processor has been given and has not finished: which task runs next (sources in order, sources
// beside each other, suspects alone), what may be committed, which partitions are full.
type Intake struct {
	limits     Limits
	partitions map[int32]*partition
	queue      *KeyedQueue[*Entry]
	suspects   []*Entry
	running    int
	alone      bool
	bytes      int
}

// NewIntake holds nothing yet.
func NewIntake(limits Limits) *Intake {
	queue := NewKeyedQueue(func(entry *Entry) string { return entry.Key })
	return &Intake{limits: limits, partitions: map[int32]*partition{}, queue: queue}
}

// Running counts tasks that run.
func (in *Intake) Running() int { return in.running }

// Holds tells whether a partition is ours.
func (in *Intake) Holds(number int32) bool { return in.partitions[number] != nil }

// Lag counts records on the topic that are not finished; false: none of it is known yet.
func (in *Intake) Lag() (lag int64, known bool) {
	for _, one := range in.partitions {
		lag += max(0, one.end-one.tracker.Position())
	}
	return lag, len(in.partitions) > 0
}

// Take begins a partition.
func (in *Intake) Take(number int32, over TakeOver) {
	in.partitions[number] = &partition{
		tracker: NewOffsetTracker(over.First), takeOver: over, committed: over.First, end: over.First,
	}
}

// Lose forgets a partition; returns its tasks that do not run. Those that run are finished without effect.
func (in *Intake) Lose(number int32) []*Entry {
	delete(in.partitions, number)
	dropped := in.queue.Remove(func(entry *Entry) bool { return entry.Partition == number })
	var kept []*Entry
	for _, entry := range in.suspects {
		if entry.Partition == number {
			dropped = append(dropped, entry)
		} else {
			kept = append(kept, entry)
		}
	}
	in.suspects = kept
	for _, entry := range dropped {
		in.bytes -= entry.Bytes
	}
	return dropped
}

// Add takes tasks in; returns those that are new. Offsets below what was committed mean that someone has set the group back:
// the partition begins anew.
func (in *Intake) Add(number int32, entries []*Entry, end int64) (added, dropped []*Entry) {
	if in.partitions[number] == nil || len(entries) == 0 {
		return nil, nil
	}
	if first := entries[0].Offset; first < in.partitions[number].committed {
		dropped = in.Lose(number)
		in.Take(number, TakeOver{First: first, SuspectUntil: first})
	}
	at := in.partitions[number]
	at.end = end
	for _, entry := range entries {
		if !at.tracker.See(entry.Offset) {
			continue
		}
		entry.tracker = at.tracker
		in.bytes += entry.Bytes
		if entry.Offset < at.takeOver.SuspectUntil {
			in.suspects = append(in.suspects, entry)
		} else {
			in.queue.Add(entry)
		}
		added = append(added, entry)
	}
	return added, dropped
}

// IsStocked tells whether there is enough to go on with. What waits behind work of its own source is none: others may be behind it on
// the topic.
func (in *Intake) IsStocked() bool {
	return in.bytes >= in.limits.EnoughBytes && (in.queue.IsReady() || len(in.suspects) > 0)
}

// Next is the next task to start with so many slots; nil: nothing can start now.
func (in *Intake) Next(slots int) *Turn {
	if in.alone {
		return nil
	}
	if len(in.suspects) > 0 {
		if in.running > 0 {
			return nil
		}
		suspect := in.suspects[0]
		in.suspects = in.suspects[1:]
		in.running++
		in.alone = true
		deaths := in.partitions[suspect.Partition].takeOver.DeathsAt(suspect.Offset)
		return &Turn{suspect, true, deaths}
	}
	if in.running >= slots {
		return nil
	}
	entry, ok := in.queue.Take()
	if !ok {
		return nil
	}
	in.running++
	return &Turn{Entry: entry}
}

// Ran: it no longer runs; its key is free, its answer is on the way.
func (in *Intake) Ran(turn *Turn) {
	in.running--
	if !turn.Alone {
		in.queue.Done(turn.Entry.Key)
	}
}

// Finish: its answer is safe, or it needs none. True when there is something new to commit.
func (in *Intake) Finish(turn *Turn) bool {
	if turn.Alone {
		in.alone = false
	}
	in.bytes -= turn.Entry.Bytes
	at := in.partitions[turn.Entry.Partition]
	return turn.Entry.tracker.Finish(turn.Entry.Offset) && at != nil && at.tracker == turn.Entry.tracker
}

// Positions says where every held partition stands.
func (in *Intake) Positions() []Progress { return in.positions(func(*partition) bool { return true }) }

// Uncommitted are positions that Kafka does not know yet.
func (in *Intake) Uncommitted() []Progress {
	return in.positions(func(at *partition) bool { return at.tracker.Position() > at.committed })
}

func (in *Intake) positions(wanted func(*partition) bool) []Progress {
	var all []Progress
	for number, at := range in.partitions {
		if offset := at.tracker.Position(); wanted(at) {
			all = append(all, Progress{number, offset, at.takeOver.DeathsAt(offset)})
		}
	}
	return all
}

// Committed: Kafka knows these.
func (in *Intake) Committed(progress []Progress) {
	for _, one := range progress {
		if at := in.partitions[one.Partition]; at != nil {
			at.committed = max(at.committed, one.Offset)
		}
	}
}

// Flow tells partitions to pause and to resume, each once. A full one resumes at half of what filled it.
func (in *Intake) Flow() (pause, resume []int32) {
	for number, at := range in.partitions {
		open := at.tracker.Open()
		full := open >= in.limits.OpenPerPartition || in.bytes >= in.limits.OpenBytes
		low := open*2 <= in.limits.OpenPerPartition && in.bytes*2 <= in.limits.OpenBytes
		if full && !at.paused {
			pause = append(pause, number)
		}
		if low && at.paused {
			resume = append(resume, number)
		}
		at.paused = full || (at.paused && !low)
	}
	return pause, resume
}
