import { AnswerFault } from './algorithm-error.ts';

/** A result that is not of its declared type. */
export const mismatch = ({ path, expected, found }: { path: string; expected: string; found: unknown }): AnswerFault =>
  new AnswerFault('BAD_RESULT', `${path} is ${describe(found)}, declared is ${expected}`);

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? (value.constructor?.name ?? 'object') : `${typeof value} ${String(value)}`;
};
