package spoke

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const (
	headerID      = "windlass-id"
	headerAttempt = "windlass-attempt"
	headerHome    = "windlass-home-partition"
	headerParent  = "traceparent"
	headerState   = "tracestate"
	headerEventID = "ce_id"
)

// headerText is a header's text; one that is there twice counts as absent.
func headerText(headers []kgo.RecordHeader, name string) (text string, isThere bool) {
	for _, one := range headers {
		if one.Key == name {
			if isThere {
				return "", false
			}
			text, isThere = string(one.Value), true
		}
	}
	return text, isThere
}

func traceOf(headers []kgo.RecordHeader) *definition.TraceContext {
	parent, isThere := headerText(headers, headerParent)
	if !isThere {
		return nil
	}
	state, _ := headerText(headers, headerState)
	return &definition.TraceContext{TraceParent: parent, TraceState: state}
}

func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func isoNow() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

func header(name, text string) kgo.RecordHeader {
	return kgo.RecordHeader{Key: name, Value: []byte(text)}
}

// eventHeaders are CloudEvents headers of what an instance writes, and what is repeated of the task's.
func eventHeaders(family, source string, causedBy []kgo.RecordHeader) []kgo.RecordHeader {
	made := []kgo.RecordHeader{
		header("ce_specversion", "1.0"), header(headerEventID, uuid()), header("ce_type", "io.windlass."+family+".v1"),
		header("ce_source", source), header("ce_time", isoNow()), header("content-type", "application/avro"),
	}
	for _, name := range []string{headerParent, headerState, headerAttempt} {
		if text, isThere := headerText(causedBy, name); isThere {
			made = append(made, header(name, text))
		}
	}
	return made
}

// address is what the headers alone say about a task.
type address struct {
	taskID string
	home   int32
	items  []wire.ResultItem
}

func addressOf(headers []kgo.RecordHeader) (address, bool) {
	id, _ := headerText(headers, headerID)
	homeText, _ := headerText(headers, headerHome)
	home, err := strconv.ParseInt(homeText, 10, 32)
	attempts, _ := headerText(headers, headerAttempt)
	var items []wire.ResultItem
	for _, pair := range strings.Split(attempts, ",") {
		execution, attempt, _ := strings.Cut(pair, ":")
		if number, err := strconv.ParseInt(attempt, 10, 32); err == nil && execution != "" {
			items = append(items, wire.ResultItem{ExecutionID: execution, Attempt: int32(number)})
		}
	}
	return address{id, int32(home), items}, id != "" && err == nil && home >= 0 && len(items) > 0
}
