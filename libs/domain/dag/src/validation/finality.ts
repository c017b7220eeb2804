import { formatDurationUs } from '../duration.ts';
import type { Algorithm, Dependency, Ref } from '../model.ts';
import type { Warning } from '../problem.ts';
import { nearestAndReach } from './dependencies.ts';
import type { Draft, Pair } from './draft.ts';
import { pairLabel } from './draft.ts';
import { nominalPeriodUs } from './period.ts';
import { isEndless } from './whole-life.ts';

interface Read {
  readonly draft: Draft;
  readonly pair: Pair;
  /** Of the dependency. */
  readonly path: string;
}

/** Which panes an algorithm takes of windows of a type. */
export const timingsOn = ({ bindings }: Algorithm, windowType: Ref) =>
  new Set(bindings.filter((one) => one.windowType === windowType).flatMap(({ on }) => on));

/** A window that lasts as long as its source ends only where that end is declared. */
export function endlessBinding(draft: Draft, pair: Pair, path: string): Warning[] {
  const { algorithm, windowType } = pair;
  if (!isEndless(draft, windowType)) return [];
  if (timingsOn(algorithm, windowType).has('EARLY') && draft.policyOf(windowType).early !== null) return [];
  return [
    {
      code: 'LIFE_WITHOUT_END',
      path: `${path}.windows`,
      message: `${pairLabel(pair)} runs only for sources that have an end (validTo): the others' lives never end`,
      chain: [pair.ref, windowType],
      mend: `declare validTo of the sources, or give the policy of ${windowType} \`early\` and take EARLY panes`,
    },
  ];
}

/** What is known only when a window has ended, of one that lasts as long as its source: its last results, and which windows lay in it. */
export function endlessWait(
  { draft, pair, path }: Read,
  dependency: Dependency,
  suppliers: readonly Pair[],
): Warning[] {
  const told = (field: string, what: string, life: Ref): Warning => ({
    code: 'LIFE_WITHOUT_END',
    path: `${path}.${field}`,
    message: `${pairLabel(pair)} waits for ${what}, and a window of ${life} ends only for sources that have an end (validTo)`,
    chain: [pairLabel(pair), dependency.algorithm, life],
    mend:
      field === 'relation'
        ? 'declare validTo of the sources, or read `previous` windows in place of `children`'
        : 'declare validTo of the sources, or accept provisional results',
  });
  const { relation, onProvisional, waitMs } = dependency;
  if (relation.kind === 'children' && waitMs === null && isEndless(draft, pair.windowType))
    return [told('relation', `all windows in one of ${pair.windowType}`, pair.windowType)];
  if (onProvisional !== 'wait') return [];
  return suppliers
    .filter(({ windowType }) => isEndless(draft, windowType))
    .map((supplier) => told('onProvisional', `final results of ${pairLabel(supplier)}`, supplier.windowType));
}

/**
 * Final results come when the lateness is over: live that takes as long as the lateness is, and a run waits as long as the dependency
 * says, or as its own limit lets it. It may come sooner where data comes faster than it was made: in a replay, after an outage, by daily
 * uploads. So nothing is refused for it.
 */
export function shortWait({ draft, pair, path }: Read, dependency: Dependency, suppliers: readonly Pair[]): Warning[] {
  const { scheduleToCloseMs = Infinity } = pair.algorithm;
  const { waitMs } = dependency;
  const limitMs = Math.min(waitMs ?? Infinity, scheduleToCloseMs);
  if (limitMs === Infinity) return [];
  return suppliers.flatMap((supplier): Warning[] => {
    if (!waitsForFinal(dependency, supplier)) return [];
    const finalAfterUs = finalAfter(draft, pair, { dependency, supplier });
    if (finalAfterUs === undefined || finalAfterUs <= limitMs * 1000) return [];
    const isWait = waitMs === limitMs;
    const limit = formatDurationUs(limitMs * 1000);
    return [
      {
        code: 'WAIT_TOO_SHORT',
        path: `${path}.${isWait ? 'wait' : 'onProvisional'}`,
        message: `${pairLabel(pair)} ${isWait ? `waits ${limit}` : `has ${limit} (scheduleToClose)`} for final results of ${pairLabel(supplier)}, which come ${formatDurationUs(finalAfterUs)} after it could begin (allowedLateness)`,
        chain: [pairLabel(pair), pairLabel(supplier)],
        mend: `${isWait ? 'wait' : 'give it'} longer than the lateness, ${dependency.onProvisional === 'wait' ? 'or accept provisional results' : `or let ${supplier.ref} take ON_TIME panes too`}`,
      },
    ];
  });
}

/** It asks for final results, or there are no others. */
const waitsForFinal = ({ onProvisional, onMissing, waitMs }: Dependency, { algorithm, windowType }: Pair): boolean =>
  onProvisional === 'wait' || (isOnlyFinal(algorithm, windowType) && (onMissing !== 'runWithout' || waitMs !== null));

const isOnlyFinal = (algorithm: Algorithm, windowType: Ref): boolean =>
  [...timingsOn(algorithm, windowType)].every((timing) => timing === 'FINAL');

/** In event time, how long after a run may have been opened what it reads is final, at the least as a rule; undefined: it depends on the windows. */
function finalAfter(
  draft: Draft,
  { algorithm, windowType }: Pair,
  { dependency, supplier }: { readonly dependency: Dependency; readonly supplier: Pair },
): number | undefined {
  const { allowedLatenessUs } = draft.policyOf(supplier.windowType);
  const openedUs = isOnlyFinal(algorithm, windowType) ? draft.policyOf(windowType).allowedLatenessUs : 0;
  const { relation } = dependency;
  if (relation.kind !== 'previous') return allowedLatenessUs - openedUs;
  const periodUs = nominalPeriodUs(draft.windowTypes.get(windowType)!.open);
  if (periodUs === undefined) return undefined;
  return allowedLatenessUs - openedUs - nearestAndReach(relation, periodUs)[0];
}
