import { InvalidArgumentError } from 'commander';

const whole =
  (what: string) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
    throw new InvalidArgumentError(what);
  };

/** @throws {InvalidArgumentError} */
export const parseRevision = whole('the number of a DAG revision');

/** @throws {InvalidArgumentError} */
export const parseSettings = whole('how often policies have been set, as a plan tells');
