package wire

// Named limits of what travels; the same numbers in every SDK.
const (
	MaxNameLength  = 100
	MaxIDLength    = 200
	MaxResultBytes = 4 << 20
	// MaxResultDepth counts levels of lists and structs in one value.
	MaxResultDepth   = 32
	MaxRecordBytes   = 8 << 20
	MaxMetadataBytes = 16 << 10
	MaxEmissions     = 1_000
	MaxSignalBytes   = 64 << 10
	MaxSignalValues  = 64
	// RecordOverheadBytes is what headers, key and batch add to the largest record.
	RecordOverheadBytes = 256 << 10
)
