package wire

// Signal is one event about a source.
type Signal struct {
	Source      string            `avro:"source" json:"source"`
	ID          string            `avro:"id" json:"id"`
	Name        string            `avro:"name" json:"name"`
	EventTimeUs int64             `avro:"eventTimeUs" json:"eventTimeUs"`
	Phase       string            `avro:"phase" json:"phase"`
	Values      map[string]Double `avro:"values" json:"values"`
	Count       int64             `avro:"count" json:"count"`
	Correlation *string           `avro:"correlation" json:"correlation"`
	Metadata    Metadata          `avro:"metadata" json:"metadata"`
	Cause       *string           `avro:"cause" json:"cause"`
	Units       map[string]string `avro:"units" json:"units"`
}

var signalsSchema = schemaOf("signals")

// EncodeSignal is a signal in the wire format.
func EncodeSignal(id int32, record *Signal) ([]byte, error) { return encode(signalsSchema, id, record) }
