package windlass

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/windlass/windlass/sdks/go/internal/spoke"
)

// configError names the variable that is missing or wrong.
type configError struct{ message string }

func (e configError) Error() string { return e.message }

type environment func(name string) string

// configOf reads what docs/reference/processor-protocol.md tells of the environment; an empty variable counts as absent.
func configOf(env environment) (config spoke.Config, err error) {
	defer func() {
		if value := recover(); value != nil {
			wrong, ok := value.(configError)
			if !ok {
				panic(value)
			}
			err = wrong
		}
	}()
	for _, broker := range strings.Split(env.required("WINDLASS_KAFKA_BROKERS"), ",") {
		config.Brokers = append(config.Brokers, strings.TrimSpace(broker))
	}
	config.SchemaRegistryURL = strings.TrimSuffix(env.required("WINDLASS_SCHEMA_REGISTRY_URL"), "/")
	config.HubURL = strings.TrimSuffix(env.text("WINDLASS_HUB_URL", "http://127.0.0.1:4100"), "/")
	config.ResultCollectorURL = strings.TrimSuffix(env("WINDLASS_RESULT_COLLECTOR_URL"), "/")
	config.Token = env("WINDLASS_TOKEN")
	config.Workers = env.whole("WINDLASS_WORKERS", max(1, runtime.NumCPU()-1), 0, 256)
	config.Host, _ = os.Hostname()
	config.Instance = env.text("WINDLASS_INSTANCE", config.Host+"-"+randomHex(4))
	config.Member = config.Instance + "#" + randomHex(4)
	config.LogLevel = env.level()
	config.SessionTimeout = milliseconds(env.whole("WINDLASS_SESSION_TIMEOUT_MS", 6_000, 1_000, 3_600_000))
	config.DrainTimeout = milliseconds(env.whole("WINDLASS_DRAIN_TIMEOUT_MS", 25_000, 0, 3_600_000))
	if env("WINDLASS_HEALTH_PORT") != "" {
		port := env.whole("WINDLASS_HEALTH_PORT", 0, 0, 65_535)
		config.HealthAddress = env.text("WINDLASS_HEALTH_HOST", "127.0.0.1") + ":" + strconv.Itoa(port)
	}
	config.TLS = env.tls()
	config.SASL = env.sasl()
	return config, nil
}

func milliseconds(number int) time.Duration { return time.Duration(number) * time.Millisecond }

func randomHex(bytes int) string {
	drawn := make([]byte, bytes)
	rand.Read(drawn) // Never fails: it ends the program instead.
	return hex.EncodeToString(drawn)
}

func wrong(format string, values ...any) { panic(configError{fmt.Sprintf(format, values...)}) }

func (env environment) text(name, fallback string) string {
	if text := env(name); text != "" {
		return text
	}
	return fallback
}

func (env environment) required(name string) string {
	text := strings.TrimSpace(env(name))
	if text == "" {
		wrong("%s is not set", name)
	}
	return text
}

func (env environment) whole(name string, fallback, least, most int) int {
	text := env(name)
	if text == "" {
		return fallback
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		wrong("%s is '%s'; possible are %d to %d", name, text, least, most)
	}
	return number
}

func (env environment) level() slog.Level {
	switch name := env.text("WINDLASS_LOG_LEVEL", "info"); name {
	case "debug":
		return slog.LevelDebug
	case "info":
		return slog.LevelInfo
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	default:
		wrong("WINDLASS_LOG_LEVEL is '%s'; possible are debug, info, warn, error", name)
	}
	return 0
}

func (env environment) file(name string) []byte {
	path := env(name)
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		wrong("%s: cannot read %s: %v", name, path, err)
	}
	return content
}

func (env environment) tls() *tls.Config {
	ca, cert, key := env.file("WINDLASS_KAFKA_CA_FILE"), env.file("WINDLASS_KAFKA_CERT_FILE"), env.file("WINDLASS_KAFKA_KEY_FILE")
	if env("WINDLASS_KAFKA_TLS") != "1" && ca == nil && cert == nil {
		return nil
	}
	made := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != nil {
		made.RootCAs = x509.NewCertPool()
		if !made.RootCAs.AppendCertsFromPEM(ca) {
			wrong("WINDLASS_KAFKA_CA_FILE holds no certificate in PEM")
		}
	}
	if cert != nil {
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			wrong("WINDLASS_KAFKA_CERT_FILE and WINDLASS_KAFKA_KEY_FILE: %v", err)
		}
		made.Certificates = []tls.Certificate{pair}
	}
	return made
}

func (env environment) sasl() sasl.Mechanism {
	mechanism := env("WINDLASS_KAFKA_SASL_MECHANISM")
	if mechanism == "" {
		return nil
	}
	user := env.required("WINDLASS_KAFKA_USERNAME")
	password := strings.TrimRight(string(env.file("WINDLASS_KAFKA_PASSWORD_FILE")), " \t\r\n")
	if password == "" {
		password = env.required("WINDLASS_KAFKA_PASSWORD")
	}
	switch mechanism {
	case "plain":
		return plain.Auth{User: user, Pass: password}.AsMechanism()
	case "scram-sha-256":
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism()
	case "scram-sha-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism()
	}
	wrong("WINDLASS_KAFKA_SASL_MECHANISM is '%s'; possible are plain, scram-sha-256, scram-sha-512", mechanism)
	return nil
}
