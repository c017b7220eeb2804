import { indexDag, liveRevision, refOf } from '@windlass/dag';
import type { WindowRecord } from '@windlass/windowing';
import { text, type Known, type KnownOutcome } from './collector-core.ts';
import { followsOrder, VIEWS } from './dag.ts';
import type { SimulatedHub } from './simulated-hub.ts';

type Pane = Extract<WindowRecord, { kind: 'pane' }>;

/** What a collector knows of all keys together: a group's results are made from its members'. */
function knownOf(hub: SimulatedHub): Known {
  const all = [...hub.collector.states.values()];
  return {
    windows: new Map(all.flatMap(({ windows }) => [...windows])),
    outcomes: new Map(all.flatMap(({ outcomes }) => [...outcomes])),
    withdrawn: new Set(all.flatMap(({ withdrawn }) => [...withdrawn])),
    conflicts: all.flatMap(({ conflicts }) => conflicts),
  };
}

const panesOf = (records: readonly WindowRecord[]): Pane[] =>
  records.flatMap((record) => (record.kind === 'pane' ? [record] : []));

/** The last of a window's records that says what it is. */
const standing = (records: readonly WindowRecord[]): WindowRecord | undefined =>
  records.findLast(
    (record) =>
      record.kind !== 'childrenClosed' &&
      !(record.kind === 'withdrawn' && record.outside?.parentWindowId === record.windowId),
  );

const isWithdrawn = (records: readonly WindowRecord[]): boolean => standing(records)?.kind === 'withdrawn';

/** Of each window and algorithm the verdict on its last run. */
function currentOf({ windows, outcomes }: Known): Map<string, KnownOutcome> {
  const current = new Map<string, KnownOutcome>();
  for (const one of outcomes.values()) {
    const { event, outcome } = one;
    const place = `${event.windowId} ${outcome.algorithm}`;
    const before = current.get(place);
    if (!before || before.outcome.run < outcome.run) current.set(place, one);
  }
  for (const [place, { event, isWithdrawn: isGone }] of current)
    if (isGone || isWithdrawn(windows.get(event.windowId) ?? [])) current.delete(place);
  return current;
}

/** What is wrong with what a hub has come to, in words; nothing: all of it is as it must be. */
export function problemsOf(hub: SimulatedHub): string[] {
  const problems = hub.fatal.map((error) => `a stage stopped: ${String((error as Error).stack ?? error)}`);
  if (hub.trigger.parked + hub.router.parked + hub.collector.parked > 0) problems.push('messages were parked');
  const known = knownOf(hub);
  problems.push(...known.conflicts, ...windowProblems(known), ...outcomeProblems(known));
  problems.push(...revisionProblems(hub));
  for (const [key, { state, kept }] of hub.trigger.states) {
    for (const [ref, { windows }] of state.types)
      if (windows.length > 0) problems.push(`${key}: ${windows.length} windows of ${ref} are left open`);
    if (kept.length > 0) problems.push(`${key}: ${kept.length} signals are left`);
  }
  return problems;
}

/** Once a source has fired under a DAG revision, it fires under no older one. */
function revisionProblems({ kafka, topics }: SimulatedHub): string[] {
  const seen = new Set<string>();
  const latest = new Map<string, number>();
  const problems: string[] = [];
  for (const { kind, ...pane } of kafka.values(topics.names.panes) as Pane[]) {
    const place = `${pane.windowId} ${pane.version}`;
    if (kind !== 'pane' || seen.has(place)) continue;
    seen.add(place);
    const before = latest.get(pane.key) ?? 0;
    if (pane.dagRevision < before)
      problems.push(`${pane.key}: ${pane.windowType} fires under DAG revision ${pane.dagRevision} after ${before}`);
    latest.set(pane.key, Math.max(before, pane.dagRevision));
  }
  return problems;
}

function windowProblems({ windows }: Known): string[] {
  const problems: string[] = [];
  for (const [id, records] of windows) {
    const name = `window ${id} of ${records.find(Boolean)?.windowType}`;
    for (let i = 0; i < records.length; i++) if (!records[i]) problems.push(`${name}: version ${i + 1} never came`);
    const last = standing(records);
    const isEnded = last?.kind === 'withdrawn' || last?.kind === 'finalized' || (last?.kind === 'pane' && last.isFinal);
    if (!isEnded) problems.push(`${name}: its last record is ${text(last)}, not an end`);
    panesOf(records).forEach(({ revision }, i) => {
      if (revision !== i) problems.push(`${name}: revision ${revision} stands where ${i} should`);
    });
    if (panesOf(records).filter(({ timing }) => timing === 'ON_TIME').length > 1)
      problems.push(`${name}: is ON_TIME twice`);
  }
  return problems;
}

function outcomeProblems(known: Known): string[] {
  const problems: string[] = [];
  const { windows, outcomes } = known;
  const current = currentOf(known);
  for (const { event, outcome, isWithdrawn: isGone } of outcomes.values()) {
    const name = `${outcome.algorithm} run ${outcome.run} on ${event.windowType} ${event.windowId}`;
    const pane = panesOf(windows.get(event.windowId) ?? []).find(({ revision }) => revision === event.revision);
    if (!pane) problems.push(`${name}: there is no pane ${event.revision} of its window`);
    if (outcome.state !== 'SUCCEEDED' && outcome.reason === null)
      problems.push(`${name}: ${outcome.state} without a reason`);
    for (const input of outcome.inputs) {
      const from = outcomes.get(input.executionId);
      if (!from) problems.push(`${name}: its input ${input.executionId} of ${input.algorithm} is not known`);
      else if (
        from.outcome.state !== 'SUCCEEDED' ||
        from.event.windowId !== input.windowId ||
        from.outcome.algorithm !== input.algorithm
      )
        problems.push(`${name}: its input ${input.executionId} is ${from.outcome.state} of ${from.outcome.algorithm}`);
    }
    if (current.get(`${event.windowId} ${outcome.algorithm}`)?.outcome === outcome && !isGone)
      problems.push(...staleProblems(name, known, current, outcome));
  }
  return [...problems, ...repeatedProblems(known), ...missingProblems(known)];
}

/** A current result stands on current results, or on equal ones, or says that it does not. */
function staleProblems(
  name: string,
  { outcomes }: Known,
  current: ReadonlyMap<string, KnownOutcome>,
  outcome: KnownOutcome['outcome'],
): string[] {
  if (outcomes.get(outcome.executionId)!.isStale) return [];
  return outcome.inputs.flatMap(({ executionId, windowId, algorithm }) => {
    const now = current.get(`${windowId} ${algorithm}`);
    const accepted = outcomes.get(executionId);
    const isSame =
      now &&
      accepted &&
      now.outcome.state === 'SUCCEEDED' &&
      text(now.outcome.result) === text(accepted.outcome.result);
    return isSame
      ? []
      : [`${name}: its input of ${algorithm} on ${windowId} is not what holds now, and it is not marked stale`];
  });
}

/** A run differs from the one right before it: by its pane, or by its inputs. What has come and gone again may lead back to an earlier one. */
function repeatedProblems({ outcomes }: Known): string[] {
  const succeeded = [...outcomes.values()].filter(({ outcome }) => outcome.state === 'SUCCEEDED');
  const stoodOn = new Map(
    succeeded.map(({ event, outcome: { algorithm, run, inputs } }) => [
      text([event.windowId, algorithm, run]),
      text([event.revision, inputs.map(({ executionId }) => executionId).sort()]),
    ]),
  );
  return succeeded.flatMap(({ event: { windowId, windowType }, outcome: { algorithm, run } }) => {
    const before = stoodOn.get(text([windowId, algorithm, run - 1]));
    return before === undefined || before !== stoodOn.get(text([windowId, algorithm, run]))
      ? []
      : [`${algorithm} on ${windowType} ${windowId}: run ${run} repeats run ${run - 1}`];
  });
}

/** Every algorithm of a pane's DAG revision that is bound to its window has runs without a gap, and an outcome of each. */
function missingProblems({ windows, outcomes }: Known): string[] {
  const runs = new Map<string, Set<number>>();
  for (const { event, outcome } of outcomes.values()) {
    const place = `${event.windowId} ${outcome.algorithm}`;
    const of = runs.get(place) ?? new Set<number>();
    runs.set(place, of.add(outcome.run));
  }
  const problems: string[] = [];
  for (const [place, of] of runs) {
    const last = Math.max(...of);
    if (of.size !== last - Math.min(...of) + 1)
      problems.push(`${place}: of runs up to ${last} only ${[...of].join(', ')} have outcomes`);
  }
  for (const [id, records] of windows) {
    if (isWithdrawn(records)) continue;
    const pane = panesOf(records).at(-1);
    if (!pane) continue;
    const { algorithms } = indexDag(revisionOfPane(pane));
    for (const algorithm of algorithms.values())
      for (const { windowType, on } of algorithm.bindings)
        if (
          windowType === pane.windowType &&
          panesOf(records).some(({ timing }) => on.includes(timing)) &&
          !runs.has(`${id} ${refOf(algorithm)}`)
        )
          problems.push(`${refOf(algorithm)} on ${pane.windowType} ${id}: there is no outcome`);
  }
  return problems;
}

const revisionOfPane = ({ dagRevision }: Pane) =>
  VIEWS.map(liveRevision).find(({ number }) => number === dagRevision) ?? liveRevision(VIEWS[0]!);

/** Of each window that holds, by what and where it is, and its id (windows of two parents may stand at one place): its last pane, and the verdict of each algorithm. */
export function resultsOf(hub: SimulatedHub): Map<string, string> {
  const results = new Map<string, string>();
  const known = knownOf(hub);
  const current = currentOf(known);
  for (const [id, records] of known.windows) {
    const pane = panesOf(records).at(-1);
    if (!pane || isWithdrawn(records)) continue;
    const { windowType, key, startUs, endUs, elements } = pane;
    const place = `${windowType} of ${key} [${startUs}, ${endUs}) ${id}`;
    results.set(place, text({ elements }));
    for (const algorithm of indexDag(liveRevision(VIEWS[0]!)).algorithms.keys()) {
      const one = current.get(`${id} ${algorithm}`);
      if (!one || followsOrder(algorithm)) continue;
      const { state, result } = one.outcome;
      results.set(`${place} ${algorithm}`, text({ state, result }));
    }
  }
  return results;
}
