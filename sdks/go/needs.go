package windlass

import (
	"fmt"

	"github.com/windlass/windlass/sdks/go/internal/definition"
)

// Source is another algorithm as far as a dependant needs it: who it is and what it answers with.
type Source[T any] interface {
	ref() string
	reads() *definition.ResultType
	// example ties the source to its type; its value means nothing.
	example() T
}

// Remote is an algorithm of another processor: name@version, or name@range, which is the highest version that fits.
type Remote[T any] struct {
	name  string
	shape *definition.ResultType
}

// RemoteOf names one: RemoteOf[float64]("indicator@^1.2").
func RemoteOf[T any](ref string) Remote[T] { return Remote[T]{name: ref} }

// ReadAs names one and says how its results are read; the hub checks it when the processor registers.
func ReadAs[T any](ref string, result Result[T]) Remote[T] { return Remote[T]{ref, &result.declared} }

func (r Remote[T]) ref() string                   { return r.name }
func (r Remote[T]) reads() *definition.ResultType { return r.shape }
func (r Remote[T]) example() (none T)             { return none }

// Need is a declared dependency: a [Single] or a [Several].
type Need interface{ dependency() *definition.Dependency }

// Single is a dependency on one result: it is declared in Spec.Needs, and read in the function.
type Single[T any] struct{ declared *definition.Dependency }

// Several is a dependency on a list of results.
type Several[T any] struct{ declared *definition.Dependency }

func (s Single[T]) dependency() *definition.Dependency  { return s.declared }
func (s Several[T]) dependency() *definition.Dependency { return s.declared }

func dependencyOn[T any](source Source[T], relation string, rules []Rules) *definition.Dependency {
	made := &definition.Dependency{Algorithm: source.ref(), Relation: relation, Reads: source.reads()}
	for _, one := range rules {
		made.Rules = one
	}
	return made
}

// Same is its result on the same window.
func Same[T any](source Source[T], rules ...Rules) Single[T] {
	return Single[T]{dependencyOn(source, "same", rules)}
}

// Parent is its latest accepted result on the parent window.
func Parent[T any](source Source[T], rules ...Rules) Single[T] {
	return Single[T]{dependencyOn(source, "parent", rules)}
}

// Children are its results on all child windows, once they are closed; ordered by start.
func Children[T any](source Source[T], rules ...Rules) Several[T] {
	return Several[T]{dependencyOn(source, "children", rules)}
}

// Members, on a group's window, are its results over the windows of the group's sources inside it; ordered by start.
func Members[T any](source Source[T], rules ...Rules) Several[T] {
	return Several[T]{dependencyOn(source, "members", rules)}
}

// Previous are its results on previous windows of the same key: oldest first, fewer at the beginning.
func Previous[T any](source Source[T], span Span, rules ...Rules) Several[T] {
	made := dependencyOn(source, "previous", rules)
	made.Span = span
	return Several[T]{made}
}

// Input is the result of an upstream algorithm, with the window it is about.
type Input[T any] struct {
	definition.Input
	// Value hides the untyped one.
	Value T
}

// Get is the value; the zero value where it is not there, see [Single.Lookup]. It panics, and so fails the execution, when the
// upstream result is of another type than declared, or the dependency is not among the algorithm's needs.
func (s Single[T]) Get(c *Context) T {
	value, _ := s.Lookup(c)
	return value
}

// Lookup tells also whether it is there; it always is, unless a rule lets the algorithm run without it.
func (s Single[T]) Lookup(c *Context) (value T, isThere bool) {
	given := inputOf(c, s.declared)
	if given == nil {
		return value, false
	}
	return as[T](s.declared, given), true
}

// Get is the list, in its order.
func (s Several[T]) Get(c *Context) []Input[T] {
	given, _ := inputOf(c, s.declared).([]definition.Input)
	made := make([]Input[T], len(given))
	for i, one := range given {
		made[i] = Input[T]{one, as[T](s.declared, one.Value)}
	}
	return made
}

// Values are the values alone.
func (s Several[T]) Values(c *Context) []T {
	inputs := s.Get(c)
	values := make([]T, len(inputs))
	for i, one := range inputs {
		values[i] = one.Value
	}
	return values
}

func inputOf(c *Context, declared *definition.Dependency) any {
	given, isDeclared := c.Inputs[declared]
	if !isDeclared {
		panic(nonRetryable{fmt.Errorf("%s (%s) is not among the algorithm's needs", declared.Algorithm, declared.Relation)})
	}
	return given
}

func as[T any](declared *definition.Dependency, given any) T {
	value, ok := given.(T)
	if !ok && given != nil {
		panic(nonRetryable{fmt.Errorf("the result of %s is %T, declared is %T", declared.Algorithm, given, value)})
	}
	return value
}
