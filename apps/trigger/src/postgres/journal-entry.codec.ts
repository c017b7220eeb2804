import type { PaneTiming } from '@windlass/dag';
import { NEVER, type Cause, type Phase, type WindowEntry, type WindowEvent } from '@windlass/windowing';
import { Packer, Unpacker } from './packing.ts';

const PHASES: readonly Phase[] = ['POINT', 'START', 'STOP', 'WATERMARK'];
const TIMINGS: readonly PaneTiming[] = ['EARLY', 'ON_TIME', 'LATE'];
const EVENTS = ['opened', 'fired', 'moved', 'withdrawn', 'revived', 'finalized'] as const;
const CAUSES = ['signal', 'emission', 'outcome', 'timer', 'batch', 'report'] as const;

/** Where a window lies is in columns; its end is packed with each entry, because it moves. */
type PackedEntry = Pick<WindowEntry, 'startUs' | 'endUs' | 'cause' | 'event'>;

/** Entries follow one another without a count, so that the bytes of two rows can be joined. */
export function packEntries(entries: readonly PackedEntry[]): Buffer {
  const packer = new Packer();
  for (const { startUs, endUs, cause, event } of entries) {
    packer.integer(endUs - startUs);
    packCause(packer, cause);
    packEvent(packer, event);
  }
  return packer.finish();
}

/** @throws RangeError when the bytes are not packed entries. */
export function unpackEntries(bytes: Buffer, startUs: number): PackedEntry[] {
  const from = new Unpacker(bytes);
  const entries: PackedEntry[] = [];
  while (!from.isAtEnd)
    entries.push({ startUs, endUs: startUs + from.integer(), cause: unpackCause(from), event: unpackEvent(from) });
  return entries;
}

function packCause(packer: Packer, cause: Cause): void {
  packer.count(CAUSES.indexOf(cause.kind));
  switch (cause.kind) {
    case 'signal':
      packer.text(cause.id);
      packer.text(cause.name);
      packer.count(PHASES.indexOf(cause.phase));
      packer.integer(cause.eventTimeUs);
      return packer.nullable(cause.cause, (text) => packer.text(text));
    case 'emission':
      return packer.text(cause.id);
    case 'outcome':
      return packer.text(cause.windowId);
    case 'report':
      return packer.text(cause.source);
    case 'timer':
    case 'batch':
      return;
    default:
      return cause satisfies never;
  }
}

function unpackCause(from: Unpacker): Cause {
  const kind = CAUSES[from.count()];
  switch (kind) {
    case 'signal':
      return {
        kind,
        id: from.text(),
        name: from.text(),
        phase: PHASES[from.count()]!,
        eventTimeUs: from.integer(),
        cause: from.nullable(() => from.text()),
      };
    case 'emission':
      return { kind, id: from.text() };
    case 'outcome':
      return { kind, windowId: from.text() };
    case 'report':
      return { kind, source: from.text() };
    case 'timer':
    case 'batch':
      return { kind };
    case undefined:
      throw new RangeError('a packed journal entry has an unknown cause');
    default:
      return kind satisfies never;
  }
}

function packEvent(packer: Packer, event: WindowEvent): void {
  packer.count(EVENTS.indexOf(event.kind));
  switch (event.kind) {
    case 'opened':
      packer.flags(event.lateBorn);
      packer.nullable(event.parentId, (id) => packer.id(id));
      packer.nullable(event.openedBy, ({ windowId, algorithm, executionId }) => {
        packer.text(windowId);
        packer.text(algorithm);
        packer.nullable(executionId, (id) => packer.text(id));
      });
      packer.count(event.dagRevision);
      return packer.count(event.policyRevision);
    case 'fired':
      packer.flags(event.isFinal, event.isIdle, event.fromUs !== NEVER);
      packer.count(TIMINGS.indexOf(event.timing));
      packer.count(event.revision);
      packer.integer(event.elements);
      packer.integer(event.added);
      packer.integer(event.watermarkUs);
      if (event.fromUs !== NEVER) packer.integer(event.watermarkUs - event.fromUs);
      return packer.count(event.policyRevision);
    case 'moved':
      return packer.integer(event.beforeUs);
    case 'withdrawn':
      packer.text(event.reason);
      packer.list(event.replacedBy, (id) => packer.id(id));
      return packer.flags(event.wasTold);
    case 'revived':
      return;
    case 'finalized':
      packer.integer(event.fromUs);
      return packer.integer(event.floorUs);
    default:
      return event satisfies never;
  }
}

function unpackEvent(from: Unpacker): WindowEvent {
  const kind = EVENTS[from.count()];
  switch (kind) {
    case 'opened':
      return {
        kind,
        lateBorn: from.flags() === 1,
        parentId: from.nullable(() => from.id()),
        openedBy: from.nullable(() => ({
          windowId: from.text(),
          algorithm: from.text(),
          executionId: from.nullable(() => from.text()),
        })),
        dagRevision: from.count(),
        policyRevision: from.count(),
      };
    case 'fired':
      return unpackFired(from);
    case 'moved':
      return { kind, beforeUs: from.integer() };
    case 'withdrawn':
      return { kind, reason: from.text(), replacedBy: from.list(() => from.id()), wasTold: from.flags() === 1 };
    case 'revived':
      return { kind };
    case 'finalized':
      return { kind, fromUs: from.integer(), floorUs: from.integer() };
    case undefined:
      throw new RangeError('a packed journal entry tells an unknown event');
    default:
      return kind satisfies never;
  }
}

function unpackFired(from: Unpacker): WindowEvent {
  const flags = from.flags();
  const timing = TIMINGS[from.count()]!;
  const revision = from.count();
  const elements = from.integer();
  const added = from.integer();
  const watermarkUs = from.integer();
  return {
    kind: 'fired',
    timing,
    revision,
    isFinal: (flags & 1) !== 0,
    isIdle: (flags & 2) !== 0,
    elements,
    added,
    watermarkUs,
    fromUs: (flags & 4) !== 0 ? watermarkUs - from.integer() : NEVER,
    policyRevision: from.count(),
  };
}
