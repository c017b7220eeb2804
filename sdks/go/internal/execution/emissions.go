package execution

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if !isText(key, wire.MaxNameLength) || strings.TrimSpace(key) != key {
		return bad("key '%.60s' must have 1 to %d characters, no control characters, no white space at its ends", key, wire.MaxNameLength)
	}
	var emissionKey *string
	if child.EmissionKey != "" {
		if !isText(child.EmissionKey, wire.MaxIDLength) {
			return bad("emissionKey must have 1 to %d characters (idLength), none a control character", wire.MaxIDLength)
		}
		emissionKey = &child.EmissionKey
	}
	if len(e.items) >= wire.MaxEmissions {
		return bad("more than %d windows (emissionsPerResult)", wire.MaxEmissions)
	}
	metadata, err := metadataOf(child.Metadata)
	if err != nil {
		return err
	}
	e.items = append(e.items, wire.Emission{
		WindowType: child.WindowType, Key: key, StartUs: child.StartUs, EndUs: child.EndUs,
		EmissionKey: emissionKey, Metadata: metadata,
	})
	return nil
}

func isText(text string, most int) bool {
	length := utf8.RuneCountInString(text)
	return length >= 1 && length <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func metadataOf(given map[string]any) (wire.Metadata, error) {
	made := make(wire.Metadata, len(given))
	bytes := 0
	for name, value := range given {
		bytes += len(name) + 10
		switch one := value.(type) {
		case nil, bool, float64:
			made[name] = one
		case string:
			bytes += len(one)
			made[name] = one
		case int:
			made[name] = float64(one)
		case int64:
			made[name] = float64(one)
		case json.Number:
			number, err := one.Float64()
			if err != nil {
				return nil, &BadEmission{fmt.Sprintf("metadata.%s: %v", name, err)}
			}
			made[name] = number
		default:
			return nil, &BadEmission{fmt.Sprintf("metadata.%s is %T; it can be null, bool, number or text", name, value)}
		}
	}
	if bytes > wire.MaxMetadataBytes {
		return nil, &BadEmission{fmt.Sprintf("metadata of %d bytes, limit metadataBytes is %d", bytes, wire.MaxMetadataBytes)}
	}
	return made, nil
}
