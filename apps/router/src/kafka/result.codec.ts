import {
  fromValue,
  headerNames,
  isIdText,
  isSourceName,
  limits,
  metadataBytesOf,
  sourceNameRule,
  type ResultEmission,
  type ResultItem,
  type ResultRecord,
} from '@windlass/contracts';
import type { InboundRecord } from '@windlass/messaging';
import type { Answer, KeyInput } from '@windlass/execution';

/** What a record of a result topic says. */
export function resultInput({ taskId, kind, items, processorVersion, instance }: ResultRecord): KeyInput {
  if (kind === 'PROGRESS') return { kind: 'progress', taskId };
  return { kind: 'result', result: { taskId, answers: items.map(answerOf), processorVersion, instance } };
}

function answerOf({
  executionId,
  attempt,
  result,
  error,
  emissions,
  startedAtUs,
  endedAtUs,
  cpuMs,
}: ResultItem): Answer {
  const common = { executionId, attempt, error, emissions, startedAtUs, endedAtUs, cpuMs };
  const wrong = emissions.map(wrongEmission).find((one) => one !== null);
  if (wrong !== undefined) return { ...common, emissions: [], result: null, error: error ?? badResult(wrong) };
  if (result === null) return { ...common, result: null };
  try {
    return { ...common, result: fromValue(result) };
  } catch (cause) {
    return { ...common, result: null, error: error ?? badResult((cause as Error).message) };
  }
}

const badResult = (message: string) => ({ class: '', code: 'BAD_RESULT', message, stack: null, retryable: false });

/** What is wrong with the request for a child window, that its schema cannot say. */
function wrongEmission({ windowType, key, emissionKey, metadata }: ResultEmission): string | null {
  const bytes = metadataBytesOf(metadata);
  if (!isSourceName(key)) return `emits ${windowType} for a key that has not ${sourceNameRule}`;
  if (emissionKey !== null && !isIdText(emissionKey))
    return `emits ${windowType} with an emissionKey that has not 1 to ${limits.idLength} characters without control characters`;
  if (bytes > limits.metadataBytes)
    return `emits ${windowType} with about ${bytes} bytes of metadata, the limit metadataBytes is ${limits.metadataBytes}`;
  return null;
}

/** An answer whose body cannot be read: by its headers it ends the attempts that it was about. Undefined: they name no task. */
export function unreadableResult(
  { headers }: InboundRecord,
  { code, message }: { readonly code: string; readonly message: string },
): ResultRecord | undefined {
  const taskId = headers[headerNames.id];
  if (taskId === undefined) return undefined;
  const error = badResult(`${code}: ${message}`);
  const items = (headers[headerNames.attempt] ?? '').split(',').flatMap((attempt): ResultItem[] => {
    const [, executionId, number] = /^([0-9a-f]{32}):(\d{1,9})$/.exec(attempt) ?? [];
    if (executionId === undefined) return [];
    const times = { startedAtUs: 0, endedAtUs: 0, cpuMs: null };
    return [{ executionId, attempt: Number(number), result: null, error, emissions: [], ...times }];
  });
  return { taskId, kind: 'RESULT', items, processor: '', processorVersion: '', instance: '' };
}
