// Package spoke is a running processor: registration, tasks, answers, heartbeats, health, draining.
package spoke

import (
	"crypto/tls"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"

	"github.com/windlass/windlass/sdks/go/internal/definition"
)

// SDKVersion is told with heartbeats.
const SDKVersion = "0.1.0"

// Config of a running processor, from the environment.
type Config struct {
	Brokers                          []string
	SchemaRegistryURL, HubURL, Token string
	// ResultCollectorURL is where results are that travel by reference; empty: what the hub tells.
	ResultCollectorURL string
	Workers            int
	Host, Instance     string
	// Member is the instance and what makes one process of it different from the next.
	Member                       string
	LogLevel                     slog.Level
	SessionTimeout, DrainTimeout time.Duration
	// HealthAddress is host:port; empty: health is not served.
	HealthAddress string
	TLS           *tls.Config
	SASL          sasl.Mechanism
}

// Processor is what runs.
type Processor struct {
	Name, Version, Team string
	Algorithms          []*definition.Algorithm
	ByRef               map[string]*definition.Algorithm
}

// kafka are the options that every client has. The group's members are known by their client id.
func (c Config) kafka() []kgo.Opt {
	options := []kgo.Opt{kgo.SeedBrokers(c.Brokers...), kgo.ClientID(c.Member)}
	if c.TLS != nil {
		options = append(options, kgo.DialTLSConfig(c.TLS))
	}
	if c.SASL != nil {
		options = append(options, kgo.SASL(c.SASL))
	}
	return options
}
