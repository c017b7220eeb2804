package execution

import (
	"errors"
	"strings"
	"testing"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

func child(change func(*definition.ChildWindow)) definition.ChildWindow {
	one := definition.ChildWindow{WindowType: "peak@1", StartUs: 1, EndUs: 2}
	change(&one)
	return one
}

func TestAChildWindowThatCannotBeIsRefusedAtTheCall(t *testing.T) {
	for wrong, change := range map[string]func(*definition.ChildWindow){
		"emits other@1, declared are peak@1": func(c *definition.ChildWindow) { c.WindowType = "other@1" },
		"a window [2, 2) is no window":       func(c *definition.ChildWindow) { c.StartUs = 2 },
		"key ' a' must have":                 func(c *definition.ChildWindow) { c.Key = " a" },
		"key 'a\x01' must have":              func(c *definition.ChildWindow) { c.Key = "a\x01" },
		"must have 1 to 100 characters":      func(c *definition.ChildWindow) { c.Key = strings.Repeat("k", 101) },
		"emissionKey must have 1 to 200":     func(c *definition.ChildWindow) { c.EmissionKey = strings.Repeat("k", 201) },
		"metadata.tags is []string":          func(c *definition.ChildWindow) { c.Metadata = map[string]any{"tags": []string{"a"}} },
		"limit metadataBytes is 16384":       func(c *definition.ChildWindow) { c.Metadata = map[string]any{"a": strings.Repeat("x", 17_000)} },
	} {
		found := emissions{key: "unit-1", allowed: []string{"peak@1"}}
		err := found.add(child(change))
		var bad *BadEmission
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), wrong) || len(found.items) != 0 {
			t.Errorf("%v, wanted %s", err, wrong)
		}
	}
}

func TestAChildWindowHasTheKeyOfItsParentUnlessItSaysOtherwise(t *testing.T) {
	found := emissions{key: "unit-1", allowed: []string{"peak@1"}}
	own := child(func(c *definition.ChildWindow) {
		c.Metadata = map[string]any{"height": 95, "label": "high", "none": nil}
	})
	other := child(func(c *definition.ChildWindow) { c.Key, c.EmissionKey = "泵 7", "second" })
	for _, one := range []definition.ChildWindow{own, other} {
		if err := found.add(one); err != nil {
			t.Fatal(err)
		}
	}
	first, second := found.items[0], found.items[1]
	if first.Key != "unit-1" || first.EmissionKey != nil || first.Metadata["height"] != 95.0 || second.Key != "泵 7" || *second.EmissionKey != "second" {
		t.Fatalf("%+v", found.items)
	}
}

func TestAResultEmitsSoManyWindowsAndNoMore(t *testing.T) {
	found := emissions{key: "unit-1", allowed: []string{"peak@1"}}
	for i := range wire.MaxEmissions + 1 {
		err := found.add(child(func(*definition.ChildWindow) {}))
		if (err != nil) != (i == wire.MaxEmissions) {
			t.Fatalf("window %d: %v", i, err)
		}
	}
}
