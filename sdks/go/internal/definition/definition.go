// Package definition is what a processor declares, apart from the types of its results: what the hub is told, and what is run.
package definition

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"

	"github.com/twmb/avro"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// ResultType is what an algorithm answers with.
type ResultType struct {
	// Type is double, long, boolean, string, bytes, array, struct, none or avro.
	Type string
	// Unit in UCUM, for instance MB/s or %.
	Unit string
	// Optional: may be null; for a field of a struct.
	Optional bool
	// Fields of a struct, in the order in which they travel.
	Fields []FieldType
	// Avro is a schema of the user's own, as JSON, and parsed.
	Avro     string
	AvroNode *avro.SchemaNode
}

// FieldType is one field of a struct.
type FieldType struct {
	Name string
	Type ResultType
}

// Binding says which panes of a window type an algorithm takes.
type Binding struct {
	// WindowType is name@version.
	WindowType string
	// On holds EARLY, ON_TIME, LATE, FINAL; empty: ON_TIME and LATE.
	On []string
	// MinCompleteness, 0..1; panes below it, or of unknown completeness, are not taken. Nil: all are.
	MinCompleteness *float64
}

// Rules say what happens when an input is not there as wished; what is empty, the hub decides.
type Rules struct {
	OnMissing       string   // wait, runWithout, skip, fail
	OnFailed        string   // wait, runWithout, skip, fail
	OnProvisional   string   // accept, wait, runWithout, skip, fail
	OnIncomplete    string   // wait, runWithout, skip, fail
	MinCompleteness *float64 // 0..1
	Wait            time.Duration
	AfterWait       string // accept, runWithout, skip, fail
	OnRevision      string // rerun, keep
	// RerunDepth limits reruns after a revision; 0: not told.
	RerunDepth int
}

// MayLack tells whether an algorithm may run although this input is not there.
func (r Rules) MayLack() bool {
	for _, rule := range []string{r.OnMissing, r.OnFailed, r.OnProvisional, r.OnIncomplete, r.AfterWait} {
		if rule == "runWithout" {
			return true
		}
	}
	return r.AfterWait == "accept"
}

// Span says which windows before this one: Count of them, or those that begin within Duration.
type Span struct {
	Count int
	// Gap leaves out the nearest so many; nil: not told.
	Gap *int
	// Within bounds how far back the Count reaches; 0: not told.
	Within   time.Duration
	Duration time.Duration
	// GapDuration moves the duration so much earlier; nil: not told.
	GapDuration *time.Duration
}

// Key is the text by which a pane names a previous dependency.
func (s Span) Key() string {
	if s.Count > 0 {
		text := fmt.Sprintf("previous(%d", s.Count)
		if s.Gap != nil {
			text += fmt.Sprintf(", gap %d", *s.Gap)
		}
		if s.Within > 0 {
			text += fmt.Sprintf(", within %dus", s.Within.Microseconds())
		}
		return text + ")"
	}
	text := fmt.Sprintf("previous(%dus", s.Duration.Microseconds())
	if s.GapDuration != nil {
		text += fmt.Sprintf(", gap %dus", s.GapDuration.Microseconds())
	}
	return text + ")"
}

// Dependency is one input of an algorithm.
type Dependency struct {
	// Algorithm is name@version, or name@range.
	Algorithm string
	// Relation is same, parent, children, previous or members.
	Relation string
	Span     Span
	Rules    Rules
	// Reads is what is expected of its results; nil: not told.
	Reads *ResultType
}

// RetryPolicy of an algorithm; what is zero, the hub decides.
type RetryPolicy struct {
	Attempts      int
	Backoff       time.Duration
	BackoffFactor float64
	MaxBackoff    time.Duration
	// Jitter is the part of each wait that is drawn, 0..1; nil: not told.
	Jitter *float64
	// NonRetryable error classes or codes (TIMEOUT), Retryable: the only ones that are.
	NonRetryable []string
	Retryable    []string
}

// Algorithm is a declared algorithm without its types.
type Algorithm struct {
	Name, Version   string
	Bindings        []Binding
	Needs           []*Dependency
	Result          ResultType
	Emits           []string
	Timeout         time.Duration
	ScheduleToClose time.Duration
	Retry           *RetryPolicy
	MaxResultBytes  int
	Run             func(*Context) (any, error)
}

// Ref is name@version.
func (a *Algorithm) Ref() string { return a.Name + "@" + a.Version }

// Window is the firing of the window that the algorithm is run on. Half-open: StartUs ≤ t < EndUs, microseconds since 1970, UTC.
type Window struct {
	WindowID, WindowType, Key string
	StartUs, EndUs            int64
	Generation, Revision      int
	// Timing is EARLY, ON_TIME or LATE.
	Timing          string
	IsFinal         bool
	Elements, Added int64
	// Completeness 0..1, GapUs, WatermarkUs; nil: unknown.
	Completeness       *float64
	GapUs, WatermarkUs *int64
	ParentWindowID     *string
	Metadata           wire.Metadata
	// Source is what the source was at the window's start; nil: nobody has declared it, or the window is a group's.
	Source *wire.Source
	// Lane is LIVE, REPLAY or TRY.
	Lane string
}

// Signal that the window kept.
type Signal struct {
	ID, Name    string
	EventTimeUs int64
	Phase       string
	Values      map[string]float64
	Count       int64
	Correlation *string
	Metadata    wire.Metadata
}

// TraceContext is W3C trace context as it travels.
type TraceContext struct{ TraceParent, TraceState string }

// Input is an upstream result with the window it is about.
type Input struct {
	Value                any
	WindowID             string
	Generation, Revision int
	StartUs, EndUs       int64
	IsFinal              bool
	Completeness         *float64
	Metadata             wire.Metadata
}

// ChildWindow that an algorithm found.
type ChildWindow struct {
	WindowType     string
	StartUs, EndUs int64
	// Metadata: null, bool, numbers or text.
	Metadata map[string]any
	// Key; empty: that of this window.
	Key string
	// EmissionKey tells apart two windows with one start; empty: none.
	EmissionKey string
}

// Context is everything an algorithm sees, and ends when the hub cancels the work or its limit has passed.
type Context struct {
	context.Context
	Window Window
	// Signals in the order of event time. Their maps are those that the other algorithms of the chain see: leave them as they are.
	Signals     []Signal
	ExecutionID string
	// Attempt counts from 1.
	Attempt int
	// Trace of the pane that the task came from; nil: the task brings none.
	Trace *TraceContext
	Log   *slog.Logger

	// Inputs by their dependency: nil, any, or []Input.
	Inputs map[*Dependency]any
	// OnEmit and OnProgress are set by what runs it.
	OnEmit     func(ChildWindow) error
	OnProgress func()

	mutex sync.Mutex
}

// Emit opens a child window when the result is accepted. The error says why it cannot be, and should be returned.
func (c *Context) Emit(child ChildWindow) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.OnEmit(child)
}

// Progress tells the hub that long work is alive; sent at most once a second.
func (c *Context) Progress() { c.OnProgress() }

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// CheckName says what is wrong with a name.
func CheckName(what, name string) error {
	if len(name) > wire.MaxNameLength || !namePattern.MatchString(name) {
		return fmt.Errorf("%s '%s' must match [a-z][a-z0-9-]* and have at most %d characters", what, name, wire.MaxNameLength)
	}
	return nil
}
