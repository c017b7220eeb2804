import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the scenarios to run; empty: all of the plan. */
  readonly only: readonly string[];
  /** The part for every change: kills alone, fewer. */
  readonly ci: boolean;
  /** Windows of each scenario, at least. */
  readonly windows: number;
  /** Of each service. */
  readonly kills: number;
  /** How long something is away or stopped is multiplied by this; for trying a scenario out. */
  readonly patience: number;
  readonly seed: number;
  /** Data and logs stay there; without it they are thrown away. */
  readonly dataDir: string | undefined;
}

export const usage = `npm run faults -- [--ci] [--only NAME]... [--windows N] [--kills N] [--patience FACTOR] [--seed N] [--data DIR]`;

export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const ci = values.ci ?? false;
  const number = (name: 'windows' | 'kills' | 'seed' | 'patience', fallback: number): number => {
    const value = Number(values[name] ?? fallback);
    if (Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`--${name} is '${values[name]}': it must be a number above 0`);
  };
  return {
    only: values.only ?? [],
    ci,
    windows: number('windows', 10_000),
    kills: number('kills', ci ? 25 : 100),
    patience: number('patience', 1),
    seed: number('seed', 1 + (Date.now() % 1_000_000)),
    dataDir: values.data,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ci: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        windows: { type: 'string' },
        kills: { type: 'string' },
        patience: { type: 'string' },
        seed: { type: 'string' },
        data: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
