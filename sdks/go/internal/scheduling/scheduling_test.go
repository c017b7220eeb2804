package scheduling

import (
	"encoding/json"
	"math/rand"
	"os"
	"slices"
	"testing"
)

func TestTakingAPartitionIsJudgedAsElsewhere(t *testing.T) {
	text, err := os.ReadFile("../../../conformance/golden/take-over.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		SuspectOffsets, PoisonDeaths int
		Cases                        []struct {
			Name, Instance                     string
			Metadata                           *string
			CommittedOffset, Offset, EndOffset int64
			Members                            []string
			Deaths                             int
			SuspectUntil                       int64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if file.SuspectOffsets != SuspectOffsets || file.PoisonDeaths != PoisonDeaths || len(file.Cases) == 0 {
		t.Fatalf("limits %d %d, %d cases", file.SuspectOffsets, file.PoisonDeaths, len(file.Cases))
	}
	for _, one := range file.Cases {
		metadata := ""
		if one.Metadata != nil {
			metadata = *one.Metadata
		}
		over := Taking{
			Previous: DecodeClaim(metadata), Committed: one.CommittedOffset, Offset: one.Offset, End: one.EndOffset,
			Instance: one.Instance, IsAlive: func(holder string) bool { return slices.Contains(one.Members, holder) },
		}.Judge()
		if over.Deaths != one.Deaths || over.SuspectUntil != one.SuspectUntil {
			t.Errorf("%s: %+v", one.Name, over)
		}
	}
}

func TestThePositionIsTheLowestUnfinishedOffset(t *testing.T) {
	random := rand.New(rand.NewSource(7))
	for range 200 {
		tracker := NewOffsetTracker(5)
		open := map[int64]bool{}
		next := int64(5)
		for range 60 {
			if random.Intn(2) == 0 {
				next += int64(random.Intn(3))
				if !tracker.See(next) {
					t.Fatal("a new offset is not seen")
				}
				open[next] = true
				next++
			} else {
				for offset := range open {
					tracker.Finish(offset)
					delete(open, offset)
					break
				}
			}
			lowest := next
			for offset := range open {
				lowest = min(lowest, offset)
			}
			if tracker.Open() != len(open) || (len(open) > 0 && tracker.Position() != lowest) || tracker.Position() > lowest {
				t.Fatalf("position %d, open %v", tracker.Position(), open)
			}
		}
	}
}

func entries(partition int32, keys ...string) []*Entry {
	made := make([]*Entry, len(keys))
	for i, key := range keys {
		made[i] = &Entry{Partition: partition, Offset: int64(i), Key: key, Bytes: 1}
	}
	return made
}

func TestSourcesRunInOrderAndBesideEachOther(t *testing.T) {
	intake := NewIntake(Limits{OpenPerPartition: 1_000, OpenBytes: 1_000})
	intake.Take(0, TakeOver{})
	intake.Add(0, entries(0, "a", "a", "b"), 3)
	first, second := intake.Next(8), intake.Next(8)
	if first.Entry.Offset != 0 || second.Entry.Offset != 2 || intake.Next(8) != nil {
		t.Fatal("a source's second task must wait for its first")
	}
	intake.Ran(first)
	if third := intake.Next(8); third == nil || third.Entry.Offset != 1 {
		t.Fatal("the source is free")
	}
	if intake.Finish(second); len(intake.Uncommitted()) != 0 {
		t.Fatal("nothing before an unfinished task may be committed")
	}
	if !intake.Finish(first) || intake.Uncommitted()[0].Offset != 1 {
		t.Fatal("the first is finished")
	}
}

func TestSuspectsRunAlone(t *testing.T) {
	intake := NewIntake(Limits{OpenPerPartition: 1_000, OpenBytes: 1_000})
	intake.Take(0, TakeOver{First: 0, Deaths: 2, SuspectUntil: 2})
	intake.Add(0, entries(0, "a", "b", "c"), 3)
	first := intake.Next(8)
	if !first.Alone || first.Deaths != 2 || intake.Next(8) != nil {
		t.Fatal("the first suspect is not alone")
	}
	intake.Ran(first)
	if intake.Next(8) != nil {
		t.Fatal("its answer is not safe yet")
	}
	intake.Finish(first)
	if second := intake.Next(8); !second.Alone || second.Deaths != 1 {
		t.Fatal("the second shares one death")
	}
}

func TestAFullPartitionPausesAndResumesAtHalf(t *testing.T) {
	intake := NewIntake(Limits{OpenPerPartition: 2, OpenBytes: 1_000})
	intake.Take(0, TakeOver{})
	intake.Add(0, entries(0, "a", "b"), 2)
	if pause, _ := intake.Flow(); len(pause) != 1 {
		t.Fatal("it is full")
	}
	turn := intake.Next(8)
	intake.Ran(turn)
	intake.Finish(turn)
	if pause, resume := intake.Flow(); len(pause) != 0 || len(resume) != 1 {
		t.Fatal("it is half empty")
	}
}

func TestAnIntakeIsStockedWhileEnoughWaitsThatCanRun(t *testing.T) {
	random := rand.New(rand.NewSource(11))
	for range 200 {
		intake := NewIntake(Limits{OpenPerPartition: 1_000, OpenBytes: 1_000, EnoughBytes: 20})
		intake.Take(0, TakeOver{})
		slots, turns, offset, unfinished := 1+random.Intn(3), []*Turn{}, int64(0), map[string]int{}
		for range 60 {
			switch random.Intn(3) {
			case 0:
				key := string(rune('a' + random.Intn(3)))
				intake.Add(0, []*Entry{{Offset: offset, Key: key, Bytes: 10}}, offset+1)
				offset++
				unfinished[key]++
			case 1:
				if turn := intake.Next(slots); turn != nil {
					turns = append(turns, turn)
				}
			default:
				if len(turns) > 0 {
					intake.Ran(turns[0])
					intake.Finish(turns[0])
					unfinished[turns[0].Entry.Key]--
					turns = turns[1:]
				}
			}
			waiting, all := 0, 0
			for key, count := range unfinished {
				all += count
				if count > 0 && !slices.ContainsFunc(turns, func(turn *Turn) bool { return turn.Entry.Key == key }) {
					waiting++
				}
			}
			if intake.IsStocked() != (all >= 2 && waiting > 0) {
				t.Fatalf("%d unfinished, %d keys wait, stocked: %v", all, waiting, intake.IsStocked())
			}
		}
	}
}
