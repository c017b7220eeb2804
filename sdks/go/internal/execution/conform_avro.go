package execution

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twmb/avro"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// place is where in a value we are; reading: by the rules of Avro schema resolution, unknown fields are left out.
type place struct {
	path    string
	reading bool
	// absent: there is no such field; not the same as null.
	absent bool
	// inside: the records around it, from the innermost.
	inside *enclosing
}

type enclosing struct {
	record *avro.SchemaNode
	around *enclosing
}

func (p place) below(step string) place {
	return place{path: p.path + step, reading: p.reading, inside: p.inside}
}

// meant is the record around it that a node names, as in a schema of trees; any other node is itself.
func (p place) meant(node *avro.SchemaNode) *avro.SchemaNode {
	for at := p.inside; at != nil; at = at.around {
		if node.Type == at.record.Name || node.Type == at.record.Namespace+"."+at.record.Name {
			return at.record
		}
	}
	return node
}

// ReadAvro takes a result of another algorithm as the schema says with which it is read.
func ReadAvro(node *avro.SchemaNode, value any, path string) (any, error) {
	return takeAvro(node, value, place{path: path, reading: true})
}

func takeAvro(node *avro.SchemaNode, value any, at place) (any, error) {
	node = at.meant(node)
	bad := func(expected string) (any, error) {
		if at.absent {
			return nil, missing(at.path, expected)
		}
		return nil, mismatch(at.path, expected, value)
	}
	if len(node.Branches) > 0 {
		return takeUnion(node, value, at)
	}
	switch node.Type {
	case "null":
		if value == nil {
			return nil, nil
		}
	case "boolean":
		if one, ok := value.(bool); ok {
			return one, nil
		}
	case "int", "long":
		whole, ok := wholeOf(value)
		if ok && (node.Type == "long" || whole >= math.MinInt32 && whole <= math.MaxInt32) {
			return whole, nil
		}
	case "float", "double":
		switch one := value.(type) {
		case float64:
			return one, nil
		case float32:
			return float64(one), nil
		}
		if whole, ok := wholeOf(value); ok {
			return float64(whole), nil
		}
	case "string":
		if one, ok := value.(string); ok {
			return one, nil
		}
		if one, ok := value.([]byte); ok && at.reading {
			return string(one), nil
		}
	case "enum":
		if one, ok := value.(string); ok && slices.Contains(node.Symbols, one) {
			return one, nil
		}
		return bad("one of " + strings.Join(node.Symbols, ", "))
	case "bytes":
		if one, ok := value.([]byte); ok {
			return one, nil
		}
		if one, ok := value.(string); ok && at.reading {
			return []byte(one), nil
		}
	case "fixed":
		if one, ok := value.([]byte); ok && len(one) == node.Size {
			return one, nil
		}
		return bad(fmt.Sprintf("%d bytes", node.Size))
	case "array":
		return takeArray(node, value, at)
	case "map":
		return takeMap(node, value, at)
	case "record":
		return takeRecord(node, value, at)
	}
	return bad(node.Type)
}

func takeUnion(node *avro.SchemaNode, value any, at place) (any, error) {
	for i := range node.Branches {
		isNull := node.Branches[i].Type == "null"
		if value == nil && isNull {
			return nil, nil
		}
	}
	for i := range node.Branches {
		if node.Branches[i].Type != "null" {
			return takeAvro(&node.Branches[i], value, at)
		}
	}
	return nil, mismatch(at.path, "union", value)
}

func takeArray(node *avro.SchemaNode, value any, at place) (any, error) {
	if doubles, ok := value.([]float64); ok && (node.Items.Type == "double" || node.Items.Type == "float") {
		return doubles, nil
	}
	items, ok := value.([]any)
	if !ok {
		return nil, mismatch(at.path, "array of "+node.Items.Type, value)
	}
	made := make([]any, len(items))
	for i, item := range items {
		one, err := takeAvro(node.Items, item, at.below(fmt.Sprintf("[%d]", i)))
		if err != nil {
			return nil, err
		}
		made[i] = one
	}
	return made, nil
}

func takeMap(node *avro.SchemaNode, value any, at place) (any, error) {
	given, ok := structOf(value)
	if !ok {
		return nil, mismatch(at.path, "map", value)
	}
	made := make(wire.Struct, len(given))
	for i, field := range given {
		one, err := takeAvro(node.Values, field.Value, at.below("."+field.Name))
		if err != nil {
			return nil, err
		}
		made[i] = wire.Field{Name: field.Name, Value: one}
	}
	return made, nil
}

func takeRecord(node *avro.SchemaNode, value any, at place) (any, error) {
	given, ok := structOf(value)
	if !ok {
		return nil, mismatch(at.path, strings.TrimSpace("record "+node.Name), value)
	}
	at.inside = &enclosing{node, at.inside}
	used := map[string]bool{}
	made := make(wire.Struct, len(node.Fields))
	for i := range node.Fields {
		field := &node.Fields[i]
		names := []string{field.Name}
		if at.reading {
			names = append(names, field.Aliases...)
		}
		inner := at.below("." + field.Name)
		inner.absent = true
		var found any
		for _, name := range names {
			if one, isThere := given.Get(name); isThere && inner.absent {
				found, inner.absent = one, false
				used[name] = true
			}
		}
		if inner.absent && field.HasDefault {
			found, inner.absent = field.Default, false
		}
		one, err := takeAvro(&field.Type, found, inner)
		if err != nil {
			return nil, err
		}
		made[i] = wire.Field{Name: field.Name, Value: one}
	}
	for _, field := range given {
		if !at.reading && !used[field.Name] {
			return nil, mismatch(at.path+"."+field.Name, "no such field", field.Value)
		}
	}
	return made, nil
}
