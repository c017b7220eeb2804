package windlass

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/definition"
	"github.com/windlass/windlass/sdks/go/internal/spoke"
)

// Version of this SDK.
const Version = spoke.SDKVersion

// Processor is a program that holds algorithms.
type Processor struct {
	// Name [a-z][a-z0-9-]*; names the window topic.
	Name string
	// Version of the program; told with every result. Default 1.
	Version string
	// Team names the result topic. Default: default.
	Team       string
	Algorithms Algorithms
}

// Main runs a processor until SIGTERM or SIGINT, and ends the program: with 0 when it has drained, with 1 and a log line when it
// cannot run.
func Main(processor Processor) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := Run(ctx, processor)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Run registers a processor with everything from the environment, takes tasks until the context ends, drains, and returns nil. An
// error says why it cannot run: a wrong declaration or setting, a refused registration, too much work that does not end.
func Run(ctx context.Context, processor Processor) error {
	config, err := configOf(os.Getenv)
	if err != nil {
		return err
	}
	declared, err := processor.declared()
	if err != nil {
		return err
	}
	log := newLog(os.Stdout, config.LogLevel).With("processor", declared.Name, "instance", config.Instance)
	return spoke.Run(ctx, declared, config, log)
}

func (p Processor) declared() (spoke.Processor, error) {
	made := spoke.Processor{Name: p.Name, Version: p.Version, Team: p.Team, ByRef: map[string]*definition.Algorithm{}}
	if made.Version == "" {
		made.Version = "1"
	}
	if made.Team == "" {
		made.Team = "default"
	}
	problems := []error{definition.CheckName("processor", made.Name), definition.CheckName("team", made.Team)}
	if len(p.Algorithms) == 0 {
		problems = append(problems, fmt.Errorf("processor '%s' holds no algorithms", p.Name))
	}
	for _, one := range p.Algorithms {
		algorithm := one.Definition()
		if made.ByRef[algorithm.Ref()] != nil {
			problems = append(problems, fmt.Errorf("processor '%s' holds %s twice", p.Name, algorithm.Ref()))
		}
		problems = append(problems, definition.CheckName("algorithm", algorithm.Name))
		made.Algorithms = append(made.Algorithms, algorithm)
		made.ByRef[algorithm.Ref()] = algorithm
	}
	return made, errors.Join(problems...)
}

// newLog writes JSON lines: time in UTC, level in small letters, msg.
func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) > 0 {
			return a
		}
		switch a.Key {
		case slog.TimeKey:
			return slog.String(a.Key, a.Value.Time().UTC().Format(time.RFC3339Nano))
		case slog.LevelKey:
			return slog.String(a.Key, strings.ToLower(a.Value.String()))
		}
		return a
	}}))
}
