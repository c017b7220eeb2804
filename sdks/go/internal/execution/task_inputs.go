package execution

import (
	"fmt"
	"slices"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// LackingInput: the task does not bring an input that must be there; no retry would bring it.
type LackingInput struct{ Message string }

func (e *LackingInput) Error() string { return e.Message }

// Retryable is false.
func (e *LackingInput) Retryable() bool { return false }

var relations = map[string]string{
	"same": "SAME", "parent": "PARENT", "children": "CHILDREN", "previous": "PREVIOUS", "members": "MEMBERS",
}

// taskInputs are the results a task brings, and those its own chain has made so far.
type taskInputs struct {
	task *wire.Task
	made map[string]any
}

// of gives every dependency its input: nil, a value, or a list.
func (in *taskInputs) of(needs []*definition.Dependency, execution *wire.Execution) (map[*definition.Dependency]any, error) {
	inputs := make(map[*definition.Dependency]any, len(needs))
	for number, need := range needs {
		input, err := in.input(number, need, execution)
		if err != nil {
			return nil, err
		}
		inputs[need] = input
	}
	return inputs, nil
}

// referred are those of an execution's inputs that travel by reference and have not come yet.
func (in *taskInputs) referred(needs []*definition.Dependency, execution *wire.Execution) (referred []*wire.TaskInput) {
	for number, need := range needs {
		for _, one := range in.brought(number, need, execution) {
			if one.Result == nil && !slices.Contains(referred, one) {
				referred = append(referred, one)
			}
		}
	}
	return referred
}

// reference is what a need stands for in this execution, and whether its own chain has made it.
func (in *taskInputs) reference(need *definition.Dependency, execution *wire.Execution) (ref string, made any, isMade bool) {
	ref = need.Algorithm
	for _, one := range execution.Resolved {
		if one.Asked == need.Algorithm {
			ref = one.Algorithm
		}
	}
	if need.Relation == "same" {
		made, isMade = in.made[ref]
	}
	return ref, made, isMade
}

// brought is what the task brings for a need; nothing where its own chain has made it.
func (in *taskInputs) brought(number int, need *definition.Dependency, execution *wire.Execution) []*wire.TaskInput {
	ref, _, isMade := in.reference(need, execution)
	if isMade {
		return nil
	}
	found := in.found(number, need, ref, execution)
	if isSingle(need) && len(found) > 0 {
		return found[len(found)-1:]
	}
	return found
}

func isSingle(need *definition.Dependency) bool {
	return need.Relation == "same" || need.Relation == "parent"
}

func (in *taskInputs) input(number int, need *definition.Dependency, execution *wire.Execution) (any, error) {
	ref, made, isMade := in.reference(need, execution)
	if isMade {
		return read(need, made)
	}
	found := in.brought(number, need, execution)
	if isSingle(need) {
		if len(found) > 0 {
			return read(need, wire.FromValue(*found[0].Result))
		}
		if need.Rules.MayLack() {
			return nil, nil
		}
		return nil, &LackingInput{fmt.Sprintf("the task does not bring the input %s (%s), which must be there", ref, need.Relation)}
	}
	list := make([]definition.Input, len(found))
	for i, one := range found {
		value, err := read(need, wire.FromValue(*one.Result))
		if err != nil {
			return nil, err
		}
		list[i] = definition.Input{
			Value: value, WindowID: one.WindowID, Generation: int(one.Generation), Revision: int(one.Revision),
			StartUs: one.StartUs, EndUs: one.EndUs, IsFinal: one.IsFinal,
			Completeness: floatOf(one.Completeness), Metadata: one.Metadata,
		}
	}
	return list, nil
}

func (in *taskInputs) found(number int, need *definition.Dependency, ref string, execution *wire.Execution) []*wire.TaskInput {
	var withheld []string
	for _, one := range execution.Withheld {
		if int(one.Dependency) == number {
			withheld = one.ExecutionIDs
		}
	}
	var found []*wire.TaskInput
	for i := range in.task.Inputs {
		one := &in.task.Inputs[i]
		if one.Algorithm == ref && one.Relation == relations[need.Relation] && !slices.Contains(withheld, one.ExecutionID) {
			found = append(found, one)
		}
	}
	if need.Relation != "previous" {
		return found
	}
	for _, named := range in.task.Pane.Previous {
		if named.Dependency == need.Span.Key() {
			return slices.DeleteFunc(found, func(one *wire.TaskInput) bool { return !slices.Contains(named.WindowIDs, one.WindowID) })
		}
	}
	if count := need.Span.Count; count > 0 && len(found) > count {
		return found[len(found)-count:]
	}
	return found
}

func read(need *definition.Dependency, value any) (any, error) {
	if need.Reads == nil || need.Reads.AvroNode == nil {
		return value, nil
	}
	return ReadAvro(need.Reads.AvroNode, value, need.Algorithm)
}

func floatOf(double *wire.Double) *float64 { return (*float64)(double) }
