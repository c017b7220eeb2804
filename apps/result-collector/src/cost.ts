import type { Lane } from '@windlass/contracts';

/** What work can be told apart by. `policy`: the number of the policy under which the pane fired, with its window type. */
export const costKeys = ['algorithm', 'processor', 'team', 'windowType', 'policy', 'lane'] as const;
export type CostKey = (typeof costKeys)[number];

/** What executions took that became known on one day, UTC. What was skipped or cancelled before it began is no work. */
export interface CostMeasures {
  readonly executions: number;
  /** At least one an execution; more where it was tried again. */
  readonly attempts: number;
  /** Of those that were measured. */
  readonly cpuMs: number;
  /** Executions whose processor could not tell its CPU time. */
  readonly unmeasured: number;
  /** Encoded bytes of results. */
  readonly resultBytes: number;
  /** Executions that were done because a pane or an input was revised. */
  readonly reruns: number;
  /** Those of them of a pane that fired late. */
  readonly lateReruns: number;
}

/** As it is counted: told apart by everything but the team. */
export interface CostRow extends CostMeasures {
  /** Days since 1970. */
  readonly day: number;
  readonly algorithm: string;
  readonly processor: string;
  readonly windowType: string;
  readonly policyRevision: number;
  readonly lane: Lane;
}

export interface CostGroup extends CostMeasures {
  /** `2026-01-31`; absent when days are added up. */
  readonly day?: string;
  readonly algorithm?: string;
  readonly processor?: string;
  /** Null: no DAG revision names the processor. */
  readonly team?: string | null;
  readonly windowType?: string;
  readonly policyRevision?: number;
  readonly lane?: Lane;
}

export interface CostQuery {
  /** Of the time at which the outcome became known, inclusive. */
  readonly fromUs: number;
  /** Of the same, exclusive. */
  readonly toUs: number;
  readonly windowType?: string | undefined;
  readonly algorithm?: string | undefined;
}

export interface CostReader {
  cost(query: CostQuery): Promise<readonly CostRow[]>;
}

/** Who runs a processor. */
export interface Teams {
  teamOf(processor: string): string | undefined;
}

const measures = ['executions', 'attempts', 'cpuMs', 'unmeasured', 'resultBytes', 'reruns', 'lateReruns'] as const;

/** Adds up what `by` does not tell apart; in order of day and of these keys. Pure. */
export function groupCost(
  rows: readonly CostRow[],
  { by, perDay, teams }: { readonly by: readonly CostKey[]; readonly perDay: boolean; readonly teams: Teams },
): CostGroup[] {
  const groups = new Map<string, { keys: Partial<CostGroup>; sums: Record<(typeof measures)[number], number> }>();
  for (const row of rows) {
    const keys = { ...(perDay && { day: dayText(row.day) }), ...keysOf(row, by, teams) };
    const id = JSON.stringify(keys);
    const group = groups.get(id) ?? { keys, sums: zero() };
    for (const measure of measures) group.sums[measure] += row[measure];
    groups.set(id, group);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { keys, sums }]) => ({ ...keys, ...sums }));
}

const zero = () =>
  Object.fromEntries(measures.map((measure) => [measure, 0])) as Record<(typeof measures)[number], number>;

const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

function keysOf(row: CostRow, by: readonly CostKey[], teams: Teams): Partial<CostGroup> {
  const { algorithm, processor, windowType, policyRevision, lane } = row;
  const all: Readonly<Record<CostKey, Partial<CostGroup>>> = {
    algorithm: { algorithm },
    processor: { processor },
    team: { team: teams.teamOf(processor) ?? null },
    windowType: { windowType },
    policy: { windowType, policyRevision },
    lane: { lane },
  };
  return Object.assign({}, ...costKeys.filter((key) => by.includes(key)).map((key) => all[key])) as Partial<CostGroup>;
}
