package wire

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

const golden = "../../../conformance/golden/"

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

type goldenFile struct {
	SchemaID int32 `json:"schemaId"`
	Records  []struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value"`
		Hex   string          `json:"hex"`
	} `json:"records"`
}

func text(t *testing.T, value any) string {
	t.Helper()
	made, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

// Both ways, and back again: maps have no order, so bytes are compared where no map has two entries.
func checkGolden[T any](t *testing.T, family string, encode func(int32, *T) ([]byte, error)) {
	var file goldenFile
	read(t, golden+family+".json", &file)
	reader, err := readerOf[T](family, SchemaText(family))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range file.Records {
		t.Run(one.Name, func(t *testing.T) {
			bytes, _ := hex.DecodeString(one.Hex)
			_, body, err := Split(bytes)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := reader.Read(body)
			if err != nil {
				t.Fatal(err)
			}
			var wanted T
			if err := json.Unmarshal(one.Value, &wanted); err != nil {
				t.Fatal(err)
			}
			if got, want := text(t, decoded), text(t, wanted); got != want {
				t.Fatalf("decoded\n%s\nwanted\n%s", got, want)
			}
			encoded, err := encode(file.SchemaID, &wanted)
			if err != nil {
				t.Fatal(err)
			}
			if one.Name != "everything" && hex.EncodeToString(encoded) != one.Hex {
				t.Fatalf("encoded\n%x\nwanted\n%s", encoded, one.Hex)
			}
			again, err := reader.Read(encoded[5:])
			if err != nil || text(t, again) != text(t, wanted) {
				t.Fatalf("read again %s, %v", text(t, again), err)
			}
		})
	}
}

func TestTasksAreTheSameBytesAsElsewhere(t *testing.T)   { checkGolden(t, "windows", EncodeTask) }
func TestResultsAreTheSameBytesAsElsewhere(t *testing.T) { checkGolden(t, "results", EncodeResult) }
func TestHeartbeatsAreTheSameBytesAsElsewhere(t *testing.T) {
	checkGolden(t, "heartbeats", EncodeHeartbeat)
}
func TestSignalsAreTheSameBytesAsElsewhere(t *testing.T) { checkGolden(t, "signals", EncodeSignal) }
func TestControlRecordsAreTheSameBytesAsElsewhere(t *testing.T) {
	checkGolden(t, "control", func(id int32, record *Control) ([]byte, error) {
		return encode(controlSchema, id, record)
	})
}

func TestKeysLieWhereTheyLieElsewhere(t *testing.T) {
	var file struct {
		Keys []struct {
			Key        string         `json:"key"`
			Murmur2    int32          `json:"murmur2"`
			Slot       int            `json:"slot"`
			Partitions map[string]int `json:"partitions"`
		} `json:"keys"`
	}
	read(t, golden+"keys.json", &file)
	for _, one := range file.Keys {
		key := []byte(one.Key)
		if Murmur2(key) != one.Murmur2 || SlotOf(key) != one.Slot || PartitionOf(key, 8) != one.Partitions["8"] {
			t.Errorf("%q: %d %d", one.Key, Murmur2(key), SlotOf(key))
		}
	}
}

func TestSchemasAreThoseOfTheRepository(t *testing.T) {
	for _, family := range []string{"windows", "results", "heartbeats", "control", "signals"} {
		original, err := os.ReadFile("../../../../schemas/" + family + "/value.avsc")
		if err != nil {
			t.Fatal(err)
		}
		if string(original) != SchemaText(family) {
			t.Errorf("schemas/%s.avsc differs: copy schemas/%s/value.avsc", family, family)
		}
	}
}
