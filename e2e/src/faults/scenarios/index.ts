import { type Options, UsageError } from '../options.ts';
import type { Scenario } from '../scenario.ts';
import { kills } from './kills.ts';

const all: readonly Scenario[] = [kills];

/** What is run for every change. */
const inCi: readonly Scenario[] = [kills];

/** @throws UsageError */
export function scenariosOf({ only, ci }: Options): readonly Scenario[] {
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario '${unknown}'; there are ${names.join(', ')}`);
  if (only.length > 0) return all.filter(({ name }) => only.includes(name));
  return ci ? inCi : all;
}
