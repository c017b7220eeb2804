import type { EpochUs, ObservedOpening } from '@windlass/dag';
import type { Draft, TypeDraft } from '../draft.ts';
import { elementsBetween } from '../element-log.ts';
import { hash53 } from '../hash53.ts';
import { say, type Sentence } from './sentence.ts';

/** Signals that came, and told a type nothing because its expression could not be judged on them. Only elements are remembered as having come. */
export function unjudged(
  draft: Draft,
  type: TypeDraft,
  open: ObservedOpening,
  { fromUs, toUs }: { readonly fromUs: EpochUs; readonly toUs: EpochUs },
): Sentence[] {
  if (open.kind === 'count') return [];
  const { floorUs, observed, plan } = type;
  const knownUs = Math.max(fromUs, floorUs, observed.foldedUs, draft.log.completeFromUs);
  const judged = new Set(observed.rest.map(({ hash }) => hash));
  const silent = [...elementsBetween(draft.log, knownUs, toUs)].filter(
    ({ name, hash }) => name === open.signal && !judged.has(hash),
  );
  const first = silent[0];
  if (!first) return [];
  const expression =
    open.kind === 'condition' ? [open.from, open.to].filter((one) => one !== null).join(', ') : open.of;
  const channels = channelsOf(draft, new Set(silent.map(({ hash }) => hash)));
  return [
    say(
      'SIGNALS_UNJUDGED',
      `${silent.length === 1 ? 'A {signal} at {time:firstUs}' : '{count} signals {signal} from {time:firstUs} to {time:lastUs}'} told {windowType} nothing: {expression} could not be judged${channels === null ? '' : ', they have {channels}'}.`,
      {
        windowType: plan.ref,
        signal: open.signal,
        expression,
        count: silent.length,
        firstUs: first.timeUs,
        lastUs: silent.at(-1)!.timeUs,
        channels,
        names: namesIn(expression).join(', '),
        todo: 'Send what the expression names: {names}; or guard it with has(…).',
      },
    ),
  ];
}

/** Of those that are kept in memory; null: none is. */
function channelsOf({ kept }: Draft, hashes: ReadonlySet<number>): string | null {
  const known = kept.filter(({ id }) => hashes.has(hash53(id)));
  if (known.length === 0) return null;
  const names = new Set(known.flatMap(({ values }) => Object.keys(values)));
  return names.size > 0 ? `only ${[...names].map((name) => `values.${name}`).join(', ')}` : 'no values';
}

const namesIn = (expression: string): string[] => {
  const names = [...expression.matchAll(/\b(?:values|metadata)(?:\.[A-Za-z_]\w*|\["[^"]+"\])/g)].map(([name]) => name);
  return names.length > 0 ? [...new Set(names)] : [expression];
};
