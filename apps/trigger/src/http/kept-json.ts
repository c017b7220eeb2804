import { limits } from '@windlass/contracts';
import { approximateBytes, NEVER, type KeptSignal, type SourceState, type TypePlan } from '@windlass/windowing';
import { z } from 'zod';
import type { KeptReader, SourceReader } from '../ports.ts';
import { cursorOf, cursorTo } from './cursor.ts';
import type { FoundWindow } from './find-window.ts';

export const maxSignalsPerPage = 1_000;

/** Read at once; those of other window types of the source lie between them. */
const ROWS = 1_000;
/** A page ends before it is larger than about this, and after this many reads: then it may be empty and still have a next one. */
const PAGE_BYTES = 4 * 1024 * 1024;
const READS_PER_PAGE = 10;

export const windowIdParameter = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');

const cursor = cursorTo(
  z.tuple([z.int(), z.string().max(1_000)]).transform(([eventTimeUs, id]) => ({ eventTimeUs, id })),
  2_000,
);

export const sourceOfWindow = z
  .string()
  .min(1)
  .max(limits.nameLength)
  .optional()
  .describe('whose window it is; needed only for a window that the journal does not know');

export const windowSignalsQuery = z.object({
  source: sourceOfWindow,
  limit: z.coerce.number().int().min(1).max(maxSignalsPerPage).default(100),
  cursor: cursor.optional(),
});

export const windowSignalsAnswer = z.object({
  windowId: z.string(),
  source: z.string(),
  windowType: z.string(),
  startUs: z.int(),
  endUs: z.int(),
  signals: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        eventTimeUs: z.int(),
        phase: z.enum(['POINT', 'START', 'STOP', 'WATERMARK']),
        values: z.record(z.string(), z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])),
        count: z.int(),
        correlation: z.string().nullable(),
        metadata: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])),
      }),
    )
    .describe('in order of event time, then id'),
  truncated: z.boolean().describe('signals of the window have been deleted, or may have been'),
  deletedBeforeUs: z.int().nullable().describe('kept signals of the source before this are deleted; null: none are'),
  nextCursor: z.string().nullable(),
});

type Answer = z.infer<typeof windowSignalsAnswer>;

interface PageParts {
  readonly kept: KeptReader;
  readonly reader: SourceReader;
  readonly found: FoundWindow;
  /** Null: the type has left the DAG; which signals were its elements is not known, so it is all that the source keeps. */
  readonly plan: TypePlan | null;
  readonly query: z.infer<typeof windowSignalsQuery>;
}

export async function signalsOfWindow(parts: PageParts): Promise<Answer> {
  const { source, window } = parts.found;
  const { signals, nextCursor } = await pageOf(parts);
  // Read after the page: what was deleted before that is told.
  const deletedBeforeUs = deletedBefore(await parts.reader.one(source));
  return {
    ...window,
    source,
    signals: signals.map((signal) => ({ ...signal, values: jsonValues(signal.values) })),
    truncated: deletedBeforeUs !== null && deletedBeforeUs > window.startUs,
    deletedBeforeUs,
    nextCursor,
  };
}

async function pageOf({ kept, found, plan, query }: PageParts) {
  const { source, window } = found;
  const signals: KeptSignal[] = [];
  let bytes = 0;
  let after = query.cursor ?? null;
  for (let reads = 0; reads < READS_PER_PAGE; reads++) {
    const rows = await kept.kept({ source, fromUs: window.startUs, toUs: window.endUs, after, limit: ROWS });
    for (const signal of rows) {
      if (!plan || plan.elements.has(signal.name)) {
        bytes += approximateBytes(signal);
        if (signals.length === query.limit || (bytes > PAGE_BYTES && signals.length > 0))
          return { signals, nextCursor: after && cursorOf(after.eventTimeUs, after.id) };
        signals.push(signal);
      }
      after = signal;
    }
    if (rows.length < ROWS) return { signals, nextCursor: null };
  }
  return { signals, nextCursor: after && cursorOf(after.eventTimeUs, after.id) };
}

const deletedBefore = (state: SourceState | null): number | null =>
  state && state.keptDeletedUs !== NEVER ? state.keptDeletedUs : null;

/** JSON has no NaN and no infinities. */
const jsonValues = (values: KeptSignal['values']): Answer['signals'][number]['values'] =>
  Object.fromEntries(
    Object.entries(values).map(([channel, value]) => [
      channel,
      Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity'),
    ]),
  );
