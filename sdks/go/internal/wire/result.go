package wire

// ResultRecord answers a task, or tells that work on it is alive.
type ResultRecord struct {
	TaskID           string       `avro:"taskId" json:"taskId"`
	Kind             string       `avro:"kind" json:"kind"`
	Items            []ResultItem `avro:"items" json:"items"`
	Processor        string       `avro:"processor" json:"processor"`
	ProcessorVersion string       `avro:"processorVersion" json:"processorVersion"`
	Instance         string       `avro:"instance" json:"instance"`
}

// ResultItem is what became of one execution.
type ResultItem struct {
	ExecutionID string          `avro:"executionId" json:"executionId"`
	Attempt     int32           `avro:"attempt" json:"attempt"`
	Result      *Value          `avro:"result" json:"result"`
	Error       *AlgorithmError `avro:"error" json:"error"`
	Emissions   []Emission      `avro:"emissions" json:"emissions"`
	StartedAtUs int64           `avro:"startedAtUs" json:"startedAtUs"`
	EndedAtUs   int64           `avro:"endedAtUs" json:"endedAtUs"`
	CPUMs       *Double         `avro:"cpuMs" json:"cpuMs"`
}

// AlgorithmError is why an execution failed.
type AlgorithmError struct {
	Class     string  `avro:"class" json:"class"`
	Message   string  `avro:"message" json:"message"`
	Stack     *string `avro:"stack" json:"stack"`
	Retryable bool    `avro:"retryable" json:"retryable"`
	Code      *string `avro:"code" json:"code"`
}

// Emission is a child window.
type Emission struct {
	WindowType  string   `avro:"windowType" json:"windowType"`
	Key         string   `avro:"key" json:"key"`
	StartUs     int64    `avro:"startUs" json:"startUs"`
	EndUs       int64    `avro:"endUs" json:"endUs"`
	EmissionKey *string  `avro:"emissionKey" json:"emissionKey"`
	Metadata    Metadata `avro:"metadata" json:"metadata"`
}

// Heartbeat tells that an instance lives.
type Heartbeat struct {
	Processor        string   `avro:"processor" json:"processor"`
	ProcessorVersion string   `avro:"processorVersion" json:"processorVersion"`
	Instance         string   `avro:"instance" json:"instance"`
	Host             string   `avro:"host" json:"host"`
	SDK              string   `avro:"sdk" json:"sdk"`
	State            string   `avro:"state" json:"state"`
	Algorithms       []string `avro:"algorithms" json:"algorithms"`
	InFlight         int32    `avro:"inFlight" json:"inFlight"`
	LagRecords       *int64   `avro:"lagRecords" json:"lagRecords"`
	StartedAtUs      int64    `avro:"startedAtUs" json:"startedAtUs"`
	AtUs             int64    `avro:"atUs" json:"atUs"`
}

// Control is a hint of the hub.
type Control struct {
	Processor    string   `avro:"processor" json:"processor"`
	Kind         string   `avro:"kind" json:"kind"`
	TaskID       string   `avro:"taskId" json:"taskId"`
	ExecutionIDs []string `avro:"executionIds" json:"executionIds"`
	Reason       string   `avro:"reason" json:"reason"`
	AtUs         int64    `avro:"atUs" json:"atUs"`
}
