package execution

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

func runOne(t *testing.T, timeoutMs int64, run func(*definition.Context) (any, error)) (wire.ResultItem, int) {
	t.Helper()
	algorithm := &definition.Algorithm{Name: "a", Version: "1", Result: definition.ResultType{Type: "double"}, Run: run}
	task := &wire.Task{Executions: []wire.Execution{{ExecutionID: "e", Algorithm: "a@1", Attempt: 1, TimeoutMs: timeoutMs}}}
	abandoned := 0
	items := RunTask(context.Background(), task, map[string]*definition.Algorithm{"a@1": algorithm}, Surroundings{
		WithLimits: true, Log: slog.New(slog.DiscardHandler),
		Cancelled: func(string) (string, bool) { return "", false }, Progress: func(*wire.Execution) {},
		Abandoned: func(string, <-chan struct{}) { abandoned++ },
	})
	return items[0], abandoned
}

func code(item wire.ResultItem) string {
	if item.Error == nil || item.Error.Code == nil {
		return ""
	}
	return *item.Error.Code
}

func TestABusyLoopIsAnsweredAtItsLimitAndLeftToItself(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	item, abandoned := runOne(t, 20, func(*definition.Context) (any, error) {
		for {
			select {
			case <-stop:
				return 1.0, nil
			default:
			}
		}
	})
	if code(item) != "TIMEOUT" || abandoned != 1 {
		t.Fatalf("%+v, %d abandoned", item.Error, abandoned)
	}
}

func TestWorkThatLooksAtItsContextIsATimeoutToo(t *testing.T) {
	item, _ := runOne(t, 20, func(c *definition.Context) (any, error) {
		<-c.Done()
		return nil, c.Err()
	})
	if code(item) != "TIMEOUT" {
		t.Fatalf("%+v", item.Error)
	}
}

func TestAGoroutineThatEndsItselfHasDied(t *testing.T) {
	item, _ := runOne(t, 10_000, func(*definition.Context) (any, error) {
		runtime.Goexit()
		return nil, nil
	})
	if code(item) != "WORKER_DIED" {
		t.Fatalf("%+v", item.Error)
	}
}

func TestAPanicIsAnErrorOfTheAlgorithm(t *testing.T) {
	item, _ := runOne(t, 10_000, func(*definition.Context) (any, error) { panic("no such channel") })
	if item.Error == nil || item.Error.Code != nil || !item.Error.Retryable || item.Error.Message != "no such channel" {
		t.Fatalf("%+v", item.Error)
	}
}

func TestAnErrorKeepsItsClassAndWhetherARetryHelps(t *testing.T) {
	item, _ := runOne(t, 10_000, func(*definition.Context) (any, error) { return nil, errors.Join(&BadEmission{"no"}) })
	if item.Error.Retryable {
		t.Fatalf("%+v", item.Error)
	}
	item, _ = runOne(t, time.Minute.Milliseconds(), func(*definition.Context) (any, error) { return "text", nil })
	if code(item) != "BAD_RESULT" {
		t.Fatalf("%+v", item.Error)
	}
}

func TestPreviousDependenciesAreNamedAsElsewhere(t *testing.T) {
	text, err := os.ReadFile("../../../conformance/golden/previous.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Texts []struct {
			Previous struct {
				Count                int
				Gap                  *int
				WithinUs, DurationUs int64
				GapUs                *int64
			}
			Text string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	us := func(number int64) time.Duration { return time.Duration(number) * time.Microsecond }
	for _, one := range file.Texts {
		given := one.Previous
		span := definition.Span{Count: given.Count, Gap: given.Gap, Within: us(given.WithinUs), Duration: us(given.DurationUs)}
		if given.GapUs != nil {
			gap := us(*given.GapUs)
			span.GapDuration = &gap
		}
		if span.Key() != one.Text {
			t.Errorf("%s, wanted %s", span.Key(), one.Text)
		}
	}
}
