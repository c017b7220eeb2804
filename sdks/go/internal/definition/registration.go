package definition

import (
	"encoding/json"
	"fmt"
	"time"
)

type object = map[string]any

// Registration is the body of POST /v1/processors; what the user did not say is left out.
func Registration(name, version, team string, algorithms []*Algorithm) any {
	all := make([]object, len(algorithms))
	for i, one := range algorithms {
		all[i] = one.registration()
	}
	return object{"name": name, "version": version, "team": team, "algorithms": all}
}

func (a *Algorithm) registration() object {
	windows := make([]object, len(a.Bindings))
	for i, one := range a.Bindings {
		on := one.On
		if len(on) == 0 {
			on = []string{"ON_TIME", "LATE"}
		}
		windows[i] = object{"windowType": one.WindowType, "on": on}
		put(windows[i], "minCompleteness", one.MinCompleteness)
	}
	needs := make([]object, len(a.Needs))
	for i, one := range a.Needs {
		needs[i] = one.registration()
	}
	made := object{"name": a.Name, "version": a.Version, "windows": windows, "dependencies": needs, "result": a.Result.registration()}
	if len(a.Emits) > 0 {
		made["emits"] = a.Emits
	}
	put(made, "timeout", milliseconds(a.Timeout))
	put(made, "scheduleToClose", milliseconds(a.ScheduleToClose))
	put(made, "maxResultBytes", positive(a.MaxResultBytes))
	if a.Retry != nil {
		retry := object{}
		put(retry, "attempts", positive(a.Retry.Attempts))
		put(retry, "backoff", milliseconds(a.Retry.Backoff))
		if a.Retry.BackoffFactor > 0 {
			retry["backoffFactor"] = a.Retry.BackoffFactor
		}
		put(retry, "maxBackoff", milliseconds(a.Retry.MaxBackoff))
		put(retry, "jitter", a.Retry.Jitter)
		if len(a.Retry.NonRetryable) > 0 {
			retry["nonRetryable"] = a.Retry.NonRetryable
		}
		if len(a.Retry.Retryable) > 0 {
			retry["retryable"] = a.Retry.Retryable
		}
		made["retry"] = retry
	}
	return made
}

func (d *Dependency) registration() object {
	made := object{"algorithm": d.Algorithm, "relation": d.Relation}
	if d.Relation == "previous" {
		made["relation"] = object{"previous": d.Span.registration()}
	}
	if d.Reads != nil {
		made["reads"] = d.Reads.registration()
	}
	rules := d.Rules
	for name, rule := range map[string]string{
		"onMissing": rules.OnMissing, "onFailed": rules.OnFailed, "onProvisional": rules.OnProvisional,
		"onIncomplete": rules.OnIncomplete, "afterWait": rules.AfterWait, "onRevision": rules.OnRevision,
	} {
		if rule != "" {
			made[name] = rule
		}
	}
	if rules.RerunDepth > 0 {
		made["onRevision"] = object{"rerunDepth": rules.RerunDepth}
	}
	put(made, "minCompleteness", rules.MinCompleteness)
	put(made, "wait", milliseconds(rules.Wait))
	return made
}

func (s Span) registration() any {
	if s.Count > 0 {
		if s.Gap == nil && s.Within == 0 {
			return s.Count
		}
		made := object{"count": s.Count}
		put(made, "gap", s.Gap)
		if s.Within > 0 {
			made["within"] = microseconds(s.Within)
		}
		return made
	}
	if s.GapDuration == nil {
		return microseconds(s.Duration)
	}
	return object{"duration": microseconds(s.Duration), "gap": microseconds(*s.GapDuration)}
}

func (r ResultType) registration() object {
	made := object{}
	if r.Unit != "" {
		made["unit"] = r.Unit
	}
	if r.Type == "avro" {
		made["avro"] = json.RawMessage(r.Avro)
		return made
	}
	made["type"] = r.Type
	if r.Optional {
		made["optional"] = true
	}
	if len(r.Fields) > 0 {
		made["fields"] = orderedFields(r.Fields)
	}
	return made
}

// orderedFields keeps the order in which fields were declared: it is the order in which they travel.
type orderedFields []FieldType

func (fields orderedFields) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, field := range fields {
		if i > 0 {
			text = append(text, ',')
		}
		name, err := json.Marshal(field.Name)
		if err != nil {
			return nil, err
		}
		inner, err := json.Marshal(field.Type.registration())
		if err != nil {
			return nil, err
		}
		text = append(append(append(text, name...), ':'), inner...)
	}
	return append(text, '}'), nil
}

func put[T any](into object, name string, value *T) {
	if value != nil {
		into[name] = *value
	}
}

func positive(number int) *int {
	if number <= 0 {
		return nil
	}
	return &number
}

func milliseconds(duration time.Duration) *string {
	if duration <= 0 {
		return nil
	}
	text := fmt.Sprintf("%dms", duration.Milliseconds())
	return &text
}

func microseconds(duration time.Duration) string { return fmt.Sprintf("%dus", duration.Microseconds()) }
