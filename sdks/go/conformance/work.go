package main

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

func number(c *windlass.Context, name string) float64 {
	return windlass.Number(c.Window.Metadata, name)
}

func milliseconds(number float64) time.Duration {
	return time.Duration(number * float64(time.Millisecond))
}

func letters(c *windlass.Context) (string, error) {
	return strings.Repeat("x", int(number(c, "bytes"))), nil
}

// fail is an ordinary error of this language.
func fail(c *windlass.Context) (float64, error) {
	if characters := int(number(c, "characters")); characters > 0 {
		return 0, errors.New(strings.Repeat("x", characters))
	}
	return 0, errors.New("out of range")
}

// work are algorithms that work, fail, and misbehave, each in its own way.
func work() windlass.Algorithms {
	load := windlass.NewAlgorithm(spec("load"), windlass.Double("%"), func(c *windlass.Context) (float64, error) {
		return number(c, "load"), nil
	})
	needsLoad := windlass.Same(load)
	doubled := windlass.NewAlgorithm(spec("doubled", needsLoad), windlass.Double(""), func(c *windlass.Context) (float64, error) {
		if c.Window.Metadata["fail"] == true {
			return fail(c)
		}
		return needsLoad.Get(c) * 2, nil
	})
	needsDoubled := windlass.Same(doubled)
	plus := windlass.NewAlgorithm(spec("plus", needsDoubled), windlass.Double(""), func(c *windlass.Context) (float64, error) {
		return needsDoubled.Get(c) + 1, nil
	})
	small := spec("small")
	small.MaxResultBytes = 100
	return windlass.Algorithms{
		load, doubled, plus, refuses(), emits(),
		windlass.NewAlgorithm(spec("throws"), windlass.Double(""), fail),
		windlass.NewAlgorithm(spec("sleeps"), windlass.String(), sleep),
		windlass.NewAlgorithm(spec("busy"), windlass.String(), func(c *windlass.Context) (string, error) {
			for end := time.Now().Add(milliseconds(number(c, "busyMs"))); time.Now().Before(end); {
			}
			return "busy", nil
		}),
		windlass.NewAlgorithm(spec("dies"), windlass.None(), func(*windlass.Context) (any, error) {
			runtime.Goexit()
			return nil, nil
		}),
		windlass.NewAlgorithm(spec("kills"), windlass.None(), func(*windlass.Context) (any, error) {
			return nil, syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}),
		windlass.NewAlgorithm(spec("giant"), windlass.String(), letters),
		windlass.NewAlgorithm(small, windlass.String(), letters),
		windlass.NewAlgorithm(spec("deep"), windlass.List(""), func(c *windlass.Context) ([]any, error) {
			return nested(c, []any{}, func(inner []any) []any { return []any{inner} }), nil
		}),
		windlass.NewAlgorithm(spec("deep-avro"), windlass.Avro(nodeSchema), func(c *windlass.Context) (windlass.Struct, error) {
			return nested(c, windlass.Struct{}, func(inner windlass.Struct) windlass.Struct {
				return windlass.Struct{{Name: "next", Value: inner}}
			}), nil
		}),
	}
}

const nodeSchema = `{
  "type": "record", "name": "Node",
  "fields": [{ "name": "next", "type": ["null", "Node"], "default": null }]
}`

// nested is metadata levels of it.
func nested[T any](c *windlass.Context, last T, around func(T) T) T {
	for range int(number(c, "levels")) - 1 {
		last = around(last)
	}
	return last
}

func sleep(c *windlass.Context) (string, error) {
	c.Progress()
	tell := time.NewTicker(100 * time.Millisecond)
	defer tell.Stop()
	var over <-chan time.Time
	if ms := number(c, "sleepMs"); ms > 0 {
		over = time.After(milliseconds(ms))
	}
	for {
		select {
		case <-c.Done():
			return "", c.Err()
		case <-over:
			return "slept", nil
		case <-tell.C:
			c.Progress()
		}
	}
}

func refuses() windlass.AnyAlgorithm {
	declared := spec("refuses")
	declared.Timeout, declared.ScheduleToClose = 30*time.Second, 2*time.Minute
	jitter := 0.0
	declared.Retry = &windlass.RetryPolicy{
		Attempts: 3, Backoff: 100 * time.Millisecond, BackoffFactor: 2, MaxBackoff: time.Second, Jitter: &jitter, NonRetryable: []string{"TIMEOUT"},
	}
	return windlass.NewAlgorithm(declared, windlass.Double(""), func(*windlass.Context) (float64, error) {
		return 0, windlass.NonRetryable(errors.New("never"))
	})
}

func emits() windlass.AnyAlgorithm {
	declared := spec("emits")
	declared.Emits = []string{"found@1"}
	return windlass.NewAlgorithm(declared, windlass.None(), func(c *windlass.Context) (any, error) {
		start := c.Window.StartUs
		one := windlass.ChildWindow{WindowType: "found@1", StartUs: start, EndUs: start + 1}
		switch c.Window.Metadata["as"] {
		case "key":
			one.Key, one.EmissionKey = "unit-other", "second"
			return nil, c.Emit(one)
		case "undeclared":
			one.WindowType = "other@1"
			return nil, c.Emit(one)
		case "empty":
			one.EndUs = start
			return nil, c.Emit(one)
		}
		windows := 1
		if _, isTold := c.Window.Metadata["windows"]; isTold {
			windows = int(number(c, "windows"))
		}
		for i := range windows {
			child := windlass.ChildWindow{
				WindowType: "found@1", StartUs: start + int64(i), EndUs: start + int64(i) + 1, Metadata: map[string]any{"index": i},
			}
			if err := c.Emit(child); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}
