import type { ExpectedWindow, Facts, LeaseSample, StoredOutcome, ToldOutcome, ToldPane, Verdict } from './facts.ts';

/** Each a line for a person; what must hold is that all but `republished` are empty. */
export interface Findings {
  /** A window of which no pane was told; an outcome that was told and not stored. */
  readonly lost: readonly string[];
  /** Two verdicts on one algorithm of one window, told or stored; two firings of one revision. */
  readonly duplicated: readonly string[];
  /** A pane was told, and at the end one of its algorithms has no outcome; a message that nobody can send. */
  readonly stuck: readonly string[];
  /** Another verdict than the window's signals give; a later record of a lower version; a lease that went back. */
  readonly stale: readonly string[];
  /** Records that lie on a topic twice with the same content, as a crash between publish and commit leaves them: readers drop them. */
  readonly republished: number;
}

export function check(facts: Facts): Findings {
  const panes = apart(facts.panes, paneId, paneContent);
  const outcomes = apart(facts.outcomes, ({ executionId }) => executionId, verdictContent);
  const stored = grouped(facts.stored, algorithmOf);
  const told = grouped(outcomes.first, algorithmOf);
  const fired = new Set(panes.first.map(windowOf));
  return {
    lost: [
      ...facts.expected.filter((window) => !fired.has(windowOf(window))).map((one) => `${windowOf(one)} has no pane`),
      ...[...told.keys()].filter((one) => !stored.has(one)).map((one) => `${one} was told and is not stored`),
    ],
    duplicated: [
      ...panes.differing.map((one) => `pane ${one} was told twice, with other content`),
      ...outcomes.differing.map((one) => `outcome ${one} was told twice, with other content`),
      ...several(told).map((one) => `${one} has several outcomes`),
      ...several(stored).map((one) => `${one} is stored several times`),
    ],
    stuck: [
      ...facts.expected.filter((window) => fired.has(windowOf(window))).flatMap((window) => unanswered(window, told)),
      ...facts.parked,
    ],
    stale: [
      ...wrong(facts.expected, told),
      ...wrong(facts.expected, stored),
      ...backwards(facts.outcomes),
      ...leasesGoneBack(facts.leases),
    ],
    republished: panes.same + outcomes.same,
  };
}

type Window = { readonly key: string; readonly startUs: number };

const windowOf = ({ key, startUs }: Window): string => `${key} ${startUs}`;
const algorithmOf = (one: Window & { readonly algorithm: string }): string => `${windowOf(one)} ${one.algorithm}`;
const paneId = (pane: ToldPane): string => `${windowOf(pane)} ${pane.revision}`;
const paneContent = ({ windowId, version, firedAtUs }: ToldPane): string => `${windowId} ${version} ${firedAtUs}`;
const verdictContent = ({ state, code, value, attempt, version }: ToldOutcome): string =>
  JSON.stringify([state, code, value, attempt, version]);

/** The first record of each id; how many say the same again; ids of those that say something else. */
function apart<T>(records: readonly T[], idOf: (record: T) => string, contentOf: (record: T) => string) {
  const first = new Map<string, T>();
  const differing = new Set<string>();
  let same = 0;
  for (const record of records) {
    const id = idOf(record);
    const known = first.get(id);
    if (known === undefined) first.set(id, record);
    else if (contentOf(known) === contentOf(record)) same++;
    else differing.add(id);
  }
  return { first: [...first.values()], differing: [...differing], same };
}

function grouped<T>(all: readonly T[], idOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(idOf(one));
    if (group) group.push(one);
    else groups.set(idOf(one), [one]);
  }
  return groups;
}

const several = (groups: ReadonlyMap<string, readonly unknown[]>): string[] =>
  [...groups].filter(([, all]) => all.length > 1).map(([id]) => id);

const unanswered = (window: ExpectedWindow, told: ReadonlyMap<string, unknown>): string[] =>
  Object.keys(window.verdicts)
    .map((algorithm) => algorithmOf({ ...window, algorithm }))
    .filter((id) => !told.has(id))
    .map((id) => `${id} has a pane and no outcome`);

type Judged = ToldOutcome | StoredOutcome;

function wrong(expected: readonly ExpectedWindow[], known: ReadonlyMap<string, readonly Judged[]>): string[] {
  const verdicts = new Map(
    expected.flatMap((window) =>
      Object.entries(window.verdicts).map(([algorithm, verdict]) => [algorithmOf({ ...window, algorithm }), verdict]),
    ),
  );
  return [...known].flatMap(([id, all]) =>
    all
      .filter((one) => !fits(one, verdicts.get(id)))
      .map((one) => `${id} is ${one.state} ${one.value ?? ''}`.trimEnd()),
  );
}

const fits = (one: Judged, expected: Verdict | undefined): boolean =>
  expected !== undefined &&
  one.state === expected.state &&
  one.value === expected.value &&
  (!('code' in one) || one.code === expected.code);

/** An outcome that comes after one of a higher version of its window, and was not told before. */
function backwards(outcomes: readonly ToldOutcome[]): string[] {
  const highest = new Map<string, number>();
  const seen = new Set<string>();
  const found: string[] = [];
  const inOrder = outcomes.toSorted((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
  for (const { windowId, version, executionId } of inOrder) {
    const before = highest.get(windowId) ?? -1;
    if (version < before && !seen.has(executionId)) {
      found.push(`outcome ${executionId}, version ${version} of its window, came after version ${before}`);
    }
    seen.add(executionId);
    highest.set(windowId, Math.max(version, before));
  }
  return found;
}

function leasesGoneBack(samples: readonly LeaseSample[]): string[] {
  const last = new Map<string, LeaseSample>();
  return samples.flatMap((sample) => {
    const place = `${sample.stage}/${sample.partition}`;
    const before = last.get(place);
    last.set(place, sample);
    if (before === undefined) return [];
    if (sample.epoch < before.epoch) return [`${place}: epoch ${sample.epoch} after ${before.epoch}`];
    if (sample.commitNo < before.commitNo) return [`${place}: commit ${sample.commitNo} after ${before.commitNo}`];
    if (sample.epoch === before.epoch && sample.owner !== before.owner) {
      return [`${place}: epoch ${sample.epoch} of ${before.owner} and of ${sample.owner}`];
    }
    return [];
  });
}
