package wire

import (
	"encoding/json"
	"fmt"
)

// PlainMetadata brings metadata into what travels: null, bool, float64 and string; an error is an [UnfitError].
func PlainMetadata(given map[string]any) (Metadata, error) {
	made := make(Metadata, len(given))
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
				return nil, &UnfitError{fmt.Sprintf("metadata.%s: %v", name, err)}
			}
			made[name] = number
		default:
			return nil, &UnfitError{fmt.Sprintf("metadata.%s is %T; it can be null, bool, number or text", name, value)}
		}
	}
	if bytes > MaxMetadataBytes {
		return nil, &UnfitError{fmt.Sprintf("metadata of %d bytes, limit metadataBytes is %d", bytes, MaxMetadataBytes)}
	}
	return made, nil
}
