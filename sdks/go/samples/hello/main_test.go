package main

import (
	"context"
	"testing"

	"github.com/windlass/windlass/sdks/go/windlasstest"
)

func TestTheMeanOfARecordedWindow(t *testing.T) {
	task, err := windlasstest.LoadTask("../../../python/samples/tasks/hello.json")
	if err != nil {
		t.Fatal(err)
	}
	if found := windlasstest.RunLocal(context.Background(), task, mean)[0]; found.Value != 109.0 {
		t.Fatalf("%+v", found)
	}
}
