// Package scheduling is the bookkeeping of a processor: what runs next, what may be committed, who died. Nothing in it
// waits, reads a clock or locks.
package scheduling

import "slices"

// KeyedQueue holds work in the order it came, but never gives two of one key at a time.
type KeyedQueue[T any] struct {
	lanes map[string]*lane[T]
	ready []*lane[T]
	key   func(T) string
}

type lane[T any] struct {
	items []T
	taken bool
}

// NewKeyedQueue makes an empty queue; key tells items apart.
func NewKeyedQueue[T any](key func(T) string) *KeyedQueue[T] {
	return &KeyedQueue[T]{lanes: map[string]*lane[T]{}, key: key}
}

// Add puts an item behind the others of its key.
func (q *KeyedQueue[T]) Add(item T) {
	key := q.key(item)
	at, known := q.lanes[key]
	if !known {
		at = &lane[T]{}
		q.lanes[key] = at
	}
	at.items = append(at.items, item)
	if !at.taken && len(at.items) == 1 {
		q.ready = append(q.ready, at)
	}
}

// Take gives the next item whose key is free; the key is taken until Done.
func (q *KeyedQueue[T]) Take() (item T, ok bool) {
	for len(q.ready) > 0 {
		at := q.ready[0]
		q.ready[0] = nil
		q.ready = q.ready[1:]
		if len(at.items) == 0 {
			continue
		}
		at.taken = true
		item, at.items = at.items[0], at.items[1:]
		return item, true
	}
	return item, false
}

// IsReady tells whether there is an item whose key is free.
func (q *KeyedQueue[T]) IsReady() bool {
	return slices.ContainsFunc(q.ready, func(at *lane[T]) bool { return len(at.items) > 0 })
}

// Done frees a key.
func (q *KeyedQueue[T]) Done(key string) {
	at, known := q.lanes[key]
	if !known {
		return
	}
	at.taken = false
	if len(at.items) == 0 {
		delete(q.lanes, key)
		return
	}
	q.ready = append(q.ready, at)
}

// Remove takes out waiting items; taken ones stay taken.
func (q *KeyedQueue[T]) Remove(unwanted func(T) bool) []T {
	var removed []T
	for key, at := range q.lanes {
		var kept []T
		for _, item := range at.items {
			if unwanted(item) {
				removed = append(removed, item)
			} else {
				kept = append(kept, item)
			}
		}
		at.items = kept
		if len(kept) == 0 && !at.taken {
			delete(q.lanes, key)
		}
	}
	var ready []*lane[T]
	for _, at := range q.ready {
		if len(at.items) > 0 {
			ready = append(ready, at)
		}
	}
	q.ready = ready
	return removed
}
