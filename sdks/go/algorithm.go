// Package windlass is the Go SDK of Windlass: declare algorithms, and run them as a processor.
//
//	var load = windlass.NewAlgorithm(
//		windlass.Spec{Name: "load", Version: "1", On: windlass.On("cycle@1")},
//		windlass.Double("%"),
//		func(c *windlass.Context) (float64, error) { return windlass.Number(c.Window.Metadata, "load"), nil },
//	)
//
//	func main() { windlass.Main(windlass.Processor{Name: "condition", Algorithms: windlass.Algorithms{load}}) }
package windlass

import (
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// What algorithms see; the fields are told at the types themselves.
type (
	Context      = definition.Context
	Window       = definition.Window
	Signal       = definition.Signal
	ChildWindow  = definition.ChildWindow
	TraceContext = definition.TraceContext
	Binding      = definition.Binding
	Rules        = definition.Rules
	Span         = definition.Span
	RetryPolicy  = definition.RetryPolicy
	// Struct is an ordered record of fields.
	Struct   = wire.Struct
	Field    = wire.Field
	Metadata = wire.Metadata
)

// Spec is what an algorithm declares beside its result and its function.
type Spec struct {
	Name, Version string
	// On holds the windows it runs on.
	On []Binding
	// Needs are the results of other algorithms; the order counts only for the hub.
	Needs []Need
	// Emits are the types of the child windows it may emit.
	Emits []string
	// Timeout is the start-to-close limit of one attempt. The context ends then; work that goes on regardless is answered as
	// TIMEOUT and left to itself, and should look at its context instead.
	Timeout time.Duration
	// ScheduleToClose limits a run from its opening to its outcome; kept by the hub.
	ScheduleToClose time.Duration
	Retry           *RetryPolicy
	// MaxResultBytes: a larger encoded result is refused; at most 4 MiB.
	MaxResultBytes int
}

// On binds to window types, name@version, with the default timing: ON_TIME and LATE.
func On(windowTypes ...string) []Binding {
	bindings := make([]Binding, len(windowTypes))
	for i, one := range windowTypes {
		bindings[i] = Binding{WindowType: one}
	}
	return bindings
}

// Algorithm is a declared algorithm that answers with T.
type Algorithm[T any] struct{ definition *definition.Algorithm }

// NewAlgorithm declares one. The function runs in a goroutine of its own and should depend on nothing but its context: the same
// task may be run again after a crash, and its result must be the same.
func NewAlgorithm[T any](spec Spec, result Result[T], run func(*Context) (T, error)) Algorithm[T] {
	needs := make([]*definition.Dependency, len(spec.Needs))
	for i, one := range spec.Needs {
		needs[i] = one.dependency()
	}
	return Algorithm[T]{&definition.Algorithm{
		Name: spec.Name, Version: spec.Version, Bindings: spec.On, Needs: needs, Result: result.declared, Emits: spec.Emits,
		Timeout: spec.Timeout, ScheduleToClose: spec.ScheduleToClose, Retry: spec.Retry, MaxResultBytes: spec.MaxResultBytes,
		Run: func(c *Context) (any, error) { return run(c) },
	}}
}

// Definition is for this SDK's own packages.
func (a Algorithm[T]) Definition() *definition.Algorithm { return a.definition }

func (a Algorithm[T]) ref() string                   { return a.definition.Ref() }
func (a Algorithm[T]) reads() *definition.ResultType { return &a.definition.Result }
func (a Algorithm[T]) example() (none T)             { return none }

// AnyAlgorithm is an algorithm of any type.
type AnyAlgorithm interface{ Definition() *definition.Algorithm }

// Algorithms as a processor holds them.
type Algorithms []AnyAlgorithm

// Number reads a number of a window's metadata; absent or of another type: 0.
func Number(metadata Metadata, name string) float64 {
	number, _ := metadata[name].(float64)
	return number
}
