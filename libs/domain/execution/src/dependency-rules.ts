import { afterWaitOf, type Dependency } from '@windlass/dag';
import type { Reason, Settled } from './execution.ts';
import type { PlannedDependency } from './plan.ts';

/**
 * What is not as a dependency wishes about one upstream result. `coming`: its execution has begun; `later`: it may begin when its
 * window fires again; `never`: its window has none and will have none. Of a final window nothing better will come by itself.
 */
export type Trouble =
  | { readonly kind: 'coming' | 'later' | 'never' | 'provisional' }
  | { readonly kind: 'failed'; readonly isFinal: boolean; readonly settled: Settled }
  | { readonly kind: 'incomplete'; readonly isFinal: boolean; readonly completeness: number | null };

/** `accept`: takes the result, where there is one. */
export type Act = 'accept' | 'runWithout' | 'skip' | 'fail' | 'wait';

/** What is wrong with a result that is there; null: nothing. */
export function flawOf(
  { minCompleteness, onProvisional }: Dependency,
  { isFinal, completeness }: { readonly isFinal: boolean; readonly completeness: number | null },
): Trouble | null {
  if (minCompleteness !== undefined && (completeness === null || completeness < minCompleteness))
    return { kind: 'incomplete', isFinal, completeness };
  return isFinal || onProvisional === 'accept' ? null : { kind: 'provisional' };
}

/** What the dependency's rule says now. `isOverdue`: its wait is over. */
export function actOn(dependency: Dependency, trouble: Trouble, isOverdue: boolean): Act {
  const rule = ruleOf(dependency, trouble);
  switch (trouble.kind) {
    case 'coming':
      if (!isOverdue) return 'wait';
      break;
    case 'later':
      if (!isOverdue && (rule !== 'runWithout' || dependency.waitMs !== null)) return 'wait';
      break;
    case 'provisional':
      if (rule === 'wait' && !isOverdue) return 'wait';
      break;
    case 'failed':
    case 'incomplete':
      if (rule === 'wait' && !isOverdue && !trouble.isFinal) return 'wait';
      break;
    case 'never':
      break;
    default:
      return trouble satisfies never;
  }
  return rule === 'wait' ? afterWaitOf(dependency) : rule;
}

function ruleOf({ onMissing, onFailed, onProvisional, onIncomplete = 'wait' }: Dependency, { kind }: Trouble): Act {
  switch (kind) {
    case 'coming':
    case 'later':
    case 'never':
      return onMissing;
    case 'failed':
      return onFailed;
    case 'provisional':
      return onProvisional;
    case 'incomplete':
      return onIncomplete;
    default:
      return kind satisfies never;
  }
}

/** What a failure began with, however many have followed from it: over previous windows they never end. */
function beginningOf(because: Reason | null): string {
  if (because === null) return '';
  const { code, message } = because;
  return code === 'INPUT_FAILED' ? message.slice(message.indexOf(': ') + 2) : `${code} ${message}`;
}

/** Why an execution was skipped or failed for it. */
export function reasonFor({ dependency, kind }: PlannedDependency, trouble: Trouble): Reason {
  const what = `${dependency.algorithm} over ${kind}`;
  const reason = (code: string, message: string, because: string | null = null): Reason => ({
    code,
    message: `${what}${message}`,
    stack: null,
    because,
  });
  const waited = ruleOf(dependency, trouble) === 'wait' && dependency.waitMs !== null;
  const waitText = `after ${dependency.waitMs} ms (wait)`;
  switch (trouble.kind) {
    case 'coming':
    case 'later':
      return reason('INPUT_TIMEOUT', `: no result ${waitText}`);
    case 'never':
      return reason('INPUT_MISSING', ': there is no result');
    case 'failed': {
      const { executionId, reason: because, state } = trouble.settled;
      return reason('INPUT_FAILED', ` ${state}: ${beginningOf(because)}`, because?.because ?? executionId);
    }
    case 'provisional':
      return waited
        ? reason('INPUT_TIMEOUT', `: no final result ${waitText}`)
        : reason('INPUT_PROVISIONAL', ': its result may still be revised');
    case 'incomplete': {
      const { completeness, isFinal } = trouble;
      const text = `completeness ${completeness ?? 'unknown'}, at least ${dependency.minCompleteness} is needed`;
      return waited && !isFinal
        ? reason('INPUT_TIMEOUT', `: ${text} ${waitText}`)
        : reason('INPUT_INCOMPLETE', `: ${text} (minCompleteness)`);
    }
    default:
      return trouble satisfies never;
  }
}
