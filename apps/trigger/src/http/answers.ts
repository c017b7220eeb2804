import { FOREVER, NEVER, type SourceState, type WindowState } from '@windlass/windowing';
import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { windowStates } from './query.ts';

const time = z.int().nullable().describe('microseconds since 1970; null: not yet, or the end of time');

export const windowsAnswer = z.object({
  windows: z.array(
    z.object({
      windowId: z.string(),
      source: z.string(),
      windowType: z.string(),
      startUs: z.int(),
      endUs: z.int(),
      state: z.enum(windowStates),
      revision: z.int().describe('of the last pane; −1: none yet'),
      elements: z.int(),
      parentWindowId: z.string().nullable(),
      metadata: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export const watermarksAnswer = z.object({
  source: z.string(),
  lastSeenUs: z.int().describe('processing time of its last record'),
  watermarks: z.array(
    z.object({
      windowType: z.string(),
      watermarkUs: time,
      idleUs: time.describe('where silence has moved it for firing'),
      finalUs: time.describe('windows that end at or before this are final'),
      openWindows: z.int(),
    }),
  ),
  offline: z
    .object({
      sinceUs: z.int().describe('processing time at which it said so'),
      untilUs: z.int().nullable().describe('until about when; null: until further notice'),
    })
    .nullable()
    .describe('the source has said that it is offline; null: it has not, or is back'),
  regress: z
    .object({
      signals: z.int().describe('signals before the highest event time of the source'),
      furthestUs: z.int().describe('the furthest of them, back from that time'),
      watermarks: z.int().describe('WATERMARKs before one that was told already'),
    })
    .describe('how often it has gone back in event time'),
});

type WindowAnswer = z.infer<typeof windowsAnswer>['windows'][number];
type State = (typeof windowStates)[number];

export function windowsOf(
  source: string,
  state: SourceState,
  wanted: { readonly type: string | undefined; readonly state: State | undefined },
): WindowAnswer[] {
  return [...state.types]
    .filter(([ref]) => wanted.type === undefined || ref === wanted.type)
    .flatMap(([windowType, { windows }]) => windows.map((window) => answerWindow(source, windowType, window)))
    .filter((window) => wanted.state === undefined || window.state === wanted.state);
}

const answerWindow = (source: string, windowType: string, window: WindowState): WindowAnswer => ({
  windowId: window.id,
  source,
  windowType,
  startUs: window.startUs,
  endUs: window.endUs,
  state: stateOf(window),
  revision: window.revision,
  elements: window.elements,
  parentWindowId: window.parentId,
  metadata: { ...window.metadata, ...window.closingMetadata },
});

function stateOf({ withdrawn, finalized, fired }: WindowState): State {
  if (withdrawn) return 'withdrawn';
  if (finalized) return 'final';
  return fired ? 'fired' : 'open';
}

export const answerWatermarks = (
  source: string,
  { lastSeenUs, types, offline, regress }: SourceState,
): z.infer<typeof watermarksAnswer> => ({
  source,
  lastSeenUs,
  watermarks: [...types].map(([windowType, { watermarkUs, idleUs, floorUs, windows }]) => ({
    windowType,
    watermarkUs: shown(watermarkUs),
    idleUs: shown(idleUs),
    finalUs: shown(floorUs),
    openWindows: windows.filter(({ fired, withdrawn }) => !fired && !withdrawn).length,
  })),
  offline: offline && offline.sinceUs !== null ? { sinceUs: offline.sinceUs, untilUs: offline.untilUs } : null,
  regress,
});

const shown = (timeUs: number): number | null => (timeUs === NEVER || timeUs === FOREVER ? null : timeUs);

export const windowCursor = ({ slot, source, passed }: { slot: number; source: string; passed: number }): string =>
  cursorOf(slot, source, passed);
