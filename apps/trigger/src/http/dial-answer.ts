import { boundUs, curveOf, signedQuantileUs, total, type Cell, type Measure } from '@windlass/windowing';
import { z } from 'zod';
import type { Measured } from '../ports.ts';

const count = z.int();
const us = z.int().describe('microseconds');

const delays = z
  .object({
    windows: count,
    p50Us: us.nullable(),
    p95Us: us.nullable(),
    p99Us: us.nullable(),
  })
  .describe(
    'quantiles, from above by at most 10 %; negative: before the end; null: nothing was measured, or over 30 days',
  );

const cells = z
  .array(z.object({ upToUs: us.nullable(), count }))
  .describe(
    'counts by duration: more than the entry before, at most this; null: more than 30 days, or no delay would do',
  );

export const latenessAnswer = z.object({
  windowTypes: z.array(
    z.object({
      windowType: z.string(),
      elements: count,
      element: cells.describe('elements, by how far they were behind the highest event time read'),
    }),
  ),
});

export const answerLateness = (byType: ReadonlyMap<string, readonly Cell[]>): z.infer<typeof latenessAnswer> => ({
  windowTypes: [...byType].map(([windowType, of]) => ({
    windowType,
    elements: total(of),
    element: of.map(answerCell),
  })),
});

export const dialAnswer = z.object({
  windowType: z.string(),
  fromUs: z.int().describe('of whole hours of processing time, microseconds since 1970'),
  toUs: z.int(),
  history: z.boolean().describe('event time was more than an hour behind processing time'),
  elements: count.describe('that came, too late or not'),
  dropped: count.describe('elements that came after the allowed lateness of all their windows'),
  windows: count.describe('that became final'),
  withdrawn: count.describe('windows that had fired and did not hold'),
  panes: z.object({ early: count, onTime: count, late: count }),
  revisions: z.object({
    late: count.describe('for late elements'),
    other: count.describe('because what a window follows has changed'),
  }),
  samples: z
    .object({ first: count, onTime: count, final: count })
    .describe('in the first, the ON_TIME and the last pane of windows that became final'),
  delays: z
    .object({ first: delays, onTime: delays, final: delays })
    .describe('processing time from the end of a window to its first pane, its ON_TIME pane, and until it was final'),
  eventDelays: z
    .object({ onTime: delays, final: delays })
    .describe('the same in event time: how far it had gone beyond the end'),
  curve: z
    .array(
      z.object({
        delayUs: us,
        elements: count.describe('that would not have been behind the watermark'),
        windows: count.describe('whose ON_TIME pane would have been complete'),
        spared: count.describe('of the revisions for late elements, those that would not have been'),
      }),
    )
    .describe('by outOfOrderness: at 0, and wherever it rises'),
  lateness: z
    .object({
      element: cells.describe('elements, by how far they were behind the highest event time read'),
      window: cells.describe('windows, by the least outOfOrderness with which ON_TIME would have been complete'),
      revision: cells.describe('revisions for late elements, by the least outOfOrderness that would have spared them'),
    })
    .describe('what the curve is made of'),
});

export function answerDial({
  windowType,
  fromUs,
  toUs,
  isHistory,
  cells: measured,
}: Measured): z.infer<typeof dialAnswer> {
  const of = (measure: Measure): readonly Cell[] => measured.get(measure) ?? [];
  const countOf = (measure: Measure): number => total(of(measure));
  const lateness = { element: of('element'), window: of('window'), revision: of('revision') };
  return {
    windowType,
    fromUs,
    toUs,
    history: isHistory,
    elements: countOf('element'),
    dropped: countOf('dropped'),
    windows: countOf('final'),
    withdrawn: countOf('withdrawn'),
    panes: { early: countOf('earlyPane'), onTime: countOf('onTime'), late: countOf('latePane') },
    revisions: { late: countOf('revision'), other: countOf('otherRevision') },
    samples: { first: countOf('firstSamples'), onTime: countOf('onTimeSamples'), final: countOf('finalSamples') },
    delays: {
      first: delaysOf(of('first'), of('firstBefore')),
      onTime: delaysOf(of('onTime')),
      final: delaysOf(of('final')),
    },
    eventDelays: { onTime: delaysOf(of('onTimeEvent')), final: delaysOf(of('finalEvent')) },
    curve: curveOf(lateness),
    lateness: {
      element: lateness.element.map(answerCell),
      window: lateness.window.map(answerCell),
      revision: lateness.revision.map(answerCell),
    },
  };
}

function delaysOf(after: readonly Cell[], before: readonly Cell[] = []): z.infer<typeof delays> {
  const at = (share: number): number | null => finite(signedQuantileUs({ before, after }, share) ?? Infinity);
  return { windows: total(after) + total(before), p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) };
}

const answerCell = ({ bucket, count: of }: Cell) => ({ upToUs: finite(boundUs(bucket)), count: of });

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
