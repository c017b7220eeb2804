package wire

// Metadata holds null, bool, float64 or string.
type Metadata = map[string]any

// Task is one message to a processor: a pane and the executions to run on it.
type Task struct {
	TaskID        string      `avro:"taskId" json:"taskId"`
	Pane          Pane        `avro:"pane" json:"pane"`
	HomePartition int32       `avro:"homePartition" json:"homePartition"`
	Executions    []Execution `avro:"executions" json:"executions"`
	Inputs        []TaskInput `avro:"inputs" json:"inputs"`
}

// Pane is one firing of a window; times are microseconds since 1970, UTC.
type Pane struct {
	WindowID       string            `avro:"windowId" json:"windowId"`
	Generation     int32             `avro:"generation" json:"generation"`
	Version        int64             `avro:"version" json:"version"`
	WindowType     string            `avro:"windowType" json:"windowType"`
	Key            string            `avro:"key" json:"key"`
	StartUs        int64             `avro:"startUs" json:"startUs"`
	EndUs          int64             `avro:"endUs" json:"endUs"`
	Revision       int32             `avro:"revision" json:"revision"`
	Timing         string            `avro:"timing" json:"timing"`
	IsFinal        bool              `avro:"isFinal" json:"isFinal"`
	Elements       int64             `avro:"elements" json:"elements"`
	Added          int64             `avro:"added" json:"added"`
	Completeness   *Double           `avro:"completeness" json:"completeness"`
	GapUs          *int64            `avro:"gapUs" json:"gapUs"`
	WatermarkUs    *int64            `avro:"watermarkUs" json:"watermarkUs"`
	ParentWindowID *string           `avro:"parentWindowId" json:"parentWindowId"`
	Previous       []PreviousWindows `avro:"previous" json:"previous"`
	Metadata       Metadata          `avro:"metadata" json:"metadata"`
	Signals        *[]KeptSignal     `avro:"signals" json:"signals"`
	OpenedBy       *OpenedBy         `avro:"openedBy" json:"openedBy"`
	Depth          int32             `avro:"depth" json:"depth"`
	DagRevision    int64             `avro:"dagRevision" json:"dagRevision"`
	PolicyRevision int64             `avro:"policyRevision" json:"policyRevision"`
	Lane           string            `avro:"lane" json:"lane"`
	FiredAtUs      int64             `avro:"firedAtUs" json:"firedAtUs"`
	Source         *Source           `avro:"source" json:"source"`
	Members        *int32            `avro:"members" json:"members"`
}

// PreviousWindows says which windows a previous dependency means.
type PreviousWindows struct {
	Dependency string   `avro:"dependency" json:"dependency"`
	WindowIDs  []string `avro:"windowIds" json:"windowIds"`
}

// KeptSignal is a signal that the window kept.
type KeptSignal struct {
	ID          string            `avro:"id" json:"id"`
	Name        string            `avro:"name" json:"name"`
	EventTimeUs int64             `avro:"eventTimeUs" json:"eventTimeUs"`
	Phase       string            `avro:"phase" json:"phase"`
	Values      map[string]Double `avro:"values" json:"values"`
	Count       int64             `avro:"count" json:"count"`
	Correlation *string           `avro:"correlation" json:"correlation"`
	Metadata    Metadata          `avro:"metadata" json:"metadata"`
}

// OpenedBy is the result that opened a window.
type OpenedBy struct {
	WindowID    string  `avro:"windowId" json:"windowId"`
	Algorithm   string  `avro:"algorithm" json:"algorithm"`
	ExecutionID *string `avro:"executionId" json:"executionId"`
}

// Source is what the source registry says of a source.
type Source struct {
	Kind    string            `avro:"kind" json:"kind"`
	Parents []string          `avro:"parents" json:"parents"`
	Groups  []string          `avro:"groups" json:"groups"`
	Labels  map[string]string `avro:"labels" json:"labels"`
	Zone    *string           `avro:"zone" json:"zone"`
}

// Execution is one algorithm to run.
type Execution struct {
	ExecutionID string              `avro:"executionId" json:"executionId"`
	Algorithm   string              `avro:"algorithm" json:"algorithm"`
	Run         int32               `avro:"run" json:"run"`
	Attempt     int32               `avro:"attempt" json:"attempt"`
	TimeoutMs   int64               `avro:"timeoutMs" json:"timeoutMs"`
	After       []string            `avro:"after" json:"after"`
	Resolved    []ResolvedAlgorithm `avro:"resolved" json:"resolved"`
	Withheld    []Withheld          `avro:"withheld" json:"withheld"`
}

// ResolvedAlgorithm is the version that a range stands for.
type ResolvedAlgorithm struct {
	Asked     string `avro:"asked" json:"asked"`
	Algorithm string `avro:"algorithm" json:"algorithm"`
}

// Withheld names inputs that are in the task for others.
type Withheld struct {
	Dependency   int32    `avro:"dependency" json:"dependency"`
	ExecutionIDs []string `avro:"executionIds" json:"executionIds"`
}

// TaskInput is an upstream result.
type TaskInput struct {
	Algorithm    string   `avro:"algorithm" json:"algorithm"`
	Relation     string   `avro:"relation" json:"relation"`
	ExecutionID  string   `avro:"executionId" json:"executionId"`
	WindowID     string   `avro:"windowId" json:"windowId"`
	Generation   int32    `avro:"generation" json:"generation"`
	Revision     int32    `avro:"revision" json:"revision"`
	StartUs      int64    `avro:"startUs" json:"startUs"`
	EndUs        int64    `avro:"endUs" json:"endUs"`
	IsFinal      bool     `avro:"isFinal" json:"isFinal"`
	Metadata     Metadata `avro:"metadata" json:"metadata"`
	Result       *Value   `avro:"result" json:"result"`
	Reference    *string  `avro:"reference" json:"reference"`
	Completeness *Double  `avro:"completeness" json:"completeness"`
	Key          *string  `avro:"key" json:"key"`
}
