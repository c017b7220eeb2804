module github.com/windlass/windlass/examples/run-to-failure/languages/go

go 1.26.0

require github.com/windlass/windlass/sdks/go v0.0.0

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/pierrec/lz4/v4 v4.1.33 // indirect
	github.com/twmb/avro v1.9.1 // indirect
	github.com/twmb/franz-go v1.22.3 // indirect
	github.com/twmb/franz-go/pkg/kadm v1.20.0 // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.15.1 // indirect
)

replace github.com/windlass/windlass/sdks/go => ../../../../sdks/go
