package main

import (
	"time"

	windlass "github.com/windlass/windlass/sdks/go"
)

func orNil[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

// sights tell what algorithms see: the window, its signals, their inputs, the trace.
func sights() windlass.Algorithms {
	return windlass.Algorithms{
		inputs(), window(),
		windlass.NewAlgorithm(spec("traces"), windlass.String(), func(c *windlass.Context) (string, error) {
			if c.Trace == nil {
				return "none", nil
			}
			return c.Trace.TraceParent, nil
		}),
	}
}

func inputs() windlass.AnyAlgorithm {
	given := windlass.RemoteOf[string]("given@1")
	runWithout := windlass.Rules{OnMissing: "runWithout"}
	same, parent := windlass.Same(given, runWithout), windlass.Parent(given, runWithout)
	children := windlass.Children(given)
	three := windlass.Previous(given, windlass.Span{Count: 3})
	hour := windlass.Previous(given, windlass.Span{Duration: time.Hour})
	ranged := windlass.Same(windlass.RemoteOf[string]("ranged@^1.0"), runWithout)
	members := windlass.Members(given)
	return windlass.NewAlgorithm(spec("inputs", same, parent, children, three, hour, ranged, members), windlass.List(""),
		func(c *windlass.Context) ([]any, error) {
			var texts []any
			one := func(word string, single windlass.Single[string]) {
				value, isThere := single.Lookup(c)
				if !isThere {
					value = "none"
				}
				texts = append(texts, word+":"+value)
			}
			each := func(word string, several windlass.Several[string]) {
				for _, input := range several.Get(c) {
					texts = append(texts, word+":"+input.WindowID+"="+input.Value)
				}
			}
			one("same", same)
			one("parent", parent)
			each("child", children)
			each("three", three)
			each("hour", hour)
			one("ranged", ranged)
			each("member", members)
			return texts, nil
		})
}

func window() windlass.AnyAlgorithm {
	half := 0.5
	declared := spec("window")
	declared.On = []windlass.Binding{{
		WindowType: "conformance@1", On: []string{"EARLY", "ON_TIME", "LATE", "FINAL"}, MinCompleteness: &half,
	}}
	return windlass.NewAlgorithm(declared, windlass.List(""), func(c *windlass.Context) ([]any, error) {
		w := c.Window
		var kind any
		if w.Source != nil {
			kind = w.Source.Kind
		}
		seen := []any{
			w.Key, w.WindowType, w.StartUs, w.EndUs, w.Generation, w.Revision, w.Timing, w.IsFinal, w.Elements, w.Added,
			orNil(w.Completeness), orNil(w.GapUs), orNil(w.WatermarkUs), orNil(w.ParentWindowID), w.Lane, kind,
			w.Metadata["load"], w.Metadata["shift"], c.ExecutionID, c.Attempt,
		}
		for _, one := range c.Signals {
			var heap any
			if value, isThere := one.Values["heap"]; isThere {
				heap = value
			}
			seen = append(seen, []any{one.ID, one.Name, one.EventTimeUs, one.Phase, one.Count, heap, orNil(one.Correlation)})
		}
		return seen, nil
	})
}
