package execution

import (
	"fmt"
	"slices"
	"strings"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// emissions collects the child windows of one execution.
type emissions struct {
	key     string
	allowed []string
	items   []wire.Emission
}

func (e *emissions) add(child definition.ChildWindow) error {
	bad := func(format string, values ...any) error { return &BadEmission{fmt.Sprintf(format, values...)} }
	if !slices.Contains(e.allowed, child.WindowType) {
		declared := strings.Join(e.allowed, ", ")
		if declared == "" {
			declared = "none"
		}
		return bad("emits %s, declared are %s", child.WindowType, declared)
	}
	if child.EndUs <= child.StartUs {
		return bad("a window [%d, %d) is no window: the end lies after the start", child.StartUs, child.EndUs)
	}
	key := child.Key
	if key == "" {
		key = e.key
	}
	if !wire.IsSourceName(key) {
		return bad("key '%.60s' must have %s", key, wire.SourceRule)
	}
	var emissionKey *string
	if child.EmissionKey != "" {
		if !wire.IsText(child.EmissionKey, wire.MaxIDLength) {
			return bad("emissionKey must have 1 to %d characters (idLength), none a control character", wire.MaxIDLength)
		}
		emissionKey = &child.EmissionKey
	}
	if len(e.items) >= wire.MaxEmissions {
		return bad("more than %d windows (emissionsPerResult)", wire.MaxEmissions)
	}
	metadata, err := wire.PlainMetadata(child.Metadata)
	if err != nil {
		return bad("%v", err)
	}
	e.items = append(e.items, wire.Emission{
		WindowType: child.WindowType, Key: key, StartUs: child.StartUs, EndUs: child.EndUs,
		EmissionKey: emissionKey, Metadata: metadata,
	})
	return nil
}
