package windlass

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func envOf(changed map[string]string) environment {
	return func(name string) string {
		given := map[string]string{"WINDLASS_KAFKA_BROKERS": "a:1, b:2", "WINDLASS_SCHEMA_REGISTRY_URL": "http://registry/"}
		if value, isChanged := changed[name]; isChanged {
			return value
		}
		return given[name]
	}
}

func TestWhatIsNotSetHasItsDefault(t *testing.T) {
	config, err := configOf(envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(config.Brokers, " ") != "a:1 b:2" || config.SchemaRegistryURL != "http://registry" || config.HubURL != "http://127.0.0.1:4100" {
		t.Errorf("%+v", config)
	}
	if config.SessionTimeout != 6*time.Second || config.DrainTimeout != 25*time.Second || config.Workers < 1 || config.HealthAddress != "" {
		t.Errorf("%+v", config)
	}
	if config.TLS != nil || config.SASL != nil {
		t.Error("secured without being asked to")
	}
}

func TestAProcessIsToldFromTheNextOfItsInstance(t *testing.T) {
	named := envOf(map[string]string{"WINDLASS_INSTANCE": "spoke-0"})
	first, _ := configOf(named)
	second, _ := configOf(named)
	if first.Instance != "spoke-0" || first.Member == second.Member || !strings.HasPrefix(first.Member, "spoke-0#") || len(first.Member) != len("spoke-0#")+8 {
		t.Fatalf("%s, %s, %s", first.Instance, first.Member, second.Member)
	}
}

func TestAWrongVariableIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.pem")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for wanted, changed := range map[string]map[string]string{
		"WINDLASS_KAFKA_BROKERS is not set":                            {"WINDLASS_KAFKA_BROKERS": " "},
		"WINDLASS_SCHEMA_REGISTRY_URL is not set":                      {"WINDLASS_SCHEMA_REGISTRY_URL": ""},
		"WINDLASS_WORKERS is '257'; possible are 0 to 256":             {"WINDLASS_WORKERS": "257"},
		"WINDLASS_SESSION_TIMEOUT_MS is 'soon'":                        {"WINDLASS_SESSION_TIMEOUT_MS": "soon"},
		"WINDLASS_LOG_LEVEL is 'loud'":                                 {"WINDLASS_LOG_LEVEL": "loud"},
		"WINDLASS_HEALTH_PORT is '65536'":                              {"WINDLASS_HEALTH_PORT": "65536"},
		"WINDLASS_KAFKA_CA_FILE: cannot read":                          {"WINDLASS_KAFKA_CA_FILE": missing},
		"WINDLASS_KAFKA_CA_FILE holds no certificate in PEM":           {"WINDLASS_KAFKA_CA_FILE": empty},
		"WINDLASS_KAFKA_CERT_FILE and WINDLASS_KAFKA_KEY_FILE":         {"WINDLASS_KAFKA_CERT_FILE": empty},
		"WINDLASS_KAFKA_USERNAME is not set":                           {"WINDLASS_KAFKA_SASL_MECHANISM": "plain"},
		"WINDLASS_KAFKA_PASSWORD is not set":                           {"WINDLASS_KAFKA_SASL_MECHANISM": "plain", "WINDLASS_KAFKA_USERNAME": "u"},
		"possible are plain, scram-sha-256, scram-sha-512":             {"WINDLASS_KAFKA_SASL_MECHANISM": "gssapi", "WINDLASS_KAFKA_USERNAME": "u", "WINDLASS_KAFKA_PASSWORD": "p"},
		"WINDLASS_DRAIN_TIMEOUT_MS is '-1'; possible are 0 to 3600000": {"WINDLASS_DRAIN_TIMEOUT_MS": "-1"},
	} {
		if _, err := configOf(envOf(changed)); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, wanted %s", err, wanted)
		}
	}
}

func TestAMechanismIsThatWhichWasAskedFor(t *testing.T) {
	for asked, named := range map[string]string{"plain": "PLAIN", "scram-sha-256": "SCRAM-SHA-256", "scram-sha-512": "SCRAM-SHA-512"} {
		config, err := configOf(envOf(map[string]string{
			"WINDLASS_KAFKA_SASL_MECHANISM": asked, "WINDLASS_KAFKA_USERNAME": "u", "WINDLASS_KAFKA_PASSWORD": "p", "WINDLASS_KAFKA_TLS": "1",
		}))
		if err != nil || config.SASL.Name() != named || config.TLS == nil {
			t.Errorf("%s: %v, %v", asked, config.SASL, err)
		}
	}
}
