import type { PaneEvent } from '@windlass/contracts';
import type { KeyInput, Pane } from '@windlass/execution';
import { PackedSignals, type SignalsCodec } from '../packed-signals.ts';

/** What a record of the panes topic says; the core's records have the fields of the schema, so only signals are packed. */
export function paneInput({ event }: PaneEvent, bytes: number, codec: SignalsCodec): KeyInput {
  if ('io.windlass.v1.Pane' in event) {
    const pane = event['io.windlass.v1.Pane'];
    const signals = pane.signals && codec.packSignals(pane.signals);
    return { kind: 'pane', pane: signals ? { ...pane, signals } : pane, bytes };
  }
  if ('io.windlass.v1.WindowFinalized' in event)
    return { kind: 'finalized', record: event['io.windlass.v1.WindowFinalized'] };
  if ('io.windlass.v1.ChildrenClosed' in event) {
    const { member, ...record } = event['io.windlass.v1.ChildrenClosed'];
    if (!member) return { kind: 'childrenClosed', record };
    const { key, generation, windowType } = record;
    return { kind: 'memberClosed', record: { key, generation, windowType, ...member } };
  }
  return { kind: 'withdrawn', record: event['io.windlass.v1.WindowWithdrawn'] };
}

/** A pane as it travels in a task. */
export const sentPane = (pane: Pane) =>
  pane.signals instanceof PackedSignals ? { ...pane, signals: pane.signals.unpack() } : pane;

export interface PaneRecordProblem {
  readonly code: 'KEY_MISMATCH' | 'BAD_ID' | 'BAD_WINDOW';
  readonly message: string;
}

const idPattern = /^[0-9a-f]{32}$/;

/** Why a record of the panes topic cannot be used; undefined: it can. */
export function paneProblem(input: KeyInput, recordKey: string): PaneRecordProblem | undefined {
  const header = input.kind === 'pane' ? input.pane : 'record' in input ? input.record : undefined;
  if (!header) return undefined;
  if (!('windowId' in header)) return keyProblem(header.key, recordKey);
  const { windowId, key, startUs, endUs } = header;
  if (!idPattern.test(windowId)) return { code: 'BAD_ID', message: `windowId ${windowId} must be 32 hex digits` };
  const problem = keyProblem(key, recordKey);
  if (problem) return problem;
  if (endUs <= startUs)
    return { code: 'BAD_WINDOW', message: `window [${startUs}, ${endUs}) must end after its start` };
  return undefined;
}

const keyProblem = (key: string, recordKey: string): PaneRecordProblem | undefined =>
  key === recordKey ? undefined : { code: 'KEY_MISMATCH', message: `key ${key}, but the record's key is ${recordKey}` };
