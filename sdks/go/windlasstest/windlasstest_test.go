package windlasstest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	windlass "github.com/windlass/windlass/sdks/go"
)

// recorded is a task that a hub has sent: the samples of every SDK run on it.
const recorded = "../../python/samples/tasks/hello.json"

var mean = windlass.NewAlgorithm(
	windlass.Spec{Name: "mean", Version: "1", On: windlass.On("cycle@1")},
	windlass.Double("MB"),
	func(c *windlass.Context) (float64, error) {
		sum := 0.0
		for _, signal := range c.Signals {
			sum += signal.Values["heap"]
		}
		return sum / float64(len(c.Signals)), nil
	},
)

func TestARecordedTaskRunsAsItDid(t *testing.T) {
	task, err := LoadTask(recorded)
	if err != nil {
		t.Fatal(err)
	}
	results := RunLocal(context.Background(), task, mean)
	if len(results) != 1 || results[0].Error != nil || results[0].Value != 109.0 {
		t.Fatalf("%+v", results)
	}
}

func TestAFileThatIsNoRecordedTaskSaysWhatItIs(t *testing.T) {
	folder := t.TempDir()
	for wanted, content := range map[string]string{
		"a task file is JSON":                                "task",
		`has the format "windlass-task/1", this has "other"`: `{"format":"other","task":{}}`,
		`has the format "windlass-task/1", this has ""`:      `{}`,
	} {
		path := filepath.Join(folder, "task.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadTask(path); err == nil || !strings.Contains(err.Error(), wanted) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, wanted %s", err, wanted)
		}
	}
	if _, err := LoadTask(filepath.Join(folder, "none.json")); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}

func TestATaskThatLacksAnInputFailsAsOnTheHub(t *testing.T) {
	given := windlass.Same(windlass.RemoteOf[float64]("load@1"))
	twice := windlass.NewAlgorithm(
		windlass.Spec{Name: "twice", Version: "1", On: windlass.On("cycle@1"), Needs: []windlass.Need{given}},
		windlass.Double(""), func(c *windlass.Context) (float64, error) { return 2 * given.Get(c), nil },
	)
	task := TaskFor(twice)
	if result := RunLocal(context.Background(), task, twice)[0]; result.Error == nil || result.Error.Retryable {
		t.Fatalf("%+v", result)
	}
	if err := Given(task, "load@1", "SAME", 3.5); err != nil {
		t.Fatal(err)
	}
	if result := RunLocal(context.Background(), task, twice)[0]; result.Value != 7.0 {
		t.Fatalf("%+v", result.Error)
	}
}
