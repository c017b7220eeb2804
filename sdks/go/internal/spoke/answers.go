package spoke

import (
	"errors"
	"log/slog"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// answers sends answers to where their tasks came from, with the trace context of the task.
type answers struct {
	publisher                         *publisher
	codec                             execution.AnswerCodec
	resultTopic, deadLetters, windows string
	log                               *slog.Logger
}

// send encodes and sends a record about a task.
func (a *answers) send(task *kgo.Record, to address, kind string, items []wire.ResultItem, acknowledged func()) {
	value, err := a.codec.Encode(to.taskID, kind, items)
	if err != nil {
		// What was checked as a value always is Avro; if not, the task must not block its source for ever.
		a.log.Error("an answer cannot be encoded", "taskId", to.taskID, "error", err.Error())
		value, _ = a.codec.Encode(to.taskID, kind, failed(items, execution.AnswerError("BAD_RESULT", err.Error())))
	}
	headers := eventHeaders("results", "/processors/"+a.codec.Processor+"/"+a.codec.Instance, task.Headers)
	record := &kgo.Record{
		Topic: a.resultTopic, Partition: to.home, Key: task.Key, Value: value, Headers: append(headers, header(headerID, to.taskID)),
	}
	a.publisher.push(record, acknowledged, func(cause error) {
		if errors.As(cause, &noSuchPartition{}) {
			a.nowhere(task, kind, cause, acknowledged)
			return
		}
		a.log.Error("the broker refuses an answer", "taskId", to.taskID, "bytes", len(value), "error", cause.Error())
		smaller := failed(items, execution.AnswerError("PAYLOAD_TOO_LARGE", cause.Error()))
		if len(items) > 0 && items[0].Error == nil {
			a.send(task, to, kind, smaller, acknowledged)
		} else {
			acknowledged()
		}
	})
}

// nowhere: a task whose home partition the result topic has not cannot be answered, because nobody would read it.
func (a *answers) nowhere(task *kgo.Record, kind string, cause error, acknowledged func()) {
	a.log.Error("a task cannot be answered", "partition", task.Partition, "offset", task.Offset, "error", cause.Error())
	if kind == "RESULT" {
		a.deadLetter(task, execution.AnswerError("BAD_TASK", cause.Error()), acknowledged)
	}
}

func failed(items []wire.ResultItem, failure *wire.AlgorithmError) []wire.ResultItem {
	made := make([]wire.ResultItem, len(items))
	for i, item := range items {
		made[i] = execution.FailedItem(item, failure)
	}
	return made
}

// sendError answers a task that was not run: from its headers, or with a dead letter where they do not say enough.
func (a *answers) sendError(task *kgo.Record, failure *wire.AlgorithmError, acknowledged func()) {
	to, isEnough := addressOf(task.Headers)
	if !isEnough {
		a.deadLetter(task, failure, acknowledged)
		return
	}
	now := execution.NowUs()
	for i := range to.items {
		to.items[i].StartedAtUs, to.items[i].EndedAtUs = now, now
	}
	a.send(task, to, "RESULT", failed(to.items, failure), acknowledged)
}

func (a *answers) deadLetter(task *kgo.Record, failure *wire.AlgorithmError, acknowledged func()) {
	headers := append([]kgo.RecordHeader{}, task.Headers...)
	headers = append(headers,
		header("windlass-error-code", *failure.Code), header("windlass-error-message", failure.Message),
		header("windlass-error-topic", a.windows), header("windlass-error-partition", strconv.Itoa(int(task.Partition))),
		header("windlass-error-offset", strconv.FormatInt(task.Offset, 10)),
		header("windlass-error-stage", a.codec.Processor), header("windlass-error-time", isoNow()))
	record := &kgo.Record{Topic: a.deadLetters, Key: task.Key, Value: task.Value, Headers: headers}
	a.publisher.push(record, acknowledged, func(cause error) {
		a.log.Error("the broker refuses a dead letter: it is lost", "offset", task.Offset, "error", cause.Error())
		acknowledged()
	})
}
