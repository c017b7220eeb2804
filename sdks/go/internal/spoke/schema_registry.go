package spoke

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const registryTimeout = 10 * time.Second

// unknownSchema: no schema has this id; whatever was written with it cannot be read.
type unknownSchema struct{ id int32 }

func (e unknownSchema) Error() string { return fmt.Sprintf("the registry knows no schema %d", e.id) }

// schemaRegistry is the Confluent-compatible registry, as far as a spoke needs it.
type schemaRegistry struct {
	url   string
	mutex sync.Mutex
	known map[int32]string
}

// schema is fetched once; unknownSchema is final, every other failure may be repeated.
func (r *schemaRegistry) schema(ctx context.Context, id int32) (string, error) {
	r.mutex.Lock()
	text, isKnown := r.known[id]
	r.mutex.Unlock()
	if isKnown {
		return text, nil
	}
	var answer struct{ Schema string }
	status, err := r.ask(ctx, http.MethodGet, fmt.Sprintf("/schemas/ids/%d", uint32(id)), nil, &answer)
	if status == http.StatusNotFound {
		return "", final{unknownSchema{id}}
	}
	if err != nil {
		return "", err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.known[id] = answer.Schema
	return answer.Schema, nil
}

// idOf registers a family's current schema; where the subject is new, its level first.
func (r *schemaRegistry) idOf(ctx context.Context, prefix, family string) (int32, error) {
	subject := fmt.Sprintf("%s.%s.v1-value", prefix, family)
	status, err := r.ask(ctx, http.MethodGet, "/subjects/"+subject+"/versions", nil, nil)
	if status == http.StatusNotFound {
		level := map[string]string{"compatibility": "BACKWARD_TRANSITIVE"}
		if _, err := r.ask(ctx, http.MethodPut, "/config/"+subject, level, nil); err != nil {
			return 0, err
		}
	} else if err != nil {
		return 0, err
	}
	var answer struct{ ID int32 }
	_, err = r.ask(ctx, http.MethodPost, "/subjects/"+subject+"/versions", map[string]string{"schema": wire.SchemaText(family)}, &answer)
	return answer.ID, err
}

func (r *schemaRegistry) ask(ctx context.Context, method, path string, body, answer any) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, registryTimeout)
	defer cancel()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.url+path, content)
	if err != nil {
		return 0, err
	}
	request.Header.Set("content-type", "application/vnd.schemaregistry.v1+json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if response.StatusCode >= 300 {
		return response.StatusCode, fmt.Errorf("registry: %s %s: HTTP %d: %s", method, path, response.StatusCode, text)
	}
	if answer == nil {
		return response.StatusCode, nil
	}
	return response.StatusCode, json.Unmarshal(text, answer)
}
