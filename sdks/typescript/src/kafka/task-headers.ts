import { headerNames, type ResultItem } from '@windlass/contracts';
import type { IHeaders } from 'kafkajs';
import type { TraceContext } from '../definition/algorithm.ts';

/** A header's text; absent and repeated ones count as absent. */
export const headerText = (headers: IHeaders | undefined, name: string): string | undefined => {
  const value = headers?.[name];
  return value === undefined || Array.isArray(value) ? undefined : value.toString();
};

export function traceOf(headers: IHeaders | undefined): TraceContext | undefined {
  const traceparent = headerText(headers, headerNames.traceParent);
  const tracestate = headerText(headers, headerNames.traceState);
  return traceparent === undefined ? undefined : { traceparent, ...(tracestate !== undefined && { tracestate }) };
}

export interface TaskAddress {
  readonly taskId: string;
  readonly homePartition: number;
  readonly executions: readonly Pick<ResultItem, 'executionId' | 'attempt'>[];
}

/** What the headers alone say about a task: enough to answer one whose body cannot be read. Undefined: not enough. */
export function addressOf(headers: IHeaders | undefined): TaskAddress | undefined {
  const taskId = headerText(headers, headerNames.id);
  const homePartition = Number(headerText(headers, headerNames.homePartition) ?? NaN);
  const executions = (headerText(headers, headerNames.attempt) ?? '').split(',').flatMap((pair) => {
    const [executionId, attempt] = pair.split(':');
    return executionId && Number.isSafeInteger(Number(attempt)) ? [{ executionId, attempt: Number(attempt) }] : [];
  });
  if (!taskId || !Number.isSafeInteger(homePartition) || homePartition < 0 || executions.length === 0) return undefined;
  return { taskId, homePartition, executions };
}
