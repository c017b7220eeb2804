// Package wire is what travels between a processor and the hub.
package wire

import (
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/twmb/avro"
)

//go:embed schemas/*.avsc
var schemaFiles embed.FS

// Schemas of the families, as this SDK writes and reads them.
var (
	windowsSchema    = schemaOf("windows")
	resultsSchema    = schemaOf("results")
	heartbeatsSchema = schemaOf("heartbeats")
	controlSchema    = schemaOf("control")
	valueSchema      = avro.MustParse(valueText())
)

// SchemaText is a family's schema as it is registered.
func SchemaText(family string) string {
	text, err := schemaFiles.ReadFile("schemas/" + family + ".avsc")
	if err != nil {
		panic(err)
	}
	return string(text)
}

func schemaOf(family string) *avro.Schema { return avro.MustParse(SchemaText(family)) }

// ErrWireFormat is a value that is not in the Confluent wire format.
var ErrWireFormat = errors.New("not in the Confluent wire format: a zero byte and a schema id")

// Split parts the schema's id from the Avro body.
func Split(value []byte) (schemaID int32, body []byte, err error) {
	if len(value) < 5 || value[0] != 0 {
		return 0, nil, ErrWireFormat
	}
	return int32(binary.BigEndian.Uint32(value[1:5])), value[5:], nil
}

func encode(schema *avro.Schema, id int32, record any) ([]byte, error) {
	prefix := binary.BigEndian.AppendUint32([]byte{0}, uint32(id))
	return schema.AppendEncode(prefix, record)
}

// EncodeResult is a result record in the wire format; errors are our own mistakes.
func EncodeResult(id int32, record *ResultRecord) ([]byte, error) {
	return encode(resultsSchema, id, record)
}

// EncodeHeartbeat is a heartbeat in the wire format.
func EncodeHeartbeat(id int32, record *Heartbeat) ([]byte, error) {
	return encode(heartbeatsSchema, id, record)
}

// EncodeTask is a task in the wire format, for tests and tools.
func EncodeTask(id int32, record *Task) ([]byte, error) { return encode(windowsSchema, id, record) }

// EncodedBytes is the size of a value alone.
func EncodedBytes(value *Value) (int, error) {
	encoded, err := valueSchema.Encode(value)
	return len(encoded), err
}

// Reader decodes bodies that were written with one schema.
type Reader[T any] struct{ schema *avro.Schema }

// NewTaskReader reads tasks written with this schema; an error: it cannot be read as a task.
func NewTaskReader(writer string) (*Reader[Task], error) { return readerOf[Task]("windows", writer) }

// NewControlReader reads control records.
func NewControlReader(writer string) (*Reader[Control], error) {
	return readerOf[Control]("control", writer)
}

// DecodeValue reads the bytes of a value alone; one that is too deep is an error.
func DecodeValue(body []byte) (*Value, error) {
	reader, err := valueReader()
	if err != nil {
		return nil, err
	}
	value, err := reader.Read(body)
	if err != nil {
		return nil, err
	}
	return value, value.CheckDepth()
}

var valueReader = sync.OnceValues(func() (*Reader[Value], error) {
	wanted, err := avro.Parse(readerText(valueText()))
	if err != nil {
		return nil, err
	}
	resolved, err := avro.Resolve(valueSchema, wanted)
	return &Reader[Value]{resolved}, err
})

// NewResultReader reads result records.
func NewResultReader(writer string) (*Reader[ResultRecord], error) {
	return readerOf[ResultRecord]("results", writer)
}

func readerOf[T any](family, writer string) (*Reader[T], error) {
	written, err := avro.Parse(writer)
	if err != nil {
		return nil, err
	}
	wanted, err := avro.Parse(readerText(SchemaText(family)))
	if err != nil {
		return nil, err
	}
	resolved, err := avro.Resolve(written, wanted)
	if err != nil {
		return nil, err
	}
	return &Reader[T]{resolved}, nil
}

// Read decodes a body; bytes that remain are an error.
func (r *Reader[T]) Read(body []byte) (record *T, err error) {
	record = new(T)
	rest, err := r.schema.Decode(body, record)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes follow the record", len(rest))
	}
	if err != nil {
		return nil, err
	}
	return record, nil
}

// readerText lets an empty array of doubles be told from an empty list when they are decoded: its field is read under a name
// of its own.
func readerText(schema string) string {
	return rewritten(schema, func(record map[string]any) any {
		if record["name"] == "DoubleArray" {
			field := record["fields"].([]any)[0].(map[string]any)
			field["name"], field["aliases"] = "doubles", []string{"items"}
		}
		return nil
	})
}

// valueText is the schema of a value alone.
func valueText() string {
	var found any
	rewritten(SchemaText("results"), func(record map[string]any) any {
		if record["name"] == "Value" && record["type"] == "record" {
			record["namespace"] = "io.windlass.v1"
			found = record
		}
		return nil
	})
	text, err := json.Marshal(found)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func rewritten(schema string, visit func(map[string]any) any) string {
	var tree any
	if err := json.Unmarshal([]byte(schema), &tree); err != nil {
		panic(err)
	}
	walk(tree, visit)
	text, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func walk(node any, visit func(map[string]any) any) {
	switch one := node.(type) {
	case map[string]any:
		visit(one)
		for _, inner := range one {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range one {
			walk(inner, visit)
		}
	}
}
