import { InvalidArgumentError } from 'commander';

/** @throws {InvalidArgumentError} */
export function parseRevision(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('the number of a DAG revision');
}
