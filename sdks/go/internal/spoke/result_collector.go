package spoke

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/wire"
)

const valueTimeout = 30 * time.Second

// resultCollector serves results that travel by reference. url is empty where neither the hub nor the environment tells it.
type resultCollector struct{ url, token string }

// fetch tries until the result is there, or the context ends: who stores it may be behind. The error is what was wrong last.
func (c resultCollector) fetch(ctx context.Context, reference string) (*wire.Value, error) {
	last := errors.New("it did not answer in time")
	ignore := func(error) {}
	value, err := retrying(ctx, ignore, func() (*wire.Value, error) {
		value, err := c.ask(ctx, reference)
		if err != nil && ctx.Err() == nil {
			last = err
		}
		return value, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w", c.url, reference, last)
	}
	return value, nil
}

func (c resultCollector) ask(ctx context.Context, reference string) (*wire.Value, error) {
	if c.url == "" {
		return nil, final{errors.New("the hub tells no address of its result-collector (WINDLASS_RESULT_COLLECTOR_URL)")}
	}
	if !strings.HasPrefix(reference, "/v1/") {
		return nil, final{errors.New("not a reference that this SDK can read")}
	}
	ctx, cancel := context.WithTimeout(ctx, valueTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+reference, nil)
	if err != nil {
		return nil, final{err}
	}
	if c.token != "" {
		request.Header.Set("authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	switch status := response.StatusCode; {
	case status < 300:
		return wire.DecodeValue(body)
	case status >= 500 || status == http.StatusNotFound || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests:
		return nil, fmt.Errorf("HTTP %d: %s", status, body)
	default:
		return nil, final{fmt.Errorf("HTTP %d: %s", status, body)}
	}
}
