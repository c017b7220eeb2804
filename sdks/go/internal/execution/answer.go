package execution

import (
	"fmt"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// Identity is who answers.
type Identity struct{ Processor, Version, Instance string }

// AnswerCodec encodes the result records of one instance.
type AnswerCodec struct {
	Identity
	SchemaID int32
}

// Encode makes a RESULT or PROGRESS record. One that would be too large ends with the first item that no longer fits, failed as
// PAYLOAD_TOO_LARGE.
func (c AnswerCodec) Encode(taskID, kind string, items []wire.ResultItem) ([]byte, error) {
	for {
		record := wire.ResultRecord{
			TaskID: taskID, Kind: kind, Items: items, Processor: c.Processor, ProcessorVersion: c.Version, Instance: c.Instance,
		}
		encoded, err := wire.EncodeResult(c.SchemaID, &record)
		if err != nil || len(encoded) <= wire.MaxRecordBytes {
			return encoded, err
		}
		items = withoutLast(items, len(encoded))
	}
}

func withoutLast(items []wire.ResultItem, bytes int) []wire.ResultItem {
	last := len(items) - 1
	if failure := items[last].Error; failure != nil && failure.Code != nil && *failure.Code == "PAYLOAD_TOO_LARGE" && last > 0 {
		last--
	}
	message := fmt.Sprintf("record of %d bytes, limit recordBytes is %d", bytes, wire.MaxRecordBytes)
	return append(append([]wire.ResultItem{}, items[:last]...), FailedItem(items[last], AnswerError("PAYLOAD_TOO_LARGE", message)))
}

// FailedItem says only why there is no result.
func FailedItem(item wire.ResultItem, failure *wire.AlgorithmError) wire.ResultItem {
	return wire.ResultItem{
		ExecutionID: item.ExecutionID, Attempt: item.Attempt, Error: failure, Emissions: []wire.Emission{},
		StartedAtUs: item.StartedAtUs, EndedAtUs: item.EndedAtUs,
	}
}
