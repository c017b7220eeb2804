import type { EpochUs, PaneTiming, Ref } from '@windlass/dag';
import type { Draft, RejectionCode } from './draft.ts';
import type { Input, Phase, Signal } from './input.ts';
import type { OpenedBy } from './records.ts';

/** The input that was applied when something happened. `batch`: those of one batch together; `timer`: processing time. */
export type Cause =
  | {
      readonly kind: 'signal';
      readonly id: string;
      readonly name: string;
      readonly phase: Phase;
      readonly eventTimeUs: EpochUs;
      /** Why the hub wrote it itself; null: from outside. */
      readonly cause: string | null;
    }
  | { readonly kind: 'emission'; readonly id: string }
  | { readonly kind: 'outcome'; readonly windowId: string }
  | { readonly kind: 'report'; readonly source: string }
  | { readonly kind: 'timer' }
  | { readonly kind: 'batch' };

/** What happened to a window. */
export type WindowEvent =
  | {
      readonly kind: 'opened';
      readonly parentId: string | null;
      readonly lateBorn: boolean;
      readonly openedBy: OpenedBy | null;
      readonly dagRevision: number;
      readonly policyRevision: number;
    }
  | {
      readonly kind: 'fired';
      readonly timing: PaneTiming;
      readonly revision: number;
      readonly isFinal: boolean;
      readonly elements: number;
      readonly added: number;
      /** The watermark before its last step, and after it; NEVER: there was none. */
      readonly fromUs: EpochUs;
      readonly watermarkUs: EpochUs;
      /** Silence has moved it so far, not the data. */
      readonly isIdle: boolean;
      readonly policyRevision: number;
    }
  | { readonly kind: 'moved'; readonly beforeUs: EpochUs }
  | {
      readonly kind: 'withdrawn';
      readonly reason: string;
      /** The first few. */
      readonly replacedBy: readonly string[];
      /** It had fired: its results were withdrawn too. */
      readonly wasTold: boolean;
    }
  | { readonly kind: 'revived' }
  | { readonly kind: 'finalized'; readonly fromUs: EpochUs; readonly floorUs: EpochUs };

export interface WindowEntry {
  readonly windowId: string;
  readonly windowType: Ref;
  readonly startUs: EpochUs;
  /** After the event. */
  readonly endUs: EpochUs;
  readonly cause: Cause;
  readonly event: WindowEvent;
}

/** `ID_REUSED`: its id had been used for another event time. `LEFT_OUT`: how many more were dropped on an earlier day. */
export type DropCode = RejectionCode | 'ID_REUSED' | 'LEFT_OUT';

/** A record that did not become part of any window of these types. */
export interface DropEntry {
  readonly code: DropCode;
  /** Of the signal, or start of the window that was asked for; null: the entry is about no single record. */
  readonly eventTimeUs: EpochUs | null;
  /** Id and name of the signal, or id of the emission and its window type; of an element that only its time is remembered of, no id. */
  readonly id: string;
  readonly name: string;
  /** Empty: whatever type reads it. */
  readonly windowTypes: readonly Ref[];
  readonly message: string;
}

/** What is worth remembering of a step, so that people can ask later why. In order. */
export interface Journal {
  readonly windows: readonly WindowEntry[];
  readonly drops: readonly DropEntry[];
}

export interface UnreadName {
  readonly name: string;
  /** Of the first signal of this name. */
  readonly eventTimeUs: EpochUs;
}

/** What a source's state remembers for the journal. */
export interface Noted {
  /** The lowest event time of its signals; FOREVER: none came. */
  readonly minEventUs: EpochUs;
  /** Signal names that no window type read when they first came. */
  readonly unread: readonly UnreadName[];
  /** Days since 1970 of processing time for which the next two count. */
  readonly day: number;
  readonly drops: number;
  readonly leftOut: number;
}

/** Entries about dropped records that one source makes in a day; the rest is counted. */
export const DROPS_PER_DAY = 100;
export const UNREAD_NAMES = 16;
const REPLACED_BY_LIMIT = 10;
const MESSAGE_LENGTH = 500;
const DAY_US = 86_400_000_000;

/** Where the window lies: all that is forgotten but for its name fits too. */
interface Located {
  readonly id: string;
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

export function note(draft: Draft, windowType: Ref, { id, startUs, endUs }: Located, event: WindowEvent): void {
  if (!draft.journaling) return;
  draft.journal.windows.push({ windowId: id, windowType, startUs, endUs, cause: causeOf(draft.applied), event });
}

export const withdrawnEvent = (reason: string, replacedBy: readonly string[], wasTold: boolean): WindowEvent => ({
  kind: 'withdrawn',
  reason,
  replacedBy: replacedBy.slice(0, REPLACED_BY_LIMIT),
  wasTold,
});

function causeOf(input: Input | null): Cause {
  switch (input?.kind) {
    case 'signal': {
      const { id, name, phase, eventTimeUs, cause } = input.signal;
      return { kind: 'signal', id, name, phase, eventTimeUs, cause };
    }
    case 'emission':
      return { kind: 'emission', id: input.emission.id };
    case 'outcome':
      return { kind: 'outcome', windowId: input.outcome.windowId };
    case 'report':
      return { kind: 'report', source: input.report.source };
    case 'timer':
      return { kind: 'timer' };
    case undefined:
      return { kind: 'batch' };
    default:
      return input satisfies never;
  }
}

export interface Dropped {
  readonly code: DropCode;
  readonly message: string;
  readonly windowTypes: readonly Ref[];
  /** Absent: the input that is being applied. */
  readonly signal?: Signal | undefined;
  /** An earlier element, in place of these. */
  readonly element?: { readonly timeUs: EpochUs; readonly name: string } | undefined;
}

/** A record is dropped. What a day has too many of is counted, and told with the next day's first. */
export function noteDrop(draft: Draft, { code, message, windowTypes, signal, element }: Dropped): void {
  if (!draft.journaling) return;
  const day = Math.floor(draft.nowUs / DAY_US);
  if (draft.noted.day !== day) {
    const { leftOut } = draft.noted;
    if (leftOut > 0) draft.journal.drops.push(leftOutEntry(draft.noted));
    draft.noted = { ...draft.noted, day, drops: 0, leftOut: 0 };
  }
  const { drops, leftOut } = draft.noted;
  if (drops >= DROPS_PER_DAY) {
    draft.noted = { ...draft.noted, leftOut: leftOut + 1 };
    return;
  }
  draft.noted = { ...draft.noted, drops: drops + 1 };
  draft.journal.drops.push({
    code,
    ...(element ? { eventTimeUs: element.timeUs, id: '', name: element.name } : dropped(draft, signal)),
    windowTypes,
    message: message.slice(0, MESSAGE_LENGTH),
  });
}

function dropped({ applied }: Draft, signal: Signal | undefined): Pick<DropEntry, 'eventTimeUs' | 'id' | 'name'> {
  if (signal) return { eventTimeUs: signal.eventTimeUs, id: signal.id, name: signal.name };
  switch (applied?.kind) {
    case 'signal':
      return { eventTimeUs: applied.signal.eventTimeUs, id: applied.signal.id, name: applied.signal.name };
    case 'emission': {
      const { id, startUs, windowType } = applied.emission;
      return { eventTimeUs: startUs, id, name: windowType };
    }
    case 'outcome':
      return { eventTimeUs: applied.outcome.startUs, id: applied.outcome.windowId, name: applied.outcome.windowType };
    case 'report': {
      const { source, windowType, counted } = applied.report;
      return { eventTimeUs: counted?.startUs ?? null, id: source, name: windowType };
    }
    case 'timer':
    case undefined:
      return { eventTimeUs: null, id: '', name: '' };
    default:
      return applied satisfies never;
  }
}

const leftOutEntry = ({ day, leftOut }: Noted): DropEntry => ({
  code: 'LEFT_OUT',
  eventTimeUs: null,
  id: '',
  name: '',
  windowTypes: [],
  message: `${leftOut} more records were dropped on ${new Date(day * (DAY_US / 1000)).toISOString().slice(0, 10)}; the journal holds ${DROPS_PER_DAY} a day and source.`,
});

/** An element whose id is known with another event time is another event: its sender uses ids twice. A repetition is not worth a word. */
export function noteReusedId(
  draft: Draft,
  signal: Signal,
  { knownUs, windowTypes }: { readonly knownUs: EpochUs; readonly windowTypes: readonly Ref[] },
): void {
  if (knownUs === signal.eventTimeUs) return;
  noteDrop(draft, {
    code: 'ID_REUSED',
    message: `Signal ${signal.id} was known already, with event time ${knownUs} µs: an id is for one event of a source.`,
    windowTypes,
  });
}

export function noteUnread(draft: Draft, { name, eventTimeUs }: Signal): void {
  const { unread } = draft.noted;
  if (unread.length >= UNREAD_NAMES || unread.some((known) => known.name === name)) return;
  draft.noted = { ...draft.noted, unread: [...unread, { name, eventTimeUs }] };
}
