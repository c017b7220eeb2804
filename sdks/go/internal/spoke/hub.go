package spoke

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
)

const (
	registerTimeout = 30 * time.Second
	// waitForOthers is how long what is missing may take to be brought by others.
	waitForOthers = 30 * time.Second
)

type problem struct{ Code, Path, Message, Mend string }

// registered is what the hub answers to a registration.
type registered struct {
	Revision                 int64
	WindowTopic, ResultTopic string
	Partitions               int
	KafkaPrefix              string
	ResultCollectorURL       string
	Warnings, Hints          []problem
}

// Refused: the hub refused the processor; every reason at once.
type Refused struct {
	Status   int
	problems []problem
	body     string
}

func (r *Refused) Error() string {
	text := fmt.Sprintf("the hub refused the processor (HTTP %d)", r.Status)
	if len(r.problems) == 0 {
		return text + ": " + r.body
	}
	for _, one := range r.problems {
		text += "\n  " + one.Code
		if one.Path != "" {
			text += " at " + one.Path
		}
		text += ": " + one.Message
		if one.Mend != "" {
			text += " (" + one.Mend + ")"
		}
	}
	return text
}

func (r *Refused) mayMend() bool {
	others := []string{"UNKNOWN_ALGORITHM", "UNKNOWN_WINDOW_TYPE", "STARVED"}
	return len(r.problems) > 0 && !slices.ContainsFunc(r.problems, func(one problem) bool { return !slices.Contains(others, one.Code) })
}

// register tells the hub of the processor; it waits for a hub that is not up yet, and a while for what others bring.
func register(ctx context.Context, processor Processor, config Config, log *slog.Logger) (registered, error) {
	body, err := json.Marshal(definition.Registration(processor.Name, processor.Version, processor.Team, processor.Algorithms))
	if err != nil {
		return registered{}, err
	}
	patienceEnds := time.Now().Add(waitForOthers)
	onRetry := func(err error) {
		log.Warn("not registered yet, trying again", "hubUrl", config.HubURL, "error", err.Error())
	}
	return retrying(ctx, onRetry, func() (registered, error) {
		status, text, err := post(ctx, config.HubURL+"/v1/processors", config.Token, body)
		switch {
		case err != nil:
			return registered{}, err
		case status < 300:
			var answer registered
			if err := json.Unmarshal(text, &answer); err != nil {
				return answer, err
			}
			answer.tell(log)
			return answer, nil
		case status >= 500 || status == http.StatusTooManyRequests || status == http.StatusConflict:
			return registered{}, fmt.Errorf("HTTP %d: %s", status, text)
		}
		var told struct{ Problems []problem }
		_ = json.Unmarshal(text, &told) // No JSON: the body is told as it is.
		refused := &Refused{status, told.Problems, string(text)}
		if refused.mayMend() && time.Now().Before(patienceEnds) {
			return registered{}, refused
		}
		return registered{}, final{refused}
	})
}

func (r registered) tell(log *slog.Logger) {
	for _, one := range r.Warnings {
		log.Warn(one.Message, "code", one.Code, "mend", one.Mend)
	}
	for _, one := range r.Hints {
		log.Info(one.Message, "code", one.Code, "path", one.Path)
	}
}

func post(ctx context.Context, url, token string, body []byte) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, registerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, final{err}
	}
	request.Header.Set("content-type", "application/json")
	if token != "" {
		request.Header.Set("authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}
