package execution

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const (
	maxClass   = 200
	maxMessage = 4_096
	maxStack   = 16_384
	maxCauses  = 8
)

// AnswerFault is what the SDK itself finds wrong with an answer.
type AnswerFault struct{ Code, Message string }

func (e *AnswerFault) Error() string { return e.Message }

// BadEmission: an algorithm emitted a child window that cannot be.
type BadEmission struct{ Message string }

func (e *BadEmission) Error() string { return e.Message }

// Retryable is false: the same input would emit the same.
func (e *BadEmission) Retryable() bool { return false }

// PanicError is what a panicking algorithm is answered with.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprint(e.Value) }

// Unwrap gives the error that was panicked with.
func (e *PanicError) Unwrap() error {
	cause, _ := e.Value.(error)
	return cause
}

func recovered(value any) *PanicError { return &PanicError{value, debug.Stack()} }

var answers = map[string]struct {
	class     string
	retryable bool
}{
	"TIMEOUT":           {"StartToCloseTimeout", true},
	"POISONED":          {"PoisonedTask", false},
	"NOT_HERE":          {"AlgorithmNotHere", true},
	"CANCELLED":         {"Cancelled", false},
	"PAYLOAD_TOO_LARGE": {"PayloadTooLarge", false},
	"BAD_RESULT":        {"BadResult", false},
	"BAD_TASK":          {"UnreadableTask", false},
	"INPUT_UNAVAILABLE": {"InputUnavailable", true},
	"WORKER_DIED":       {"WorkerDied", true},
}

// AnswerError is an error that the SDK itself answers with, by its stable code.
func AnswerError(code, message string) *wire.AlgorithmError {
	is := answers[code]
	return &wire.AlgorithmError{
		Class: is.class, Message: cut(message, maxMessage), Retryable: is.retryable, Code: &code,
	}
}

// thrownError is whatever an algorithm returned, as it travels.
func thrownError(err error) *wire.AlgorithmError {
	var fault *AnswerFault
	if errors.As(err, &fault) {
		return AnswerError(fault.Code, fault.Message)
	}
	var unfit *wire.UnfitError
	if errors.As(err, &unfit) {
		return AnswerError("BAD_RESULT", unfit.Message)
	}
	stack := cut(stackOf(err), maxStack)
	return &wire.AlgorithmError{
		Class: cut(classOf(err), maxClass), Message: cut(err.Error(), maxMessage), Stack: &stack, Retryable: isRetryable(err),
	}
}

func isRetryable(err error) bool {
	var told interface{ Retryable() bool }
	return !errors.As(err, &told) || told.Retryable()
}

// classOf is the name of the error's type; what only adds words to another error is looked through.
func classOf(err error) string {
	for at := err; at != nil; at = errors.Unwrap(at) {
		name := fmt.Sprintf("%T", at)
		name = name[strings.LastIndexAny(name, ".*")+1:]
		switch name {
		case "wrapError", "wrapErrors", "nonRetryable", "joinError":
			continue
		case "errorString", "fundamental":
			return "Error"
		case "PanicError":
			return "Panic"
		}
		return name
	}
	return "Error"
}

// stackOf: Go's errors carry no stack, so it is the chain of causes; a panic has its own.
func stackOf(err error) string {
	var parts []string
	for at := err; at != nil && len(parts) < maxCauses; at = errors.Unwrap(at) {
		part := fmt.Sprintf("%T: %s", at, at.Error())
		if panicked, ok := at.(*PanicError); ok {
			part += "\n" + string(panicked.Stack)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\nCaused by: ")
}

// cut counts characters as code points.
func cut(text string, characters int) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= characters || utf8.RuneCountInString(text) <= characters {
		return text
	}
	return string([]rune(text)[:characters-1]) + "…"
}
