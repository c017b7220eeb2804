package scheduling

import (
	"encoding/json"
	"strings"
)

// How a task that kills its process is found. The metadata of a partition's committed offset says who held it and whether the
// task at that offset was being run alone. A holder that vanished without handing back has died; from then on one task is run
// at a time, each announced before it starts, and a task that was announced when its process died has that death counted
// against it. The first death is shared by everything that was in flight, so it counts for the offset itself.

// PoisonDeaths is after how many a task is answered POISONED instead of being run again.
const PoisonDeaths = 3

// SuspectOffsets bounds what was in flight when a process died.
const SuspectOffsets = 1_000

// Claim is the metadata of a committed offset.
type Claim struct {
	// Holder is the instance that holds the partition; empty: handed back.
	Holder string `json:"holder"`
	// Deaths are counted against the task at the committed offset.
	Deaths int `json:"deaths"`
	// Alone: the task at the committed offset was started alone.
	Alone bool `json:"alone"`
}

// Encode is the claim as metadata.
func (c Claim) Encode() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // Two scalars and a text always are JSON.
	}
	return string(text)
}

// DecodeClaim reads metadata; what is not ours (another tool has committed) says nothing.
func DecodeClaim(metadata string) Claim {
	var fields map[string]any
	if json.Unmarshal([]byte(strings.TrimRight(metadata, "\x00")), &fields) != nil {
		return Claim{}
	}
	claim := Claim{}
	claim.Holder, _ = fields["holder"].(string)
	if deaths, isNumber := fields["deaths"].(float64); isNumber && deaths == float64(int(deaths)) {
		claim.Deaths = int(deaths)
	}
	claim.Alone, _ = fields["alone"].(bool)
	return claim
}

// TakeOver is what taking a partition means.
type TakeOver struct {
	First int64
	// Deaths counted against the first task.
	Deaths int
	// SuspectUntil: tasks below it are run alone; First: none.
	SuspectUntil int64
}

// Taking is what is known when a partition is taken. Committed is where Previous was committed, Offset the first to be read,
// IsAlive whether an instance is still a member of the group (a rebalance is no death).
type Taking struct {
	Previous               Claim
	Committed, Offset, End int64
	Instance               string
	IsAlive                func(holder string) bool
}

// Judge says who died and what is suspect.
func (t Taking) Judge() TakeOver {
	if t.End <= t.Offset {
		return TakeOver{First: t.Offset, SuspectUntil: t.Offset}
	}
	deaths, alone := t.Previous.Deaths, t.Previous.Alone
	if t.Committed != t.Offset {
		deaths, alone = 0, false
	}
	holder := t.Previous.Holder
	if died := holder != "" && holder != t.Instance && !t.IsAlive(holder); died && (alone || deaths == 0) {
		deaths++
	}
	over := TakeOver{First: t.Offset, Deaths: deaths, SuspectUntil: t.Offset}
	if deaths > 0 {
		over.SuspectUntil = min(t.End, t.Offset+SuspectOffsets)
	}
	return over
}

// DeathsAt are counted against the task at an offset: the first one's own; the others in flight share the one that began it.
func (o TakeOver) DeathsAt(offset int64) int {
	switch {
	case offset >= o.SuspectUntil:
		return 0
	case offset == o.First:
		return o.Deaths
	}
	return min(o.Deaths, 1)
}
