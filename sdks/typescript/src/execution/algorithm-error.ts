import { ContractError, type AlgorithmError } from '@windlass/contracts';
import { NonRetryableError } from '../errors.ts';

/** Longer texts are cut: an error must never make its record too large. */
const MAX_MESSAGE_CHARACTERS = 4_096;
const MAX_STACK_CHARACTERS = 16_384;
const MAX_CLASS_CHARACTERS = 200;

/** Stable codes of the errors the SDK itself answers with; null: the algorithm threw. */
export type AnswerCode =
  | 'TIMEOUT'
  | 'POISONED'
  | 'NOT_HERE'
  | 'CANCELLED'
  | 'PAYLOAD_TOO_LARGE'
  | 'BAD_RESULT'
  | 'BAD_TASK'
  | 'INPUT_UNAVAILABLE'
  | 'WORKER_DIED';

/** Whatever was thrown, as it travels: class, message, stack with causes, and whether a retry could help (default: yes). */
export function thrownError(thrown: unknown): AlgorithmError {
  const error = thrown instanceof Error ? thrown : undefined;
  return {
    class: cut(error ? classOf(error) : typeof thrown, MAX_CLASS_CHARACTERS),
    message: cut(error ? error.message : String(thrown), MAX_MESSAGE_CHARACTERS),
    stack: error ? cut(stackOf(error), MAX_STACK_CHARACTERS) : null,
    retryable: (thrown as { retryable?: unknown } | null | undefined)?.retryable !== false,
    code: codeOf(thrown),
  };
}

const ANSWERS: Readonly<Record<AnswerCode, { class: string; retryable: boolean }>> = {
  TIMEOUT: { class: 'StartToCloseTimeout', retryable: true },
  POISONED: { class: 'PoisonedTask', retryable: false },
  NOT_HERE: { class: 'AlgorithmNotHere', retryable: true },
  CANCELLED: { class: 'Cancelled', retryable: false },
  PAYLOAD_TOO_LARGE: { class: 'PayloadTooLarge', retryable: false },
  BAD_RESULT: { class: 'BadResult', retryable: false },
  BAD_TASK: { class: 'UnreadableTask', retryable: false },
  INPUT_UNAVAILABLE: { class: 'InputUnavailable', retryable: true },
  WORKER_DIED: { class: 'WorkerDied', retryable: true },
};

export const answerError = (code: AnswerCode, message: string, stack: string | null = null): AlgorithmError => ({
  ...ANSWERS[code],
  code,
  message: cut(message, MAX_MESSAGE_CHARACTERS),
  stack: stack && cut(stack, MAX_STACK_CHARACTERS),
});

/** What the SDK itself finds wrong with an answer; thrown inside it only. */
export class AnswerFault extends NonRetryableError {
  readonly answerCode: AnswerCode;

  constructor(answerCode: AnswerCode, message: string) {
    super(message);
    this.name = ANSWERS[answerCode].class;
    this.answerCode = answerCode;
  }
}

/** What is wrong with a value that cannot travel is the algorithm's mistake, with a code of its own. */
function codeOf(thrown: unknown): AnswerCode | null {
  if (thrown instanceof AnswerFault) return thrown.answerCode;
  if (!(thrown instanceof ContractError)) return null;
  return thrown.code === 'VALUE_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'BAD_RESULT';
}

const classOf = (error: Error): string =>
  error.name !== 'Error' ? error.name : (error.constructor?.name ?? 'Error') || 'Error';

const MAX_CAUSES = 8;

function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < MAX_CAUSES; at = at.cause) {
    stacks.push(at.stack ?? `${at.name}: ${at.message}`);
  }
  return stacks.join('\nCaused by: ');
}

const cut = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
