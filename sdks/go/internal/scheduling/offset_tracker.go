package scheduling

// OffsetTracker knows which offsets of one partition are finished, so that a position is committed only when everything
// before it is: a crash then repeats work, and never loses any.
type OffsetTracker struct {
	position int64
	next     int64
	// Seen, ascending; finished ones at its head are dropped.
	seen []int64
	open map[int64]struct{}
}

// NewOffsetTracker begins at a position: everything below is finished.
func NewOffsetTracker(position int64) *OffsetTracker {
	return &OffsetTracker{position: position, next: position, open: map[int64]struct{}{}}
}

// Position is what may be committed: the lowest unfinished offset, or the next one that will come.
func (t *OffsetTracker) Position() int64 { return t.position }

// Open counts what is seen and not finished.
func (t *OffsetTracker) Open() int { return len(t.open) }

// See is false when the offset was seen before. Offsets come in ascending order, with gaps.
func (t *OffsetTracker) See(offset int64) bool {
	if offset < t.next {
		return false
	}
	if len(t.open) == 0 {
		t.position = offset
	}
	t.next = offset + 1
	t.open[offset] = struct{}{}
	t.seen = append(t.seen, offset)
	return true
}

// Finish is true when the position has moved. Finishing twice is harmless.
func (t *OffsetTracker) Finish(offset int64) bool {
	if _, isOpen := t.open[offset]; !isOpen {
		return false
	}
	delete(t.open, offset)
	for len(t.seen) > 0 {
		if _, isOpen := t.open[t.seen[0]]; isOpen {
			break
		}
		t.seen = t.seen[1:]
	}
	before := t.position
	t.position = t.next
	if len(t.seen) > 0 {
		t.position = t.seen[0]
	}
	return t.position != before
}
