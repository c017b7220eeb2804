import { limits, type OutcomeEvent, type PaneEvent } from '@windlass/contracts';
import type { InboundRecord } from '@windlass/messaging';

const hex32 = /^[0-9a-f]{32}$/;

/** Window and execution ids are the first 16 bytes of a hash, in hex. */
export const isId = (text: string): boolean => hex32.test(text);

export interface Misfit {
  readonly code: 'BAD_ID' | 'KEY_TOO_LONG';
  readonly message: string;
}

/** Why a decoded record cannot be stored all the same: ids are kept as 16 bytes, and keys are indexed. */
export function misfit({ key, value }: InboundRecord): Misfit | undefined {
  const { event } = value as PaneEvent;
  const told = event ? (Object.values(event)[0] as PaneLike) : (value as OutcomeEvent);
  if (told.key.length > limits.nameLength) {
    return {
      code: 'KEY_TOO_LONG',
      message: `key of ${told.key.length} characters, limit nameLength is ${limits.nameLength}`,
    };
  }
  if (told.key !== key) return { code: 'BAD_ID', message: `the record's key is ${key}, the window's ${told.key}` };
  const path = event ? wrongInPane(told as PaneLike) : wrongInOutcomes(told as OutcomeEvent);
  return path === undefined ? undefined : { code: 'BAD_ID', message: `${path} must be 32 hex digits` };
}

interface PaneLike {
  readonly key: string;
  readonly windowId: string;
  readonly parentWindowId?: string | null;
  readonly replacedBy?: readonly string[];
}

function wrongInPane({ windowId, parentWindowId, replacedBy = [] }: PaneLike): string | undefined {
  if (!isId(windowId)) return 'windowId';
  if (parentWindowId != null && !isId(parentWindowId)) return 'parentWindowId';
  return replacedBy.every(isId) ? undefined : 'replacedBy';
}

function wrongInOutcomes({ windowId, parentWindowId, outcomes, withdrawn }: OutcomeEvent): string | undefined {
  if (!isId(windowId)) return 'windowId';
  if (parentWindowId !== null && !isId(parentWindowId)) return 'parentWindowId';
  for (const { executionId, inputs } of outcomes) {
    if (!isId(executionId)) return 'outcomes.executionId';
    if (!inputs.every((input) => isId(input.executionId) && isId(input.windowId))) return 'outcomes.inputs';
  }
  return withdrawn.every(({ executionId }) => isId(executionId)) ? undefined : 'withdrawn.executionId';
}
