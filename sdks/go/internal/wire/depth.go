package wire

import "fmt"

var errTooDeep = &UnfitError{fmt.Sprintf("a value deeper than %d levels (resultDepth)", MaxResultDepth)}

// CheckDepth looks at a value as programs hold it, no deeper than it may be; the error is an [UnfitError].
func CheckDepth(value any) error { return checkDepth(value, 0) }

func checkDepth(value any, depth int) error {
	if depth > MaxResultDepth {
		return errTooDeep
	}
	switch one := value.(type) {
	case []any:
		for _, item := range one {
			if err := checkDepth(item, depth+1); err != nil {
				return err
			}
		}
	case Struct:
		for _, field := range one {
			if err := checkDepth(field.Value, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, field := range one {
			if err := checkDepth(field, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// CheckDepth does the same for a value that was decoded; nil has none.
func (v *Value) CheckDepth() error {
	if v == nil {
		return nil
	}
	return checkDecoded(v.Value, 0)
}

func checkDecoded(content any, depth int) error {
	if depth > MaxResultDepth {
		return errTooDeep
	}
	record, _ := content.(map[string]any)
	items, _ := record["items"].([]any)
	fields, _ := record["fields"].([]any)
	for _, one := range items {
		if err := checkDecoded(one.(map[string]any)["value"], depth+1); err != nil {
			return err
		}
	}
	for _, one := range fields {
		if err := checkDecoded(one.(map[string]any)["value"].(map[string]any)["value"], depth+1); err != nil {
			return err
		}
	}
	return nil
}
