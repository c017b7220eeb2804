use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Deserialize;

use super::intake::{Entry, Intake, Limits};
use super::keyed_queue::KeyedQueue;
use super::offset_tracker::OffsetTracker;
use super::recently_cancelled::{Cancellation, RecentlyCancelled};
use super::take_over::{Claim, POISON_DEATHS, SUSPECT_OFFSETS, TakeOver, Taking};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TakeOverFile {
    suspect_offsets: i64,
    poison_deaths: i64,
    cases: Vec<TakeOverCase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TakeOverCase {
    name: String,
    metadata: Option<String>,
    committed_offset: i64,
    offset: i64,
    end_offset: i64,
    instance: String,
    members: Vec<String>,
    deaths: i64,
    suspect_until: i64,
}

#[test]
fn taking_a_partition_is_judged_as_elsewhere() {
    let text = std::fs::read_to_string("../conformance/golden/take-over.json").unwrap();
    let file: TakeOverFile = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (file.suspect_offsets, file.poison_deaths),
        (SUSPECT_OFFSETS, POISON_DEATHS)
    );
    assert!(!file.cases.is_empty());
    for one in file.cases {
        let taking = Taking {
            previous: Claim::decode(one.metadata.as_deref().unwrap_or_default()),
            committed: one.committed_offset,
            offset: one.offset,
            end: one.end_offset,
            instance: &one.instance,
            is_alive: &|holder| one.members.iter().any(|member| member == holder),
        };
        let over = taking.judge();
        assert_eq!(
            (over.deaths, over.suspect_until),
            (one.deaths, one.suspect_until),
            "{}",
            one.name
        );
    }
}

#[test]
fn a_claim_is_read_also_with_zero_bytes_behind_it() {
    let claim = Claim {
        holder: "spoke-0#ab12cd34".into(),
        deaths: 2,
        alone: true,
    };
    assert_eq!(Claim::decode(&(claim.encode() + "\0\0")), claim);
    assert_eq!(Claim::decode("by hand"), Claim::default());
}

#[test]
fn the_position_is_the_lowest_unfinished_offset() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let mut tracker = OffsetTracker::new(5);
        let mut open = BTreeSet::new();
        let mut next = 5;
        for _ in 0..60 {
            if random.bool() {
                next += random.i64(0..3);
                assert!(tracker.see(next));
                open.insert(next);
                next += 1;
            } else if let Some(offset) = random.choice(open.clone()) {
                tracker.finish(offset);
                open.remove(&offset);
            }
            assert_eq!(tracker.open(), open.len());
            match open.first() {
                Some(lowest) => assert_eq!(tracker.position(), *lowest),
                None => assert!(tracker.position() <= next),
            }
        }
    }
}

#[test]
fn a_key_is_never_given_twice_at_a_time_and_keeps_its_order() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..100 {
        let mut queue = KeyedQueue::default();
        let (mut running, mut last) = (Vec::new(), [-1_i32; 4]);
        for number in 0..100 {
            let key = random.usize(0..4);
            queue.add(&key.to_string(), (key, number));
            if random.bool()
                && let Some((key, number)) = queue.take()
            {
                assert!(!running.contains(&key) && number > last[key]);
                running.push(key);
                last[key] = number;
            }
            if random.bool()
                && let Some(key) = running.pop()
            {
                queue.done(&key.to_string());
            }
        }
    }
}

const ROOMY: Limits = Limits {
    open_per_partition: 1_000,
    open_bytes: 1_000,
    enough_bytes: 20,
};

fn entries(keys: &[&str]) -> Vec<Entry<()>> {
    let each = keys.iter().enumerate();
    each.map(|(i, key)| Entry::new(0, i as i64, (*key).to_owned(), 1, ()))
        .collect()
}

fn holding(limits: Limits, over: TakeOver, keys: &[&str]) -> Intake<()> {
    let mut intake = Intake::new(limits);
    intake.take(0, over);
    intake.add(0, entries(keys), |_| ());
    intake
}

#[test]
fn sources_run_in_order_and_beside_each_other() {
    let mut intake = holding(ROOMY, TakeOver::default(), &["a", "a", "b"]);
    let (first, second) = (intake.next(8).unwrap(), intake.next(8).unwrap());
    assert_eq!((first.entry.offset, second.entry.offset), (0, 2));
    assert!(intake.next(8).is_none(), "a source's second task waits for its first");
    intake.ran(false, "a");
    assert_eq!(intake.next(8).unwrap().entry.offset, 1);
    assert!(
        !intake.finish(&second),
        "nothing before an unfinished task may be committed"
    );
    assert!(intake.finish(&first));
    assert_eq!(intake.uncommitted()[0].offset, 1);
}

#[test]
fn suspects_run_alone() {
    let over = TakeOver {
        first: 0,
        deaths: 2,
        suspect_until: 2,
    };
    let mut intake = holding(ROOMY, over, &["a", "b", "c"]);
    let first = intake.next(8).unwrap();
    assert_eq!((first.alone, first.deaths), (true, 2));
    assert!(intake.next(8).is_none());
    intake.ran(true, "a");
    assert!(intake.next(8).is_none(), "its answer is not safe yet");
    intake.finish(&first);
    assert_eq!(intake.next(8).unwrap().deaths, 1, "the second shares one death");
}

#[test]
fn a_full_partition_pauses_and_resumes_at_half() {
    let limits = Limits {
        open_per_partition: 2,
        ..ROOMY
    };
    let mut intake = holding(limits, TakeOver::default(), &["a", "b"]);
    assert_eq!(intake.flow(), (vec![0], vec![]));
    assert_eq!(intake.flow(), (vec![], vec![]));
    let turn = intake.next(8).unwrap();
    intake.ran(false, "a");
    intake.finish(&turn);
    assert_eq!(intake.flow(), (vec![], vec![0]));
}

#[test]
fn an_intake_is_stocked_while_enough_waits_that_can_run() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut intake = holding(ROOMY, TakeOver::default(), &[]);
        let (slots, mut offset, mut turns) = (random.usize(1..4), 0, VecDeque::new());
        let mut unfinished: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..60 {
            match random.u8(0..3) {
                0 => {
                    let key = random.char('a'..'d').to_string();
                    intake.add(0, vec![Entry::new(0, offset, key.clone(), 10, ())], |_| ());
                    offset += 1;
                    *unfinished.entry(key).or_default() += 1;
                }
                1 => turns.extend(intake.next(slots)),
                _ => {
                    if let Some(turn) = turns.pop_front() {
                        intake.ran(turn.alone, &turn.entry.key);
                        intake.finish(&turn);
                        *unfinished.get_mut(&turn.entry.key).unwrap() -= 1;
                    }
                }
            }
            let runs = |key: &String| turns.iter().any(|turn| turn.entry.key == *key);
            let waits = unfinished.iter().any(|(key, count)| *count > 0 && !runs(key));
            let enough = unfinished.values().sum::<usize>() >= 2;
            assert_eq!(intake.is_stocked(), enough && waits, "{unfinished:?}");
            let few = unfinished.values().sum::<usize>() == 0;
            assert_eq!(intake.is_low(), few || !waits, "{unfinished:?}");
        }
    }
}

#[test]
fn what_runs_of_a_lost_partition_is_finished_without_effect() {
    let mut intake = holding(ROOMY, TakeOver::default(), &["a", "b"]);
    let turn = intake.next(8).unwrap();
    assert_eq!(intake.lose(0).len(), 1);
    intake.take(0, TakeOver::clean(0));
    intake.ran(false, "a");
    assert!(!intake.finish(&turn));
    assert!(intake.uncommitted().is_empty());
}

#[test]
fn a_group_that_was_set_back_begins_anew() {
    let mut intake = holding(ROOMY, TakeOver::clean(10), &[]);
    let mut added = 0;
    intake.add(0, entries(&["a", "b"]), |_| added += 1);
    assert_eq!(added, 2);
    assert_eq!(intake.positions()[0].offset, 0);
}

#[test]
fn a_cancellation_concerns_what_it_names_and_the_oldest_is_forgotten() {
    let mut known = RecentlyCancelled::new(1);
    let one = |ids: &[&str]| Cancellation {
        execution_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        reason: "withdrawn".into(),
    };
    known.add("first", one(&["a"]));
    assert_eq!(known.reason("first", "a").as_deref(), Some("withdrawn"));
    assert_eq!(known.reason("first", "b"), None);
    known.add("second", one(&[]));
    assert_eq!(known.reason("first", "a"), None);
    assert!(known.reason("second", "b").is_some());
}
